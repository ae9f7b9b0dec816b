#include "ui/text/text.h"

#include <QCoreApplication>

#include <array>
#include <cmath>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Text {
    Q_DECLARE_TR_FUNCTIONS(Text)
};

/// With the minus sign of the typographer.
QString withMinus(QString text)
{
    return text.replace(u'-', u'−');
}

QString between(const Experiment& experiment)
{
    switch (experiment.between) {
    case Between::None:
        return Text::tr("no activation");
    case Between::Relu:
        return Text::tr("ReLU");
    case Between::Leaky:
        return Text::tr("leaky ReLU");
    }
    return {};
}

} // namespace

QLocale numberLocale()
{
    const QLocale locale;
    if (locale.language() != QLocale::C)
        return locale;
    return {QLocale::English, QLocale::UnitedStates};
}

QString grouped(std::int64_t number)
{
    return withMinus(numberLocale().toString(qlonglong(number)));
}

QString shortNumber(double number)
{
    constexpr std::array<const char*, 5> kUnits{"", " k", " M", " G", " T"};
    std::size_t unit = 0;
    while (std::abs(number) >= 999.5 && unit + 1 < kUnits.size()) {
        number /= 1000.0;
        ++unit;
    }
    const double size = std::abs(number);
    const bool isWhole = unit == 0 && number == std::floor(number);
    const int decimals = isWhole || size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
    return fixed(number, decimals) + QLatin1String(kUnits[unit]);
}

QString fixed(double number, int decimals)
{
    const double limit = 0.5 * std::pow(10.0, -decimals);
    return withMinus(
        numberLocale().toString(std::abs(number) < limit ? 0.0 : number, 'f', decimals));
}

QString significant(double number, int digits)
{
    if (std::isnan(number))
        return QStringLiteral("NaN");
    if (std::isinf(number))
        return number > 0 ? QStringLiteral("∞") : QStringLiteral("−∞");
    QLocale locale = numberLocale();
    locale.setNumberOptions(locale.numberOptions() | QLocale::OmitLeadingZeroInExponent);
    QString text = locale.toString(number == 0.0 ? 0.0 : number, 'g', digits);
    text.replace(u'E', u'e').replace(QLatin1String("e+"), QLatin1String("e"));
    return withMinus(text);
}

QString signedPercent(double fraction, int decimals)
{
    const QString text = fixed(fraction * 100.0, decimals);
    const bool isZero = std::abs(fraction) * 100.0 < 0.5 * std::pow(10.0, -decimals);
    return (fraction > 0.0 && !isZero ? QStringLiteral("+") : QString()) + text
        + QStringLiteral(" %");
}

QString bytesInWords(std::int64_t bytes)
{
    return shortNumber(static_cast<double>(bytes))
        + (bytes < 1000 ? QStringLiteral(" B") : QStringLiteral("B"));
}

QString translated(const char* text)
{
    return QCoreApplication::translate("core", text);
}

QString sentence(const Error& error)
{
    return QString::fromStdString(filledIn(translated(error.text).toStdString(), error.arguments));
}

QString branchTitle(BranchKind kind)
{
    switch (kind) {
    case BranchKind::Original:
        return Text::tr("original 5×5");
    case BranchKind::Decomposed:
        return Text::tr("decomposed 3×3∘3×3");
    case BranchKind::Separable:
        return Text::tr("separable 3×3∘3×3");
    case BranchKind::Asymmetric:
        return Text::tr("asymmetric 1×5∘5×1");
    }
    return {};
}

QString stageTitle(Stage stage, const Experiment& experiment)
{
    switch (stage) {
    case Stage::Input:
        return Text::tr("input");
    case Stage::MidBefore:
        return experiment.between == Between::None
            ? Text::tr("mid")
            : Text::tr("mid, before %1").arg(between(experiment));
    case Stage::MidAfter:
        return experiment.between == Between::None
            ? Text::tr("mid, after")
            : Text::tr("mid, after %1").arg(between(experiment));
    case Stage::Original:
        return branchTitle(BranchKind::Original);
    case Stage::Factorised:
        return branchTitle(experiment.factorised);
    case Stage::Difference:
        return Text::tr("difference");
    }
    return {};
}

QString shortStageTitle(Stage stage, const Experiment& experiment)
{
    switch (stage) {
    case Stage::Input:
        return Text::tr("input");
    case Stage::MidBefore:
        return experiment.between == Between::None ? Text::tr("mid") : Text::tr("mid before");
    case Stage::MidAfter:
        return Text::tr("mid after");
    case Stage::Original:
        return Text::tr("original");
    case Stage::Factorised:
        return QString::fromUtf8(branchKindName(experiment.factorised).data());
    case Stage::Difference:
        return Text::tr("difference");
    }
    return {};
}

QString mapTitle(Stage stage, const Experiment& experiment, std::int64_t channel,
                 std::int64_t channels)
{
    const QString branch = QString::fromUtf8(branchKindName(experiment.factorised).data());
    const QString number = Text::tr("channel %1 of %2").arg(channel + 1).arg(channels);
    switch (stage) {
    case Stage::Input:
        return Text::tr("input, %1").arg(number);
    case Stage::MidBefore:
        return experiment.between == Between::None
            ? Text::tr("%1, mid %2").arg(branch, number)
            : Text::tr("%1, mid %2, before %3").arg(branch, number, between(experiment));
    case Stage::MidAfter:
        return Text::tr("%1, mid %2, after %3").arg(branch, number, between(experiment));
    case Stage::Original:
        return Text::tr("original, output %1, after ReLU").arg(number);
    case Stage::Factorised:
        return Text::tr("%1, output %2, after ReLU").arg(branch, number);
    case Stage::Difference:
        return Text::tr("difference, output %1").arg(number);
    }
    return {};
}

} // namespace factorscope
