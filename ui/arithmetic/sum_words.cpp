#include "ui/arithmetic/sum_words.h"

#include "ui/text/text.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>

#include <cmath>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Arithmetic {
    Q_DECLARE_TR_FUNCTIONS(Arithmetic)
};

constexpr int kDigits = 4;
constexpr int kExactDigits = 9; ///< tell any two float32 apart

QString number(double value)
{
    return significant(value, kDigits);
}

QString exact(double value)
{
    return significant(value, kExactDigits);
}

QString at(std::int64_t y, std::int64_t x)
{
    return Arithmetic::tr("x %1, y %2").arg(x).arg(y);
}

QString nameOf(SumPlace place, const ArithmeticSums& sums)
{
    const Experiment& experiment = sums.both->experiment;
    return shortStageTitle(place == SumPlace::Original ? Stage::Original : Stage::Factorised,
                           experiment);
}

QString headingOf(const ArithmeticSums& sums, SumPlace place, const ProductSum& sum)
{
    const QString name = nameOf(place, sums);
    const std::int64_t channel = sum.channel + 1;
    if (place != SumPlace::Opened)
        return Arithmetic::tr("%1: output channel %2").arg(name).arg(channel);
    const bool isMid
        = sums.path.size() == 1 && sourceOf(sums, SumPlace::Factorised) == SumSource::MidMaps;
    return (isMid ? Arithmetic::tr("its tap: mid channel %1 at %2")
                  : Arithmetic::tr("its tap: channel %1 at %2"))
        .arg(channel)
        .arg(at(sum.y, sum.x));
}

QString shortHeadingOf(const ArithmeticSums& sums, SumPlace place, const ProductSum& sum)
{
    return place == SumPlace::Opened ? Arithmetic::tr("its tap: %1").arg(sum.channel + 1)
                                     : nameOf(place, sums);
}

QString formOf(const ProductSum& sum)
{
    return Arithmetic::tr("%1×%2 × %3 channels = %4 products")
        .arg(sum.kernel.height)
        .arg(sum.kernel.width)
        .arg(grouped(static_cast<std::int64_t>(sum.channels())),
             grouped(static_cast<std::int64_t>(sum.products.size())));
}

QString captionOf(const ProductSum& sum)
{
    QStringList parts{formOf(sum)};
    const auto count = [&](Tap tap, const QString& words) {
        if (const std::size_t taps = sum.count(tap); taps > 0)
            parts << words.arg(grouped(static_cast<std::int64_t>(taps)));
    };
    count(Tap::Cut, Arithmetic::tr("%1 cut by the ReLU"));
    count(Tap::Damped, Arithmetic::tr("%1 damped by the leaky ReLU"));
    count(Tap::Padding, Arithmetic::tr("%1 in the padding"));
    return parts.join(QStringLiteral(", "));
}

QString activationName(const Experiment& experiment, const ProductSum& sum)
{
    const bool isBetween = sum.level > 0 && experiment.between == Between::Leaky;
    return isBetween ? Arithmetic::tr("leaky ReLU") : Arithmetic::tr("ReLU");
}

QString stepName(const PointStep& step, const Experiment& experiment, const ProductSum& sum)
{
    switch (step.kind) {
    case PointStep::Kind::BatchNorm:
        return Arithmetic::tr("BatchNorm");
    case PointStep::Kind::Shortcut:
        return Arithmetic::tr("with the shortcut");
    case PointStep::Kind::Activation:
        return activationName(experiment, sum);
    }
    return {};
}

/// "sum −0.413 → ReLU 0"
QString wayOf(const Experiment& experiment, const ProductSum& sum)
{
    QString text = Arithmetic::tr("sum %1").arg(number(sum.total));
    for (const PointStep& step : sum.steps)
        text += QStringLiteral(" → %1 %2").arg(stepName(step, experiment, sum), number(step.after));
    return text;
}

QString deviationText(const BranchArithmetic& branch)
{
    const QString algorithm = QString::fromStdString(branch.algorithm);
    if (branch.deviation() == 0.0)
        return Arithmetic::tr("%1: the same").arg(algorithm);
    return Arithmetic::tr("%1: %2, off by %3")
        .arg(algorithm, exact(branch.computed), significant(branch.deviation(), 2));
}

QStringList resultOf(const ArithmeticSums& sums, SumPlace place, const ProductSum& sum)
{
    const QString way = wayOf(sums.both->experiment, sum);
    if (place == SumPlace::Opened)
        return {way, Arithmetic::tr("this is the value of the tap")};
    const BranchArithmetic& branch
        = place == SumPlace::Original ? *sums.found.original : *sums.found.factorised;
    return {way, Arithmetic::tr("reference: %1").arg(exact(sum.value)), deviationText(branch)};
}

QString whyEmpty(const ArithmeticSums& sums)
{
    if (sums.found.whyNot)
        return sentence(*sums.found.whyNot);
    if (sums.whyClosed)
        return sentence(*sums.whyClosed);
    return Arithmetic::tr("All taps of this output lie in the padding, or it has no layer below.");
}

QString tapText(const Product& product)
{
    switch (product.tap) {
    case Tap::Taken:
        return {};
    case Tap::Damped:
        return Arithmetic::tr("damped by the leaky ReLU, before it %1").arg(number(product.before));
    case Tap::Cut:
        return Arithmetic::tr("cut by the ReLU, before it %1").arg(number(product.before));
    case Tap::Padding:
        return Arithmetic::tr("in the padding");
    }
    return {};
}

QString productText(const Product& product)
{
    return QStringLiteral("%1 × %2 = %3")
        .arg(number(product.value), number(product.weight), number(product.contribution()));
}

} // namespace

SumPicture sumPicture(const ArithmeticSums& sums, SumPlace place, const ArithmeticLook& look,
                      const Theme& theme)
{
    SumPicture picture;
    picture.ordered = sums[place];
    picture.isActive = look.active == place;
    picture.colour = place == SumPlace::Original ? theme.original : theme.factorised;
    if (picture.isEmpty()) {
        picture.heading = place == SumPlace::Opened
            ? Arithmetic::tr("%1: opened tap").arg(nameOf(place, sums))
            : nameOf(place, sums);
        picture.emptyText = whyEmpty(sums);
        return picture;
    }
    const ProductSum& sum = picture.sum();
    picture.heading = headingOf(sums, place, sum);
    picture.shortHeading = shortHeadingOf(sums, place, sum);
    picture.caption = captionOf(sum);
    picture.result = resultOf(sums, place, sum);
    if (const auto& terms = look.termsOf(place))
        picture.terms = std::clamp<std::int64_t>(*terms, 0, picture.count());
    if (place == SumPlace::Factorised && sums[SumPlace::Opened])
        picture.opened = sums.path.front();
    return picture;
}

QString equationText(const SumPicture& picture)
{
    const ProductSum& sum = picture.sum();
    if (picture.isAtBias())
        return Arithmetic::tr("+ bias %1").arg(number(*sum.bias));
    if (const auto current = picture.current()) {
        const Product& product = sum.products[*current];
        const QString text = productText(product);
        if (product.tap == Tap::Cut)
            return Arithmetic::tr("ReLU(%1) = 0;  %2").arg(number(product.before), text);
        return text;
    }
    if (picture.terms)
        return Arithmetic::tr("0: nothing is added yet");
    return sum.bias ? Arithmetic::tr("Σ value × weight + bias")
                    : Arithmetic::tr("Σ value × weight");
}

QString soFarText(const SumPicture& picture)
{
    return Arithmetic::tr("Σ = %1").arg(significant(picture.soFar(), 6));
}

QString takenText(const SumPicture& picture)
{
    if (!picture.terms)
        return Arithmetic::tr("all %1 terms").arg(grouped(picture.count()));
    return Arithmetic::tr("%1 of %2 terms").arg(grouped(picture.taken()), grouped(picture.count()));
}

QString productInWords(const SumPicture& picture, std::size_t product)
{
    const ProductSum& sum = picture.sum();
    const TapPlace place = placeOf(sum, product);
    const Product& of = sum.products[product];
    QStringList lines{Arithmetic::tr("channel %1, row %2, column %3 of the kernel")
                          .arg(place.channel + 1)
                          .arg(place.row + 1)
                          .arg(place.column + 1),
                      productText(of)};
    if (const QString tap = tapText(of); !tap.isEmpty())
        lines << tap;
    lines << Arithmetic::tr("term %1 of %2")
                 .arg(grouped(std::int64_t{picture.ordered->ranks[product]} + 1),
                      grouped(picture.count()));
    return lines.join(u'\n');
}

QString tileInWords(const SumPicture& picture, int tile)
{
    const auto& channels = picture.ordered->channels;
    const auto index = static_cast<std::size_t>(tile);
    if (index >= channels.size())
        return Arithmetic::tr("bias %1").arg(number(picture.sum().bias.value_or(0.0)));
    return Arithmetic::tr("channel %1 adds %2")
        .arg(picture.ordered->firstChannel() + channels[index] + 1)
        .arg(number(picture.ordered->contributions[channels[index]]));
}

QString sumInWords(const SumPicture& picture)
{
    if (picture.isEmpty())
        return picture.emptyText;
    QStringList parts{picture.caption, takenText(picture), equationText(picture),
                      Arithmetic::tr("sum so far %1").arg(number(picture.soFar()))};
    if (const auto current = picture.current())
        parts << productInWords(picture, *current).replace(u'\n', QStringLiteral(", "));
    parts << picture.result;
    return parts.join(QStringLiteral("; "));
}

QString sumAsText(const SumPicture& picture)
{
    if (picture.isEmpty())
        return {};
    const auto text = [](double value) {
        return QLocale::c().toString(value, 'g', QLocale::FloatingPointShortest);
    };
    QString lines = QStringLiteral("channel\trow\tcolumn\tvalue\tweight\tproduct\tsum\n");
    for (std::size_t term = 0; term < picture.ordered->order.size(); ++term) {
        const std::size_t i = picture.ordered->order[term];
        const TapPlace place = placeOf(picture.sum(), i);
        const Product& product = picture.sum().products[i];
        const QStringList cells{QString::number(place.channel),
                                QString::number(place.row),
                                QString::number(place.column),
                                text(product.value),
                                text(product.weight),
                                text(product.contribution()),
                                text(picture.ordered->running[term + 1])};
        lines += cells.join(u'\t') + u'\n';
    }
    return lines;
}

QString sumsInWords(const ArithmeticSums& sums)
{
    if (sums.found.whyNot)
        return {}; // each sum says it
    const ArithmeticQuestion& question = sums.found.question;
    const double original = sums.found.original->trace.output().value;
    const double factorised = sums.found.factorised->trace.output().value;
    return Arithmetic::tr("Pixel %1, channel %2: %3 %4, %5 %6.")
        .arg(at(question.position.y, question.position.x))
        .arg(question.outChannel + 1)
        .arg(nameOf(SumPlace::Original, sums), number(original), nameOf(SumPlace::Factorised, sums),
             number(factorised));
}

} // namespace factorscope
