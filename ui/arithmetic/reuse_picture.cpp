#include "ui/arithmetic/reuse_picture.h"

#include "core/experiment/pixel_arithmetic.h"
#include "ui/text/text.h"

#include <QCoreApplication>
#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Arithmetic {
    Q_DECLARE_TR_FUNCTIONS(Arithmetic)
};

constexpr std::int64_t kMostPar = 4096; ///< sides of tiles that are looked at
constexpr double kMostSide = 14.0 * kGrid;

QString count(double number)
{
    return number == std::floor(number) ? grouped(static_cast<std::int64_t>(number))
                                        : fixed(number, number < 1000.0 ? 2 : 0);
}

QString lessOrMore(double factorised, double original)
{
    return Arithmetic::tr("%1 against the 5×5").arg(signedPercent(factorised / original - 1.0, 1));
}

QString parText(const Multiplications& counts)
{
    const std::int64_t par = tileAtPar(counts, kMostPar);
    if (par == 0)
        return Arithmetic::tr("However large the tile, it takes more than the 5×5.");
    if (par == 1)
        return Arithmetic::tr("Even without reuse it takes no more than the 5×5.");
    return Arithmetic::tr("From a tile of %1×%1 on it takes no more than the 5×5.").arg(par);
}

} // namespace

ReusePicture reusePicture(const Experiment& experiment, const ArithmeticLook& look)
{
    ReusePicture picture;
    picture.counts = multiplicationsOf(experiment, look.channels);
    picture.channels = look.channels;
    picture.name = shortStageTitle(Stage::Factorised, experiment);
    picture.tile = std::clamp<std::int64_t>(look.tile, 1, ArithmeticLook::kMostTile);
    if (look.output)
        picture.output = std::clamp<std::int64_t>(*look.output, 0, picture.outputs() - 1);
    for (std::int64_t i = 0; i < picture.outputs(); ++i)
        picture.known.push_back(
            knownMids(picture.counts, {i / picture.tile, i % picture.tile}, picture.tile));
    return picture;
}

Position ReusePicture::current() const
{
    return {*output / tile, *output % tile};
}

double ReusePicture::average() const
{
    double sum = 0.0;
    for (std::int64_t i = 0; i < computed(); ++i)
        sum += static_cast<double>(multiplicationsOf(i));
    return sum / static_cast<double>(computed());
}

ReuseLayout reuseLayout(const ReusePicture& picture, const QRectF& rect, const QFont& font)
{
    QFont bold = font;
    bold.setWeight(QFont::DemiBold);
    const double small = QFontMetricsF(sized(font, TextSize::Caption)).height();
    const double body = QFontMetricsF(bold).height();
    constexpr double kGap = 4.0 * kGrid;
    constexpr int kBars = 5;
    ReuseLayout layout;
    layout.heading = QRectF(rect.left(), rect.top(), rect.width(), body);
    layout.caption = QRectF(rect.left(), layout.heading.bottom(), rect.width(), small);
    const double top = std::ceil(layout.caption.bottom()) + 2.0 * kGrid;
    const Extent mids = picture.midSize();
    const auto columns = static_cast<double>(mids.width + picture.tile);
    const auto sideAbove = [&](double bars) {
        const double room = rect.bottom() - bars - top - 2.0 * small - 4.0 * kGrid;
        return std::floor(std::clamp(std::min((rect.width() - kGap - 2.0) / columns,
                                              room / static_cast<double>(mids.height)),
                                     1.0, kMostSide));
    };
    // The bars say again what stands in the words: they give way to cells too small to see.
    double bars = kBars * (body + kGrid);
    if (sideAbove(bars) < small / 2.0)
        bars = 0.0;
    layout.bars = QRectF(rect.left(), rect.bottom() - bars, rect.width(), bars);
    const double side = sideAbove(bars);
    const double boards = top + small + kGrid;
    layout.mids = {QPointF(rect.left(), boards), side, static_cast<int>(mids.height),
                   static_cast<int>(mids.width)};
    const double right = rect.left() + side * static_cast<double>(mids.width) + kGap;
    layout.outputs = {QPointF(right, boards), side, static_cast<int>(picture.tile),
                      static_cast<int>(picture.tile)};
    layout.midTitle = QRectF(rect.left(), top, right - rect.left() - kGrid, small);
    layout.outputTitle = QRectF(right, top, std::max(0.0, rect.right() - right), small);
    layout.legend = QRectF(rect.left(), layout.mids.rect().bottom() + kGrid, rect.width(), small);
    layout.bars.moveTop(std::min(layout.bars.top(), layout.legend.bottom() + 3.0 * kGrid));
    return layout;
}

LinePlot reusePlot(const ReusePicture& picture, const Theme& theme)
{
    LineSeries own;
    own.name = picture.name;
    own.colour = theme.factorised;
    own.hasPoints = true;
    LineSeries original;
    original.name = Arithmetic::tr("original");
    original.colour = theme.original;
    LineSeries limit;
    limit.name = Arithmetic::tr("all reused");
    limit.colour = theme.factorised;
    limit.isDashed = true;
    for (std::int64_t side = 1; side <= ArithmeticLook::kMostTile; ++side) {
        const auto x = static_cast<double>(side);
        own.points.emplace_back(x, picture.counts.inTile(side));
        original.points.emplace_back(x, static_cast<double>(picture.counts.direct));
        limit.points.emplace_back(x, static_cast<double>(picture.counts.withReuse()));
    }
    return {.title = Arithmetic::tr("Multiplications per output over the tile"),
            .xTitle = Arithmetic::tr("outputs on each side of the tile"),
            .yTitle = Arithmetic::tr("multiplications per output"),
            .series = {own, original, limit},
            .x = static_cast<double>(picture.tile),
            .xMarkText = Arithmetic::tr("%1×%1").arg(picture.tile),
            .isWholeX = true};
}

QString multiplicationsInWords(const ReusePicture& picture)
{
    const Multiplications& counts = picture.counts;
    const QString first
        = Arithmetic::tr("For one output the 5×5 multiplies %1 times. The %2 branch takes %3 mid "
                         "values of %4 each and %5 more: %6 without reuse. With every mid value "
                         "kept it takes one new one, %4, and %5: %7, %8.")
              .arg(grouped(counts.direct), picture.name, grouped(counts.mids()),
                   grouped(counts.first), grouped(counts.second), grouped(counts.withoutReuse()),
                   grouped(counts.withReuse()),
                   lessOrMore(static_cast<double>(counts.withReuse()),
                              static_cast<double>(counts.direct)));
    return first + QStringLiteral(" ") + parText(counts);
}

QString outputInWords(const ReusePicture& picture)
{
    const std::int64_t tile = picture.tile;
    if (!picture.output)
        return Arithmetic::tr("A tile of %1×%1 outputs stands on %2×%3 mid positions: %4 "
                              "multiplications per output, %5.")
            .arg(tile)
            .arg(picture.midSize().height)
            .arg(picture.midSize().width)
            .arg(count(picture.counts.inTile(tile)),
                 lessOrMore(picture.counts.inTile(tile),
                            static_cast<double>(picture.counts.direct)));
    const std::int64_t known = picture.known[static_cast<std::size_t>(*picture.output)];
    return Arithmetic::tr("Output %1 of %2 finds %3 of its %4 mid values computed and adds %5: %6 "
                          "multiplications, %7 on average so far.")
        .arg(*picture.output + 1)
        .arg(picture.outputs())
        .arg(known)
        .arg(picture.counts.mids())
        .arg(picture.counts.mids() - known)
        .arg(grouped(picture.multiplicationsOf(*picture.output)), count(picture.average()));
}

} // namespace factorscope
