// Where the parts of a SumPicture stand, and where a step leads.

#include "ui/arithmetic/sum_picture.h"

#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

constexpr double kGap = 2.0 * kGrid;
constexpr double kLeastStrip = 5.0 * kGrid;
constexpr double kMostStrip = 30.0 * kGrid;
constexpr double kMostSheetSide = 4.0 * kGrid;
constexpr double kMostTileSide = 18.0 * kGrid;
constexpr int kFew = 3; ///< cells that a kernel takes at least

/// The tile of the current product, or of the bias; of the channel shown large for all.
int currentTile(const SumPicture& picture)
{
    if (picture.isAtBias())
        return static_cast<int>(picture.sum().channels());
    const auto& channels = picture.ordered->channels;
    const auto at = std::ranges::find(channels, static_cast<std::uint32_t>(picture.channel()));
    return static_cast<int>(at - channels.begin());
}

double gapFor(double side)
{
    return std::max(2.0, std::min(side, 1.0 * kGrid));
}

void fitSide(ProductSheet& sheet, double side)
{
    sheet.side = side;
    sheet.gap = gapFor(side);
    const double tile = side * sheet.columns + sheet.gap;
    sheet.across = std::max(1, static_cast<int>((sheet.area.width() + sheet.gap) / tile));
    const double room = (sheet.area.height() + sheet.gap) / (side * sheet.rows + sheet.gap);
    sheet.shownRows = std::min(sheet.allRows(), static_cast<int>(room));
}

ProductSheet sheetIn(const QRectF& area, const SumPicture& picture, const SheetFit& fit)
{
    const ProductSum& sum = picture.sum();
    ProductSheet sheet;
    sheet.area = area;
    sheet.rows = static_cast<int>(sum.kernel.height);
    sheet.columns = static_cast<int>(sum.kernel.width);
    sheet.count = static_cast<int>(sum.channels()) + (sum.bias ? 1 : 0);
    for (double side = kMostSheetSide; side >= fit.leastSide; side -= side > 2.0 ? 1.0 : 0.25) {
        fitSide(sheet, side);
        if (sheet.shownRows == sheet.allRows())
            return sheet;
    }
    if (sheet.shownRows < 1) {
        sheet.side = 0.0;
        return sheet;
    }
    const int row = currentTile(picture) / sheet.across;
    const int last = sheet.allRows() - sheet.shownRows;
    sheet.firstRow = std::clamp(row - sheet.shownRows / 2, 0, last);
    sheet.firstRow = std::clamp(sheet.firstRow + fit.scrolledRows, 0, last);
    return sheet;
}

/// Takes a line off the top of what is left.
QRectF takeLine(QRectF& left, double height)
{
    const QRectF line(left.left(), left.top(), left.width(), height);
    left.setTop(left.top() + height);
    return line;
}

/// Values, weights and products beside each other, with room for × and = between.
void placeTiles(SumLayout& layout, QRectF& left, const SumPicture& picture, double label,
                double most)
{
    const auto rows = static_cast<int>(picture.sum().kernel.height);
    const auto columns = static_cast<int>(picture.sum().kernel.width);
    constexpr double kSign = 4.0 * kGrid;
    const double width = std::floor((left.width() - 2.0 * kSign - 1.0) / 3.0);
    const double side = std::floor(
        std::min({width / std::max(columns, kFew), most / std::max(rows, kFew), kMostTileSide}));
    const double tile = side * std::max(columns, kFew);
    const QRectF labels = takeLine(left, label);
    const QRectF place = takeLine(left, side * rows + 1.0);
    for (std::size_t i = 0; i < 3; ++i) {
        const double x = left.left() + static_cast<double>(i) * (tile + kSign);
        layout.tiles[i] = {QPointF(x, place.top()), side, rows, columns};
        layout.labels[i] = QRectF(x, labels.top(), tile + kSign - kGap, labels.height());
    }
}

/// How many lines the result takes: the same for all sums of a place, so that nothing moves.
int lineCount(const QStringList& parts, double height, double line)
{
    constexpr double kShare = 0.12; // of the whole height
    const int most = std::max(1, static_cast<int>(kShare * height / line));
    return std::min(most, static_cast<int>(parts.size()));
}

/// The parts in so many lines, as many as fit in each; the last takes what is left.
QStringList joined(const QStringList& parts, int count, double width, const QFontMetricsF& metrics)
{
    QStringList lines;
    for (const QString& part : parts) {
        const QString longer = lines.isEmpty() ? part : lines.back() + QStringLiteral(" · ") + part;
        const bool fits = metrics.horizontalAdvance(longer) <= width;
        if (!lines.isEmpty() && (fits || lines.size() >= count))
            lines.back() = longer;
        else
            lines << part;
    }
    return lines;
}

std::int64_t rankOf(const OrderedSum& ordered, std::size_t product)
{
    return static_cast<std::int64_t>(ordered.ranks[product]);
}

} // namespace

std::optional<std::size_t> SumPicture::current() const
{
    return terms ? ordered->productAt(static_cast<std::size_t>(*terms)) : std::nullopt;
}

bool SumPicture::isAtBias() const
{
    return terms && sum().bias && *terms == count();
}

bool SumPicture::isPending(std::size_t product) const
{
    return terms && rankOf(*ordered, product) >= *terms;
}

std::size_t SumPicture::channel() const
{
    const std::size_t taps = sum().tapsOfChannel();
    if (const auto product = current())
        return *product / taps;
    if (terms == 0)
        return ordered->order.front() / taps;
    return strongestProduct(sum()).value_or(0) / taps;
}

KernelCells ProductSheet::cells(int tile) const
{
    const double x = area.left() + tile % across * (columns * side + gap);
    const double y = area.top() + (tile / across - firstRow) * (rows * side + gap);
    return {QPointF(x, y), side, rows, columns};
}

bool ProductSheet::shows(int tile) const
{
    const int row = tile / across;
    return side > 0.0 && tile >= 0 && tile < count && row >= firstRow && row < firstRow + shownRows;
}

std::optional<int> ProductSheet::tileAt(QPointF point) const
{
    const QPointF in = point - area.topLeft();
    if (side <= 0.0 || in.x() < 0.0 || in.y() < 0.0)
        return {};
    const double column = std::floor(in.x() / (columns * side + gap));
    const double row = std::floor(in.y() / (rows * side + gap));
    if (column >= across || row >= shownRows)
        return {};
    const int tile = (static_cast<int>(row) + firstRow) * across + static_cast<int>(column);
    if (!shows(tile) || !cells(tile).rect().contains(point))
        return {};
    return tile;
}

SumLayout sumLayout(const SumPicture& picture, const QRectF& rect, const QFont& font,
                    const SheetFit& fit)
{
    SumLayout layout;
    const QFontMetricsF captions(sized(font, TextSize::Caption));
    const QFontMetricsF titles(sized(font, TextSize::Title));
    const double small = captions.height();
    QRectF left = rect;
    layout.heading = takeLine(left, titles.height());
    layout.caption = takeLine(left, small);
    layout.headingText = picture.heading;
    if (picture.isEmpty())
        return layout;
    const double sum = std::min(titles.horizontalAdvance(soFarText(picture)) + 1.0,
                                0.6 * layout.heading.width());
    layout.soFar = layout.heading;
    layout.soFar.setLeft(layout.heading.right() - sum);
    layout.heading.setRight(layout.soFar.left() - kGap);
    QFont bold = font;
    bold.setWeight(QFont::DemiBold);
    if (QFontMetricsF(bold).horizontalAdvance(picture.heading) > layout.heading.width())
        layout.headingText = picture.shortHeading;
    left.setTop(std::ceil(left.top()) + kGrid);
    const int count = lineCount(picture.result, rect.height(), small);
    layout.resultLines = joined(picture.result, count, rect.width(), captions);
    const double lines = small * count;
    layout.result = QRectF(left.left(), left.bottom() - lines, left.width(), lines);
    left.setBottom(layout.result.top() - kGrid);
    const double fixed = small + 1.0 + kGrid + titles.height() + kLeastStrip;
    placeTiles(layout, left, picture, small,
               std::max(4.0 * kGrid, std::min(left.height() - fixed, 0.42 * rect.height())));
    left.setTop(left.top() + kGrid);
    layout.equation = takeLine(left, titles.height());
    const double strip = std::clamp(0.3 * left.height(), kLeastStrip, kMostStrip);
    layout.strip = takeLine(left, std::min(strip, left.height()));
    left.setTop(left.top() + kGap);
    if (left.height() >= 3.0 * kGrid)
        layout.sheet = sheetIn(left, picture, fit);
    return layout;
}

std::int64_t termsOfChannel(const OrderedSum& ordered, std::size_t channel)
{
    const std::size_t taps = ordered.sum.tapsOfChannel();
    const auto first = ordered.ranks.begin() + static_cast<std::ptrdiff_t>(channel * taps);
    const auto [least, most]
        = std::minmax_element(first, first + static_cast<std::ptrdiff_t>(taps));
    const bool isNatural = *most - *least + 1 == taps;
    return static_cast<std::int64_t>(isNatural ? *most : *least) + 1;
}

std::int64_t termsAfter(const SumPicture& picture, SumStep step, std::int64_t times)
{
    const std::int64_t count = picture.count();
    switch (step) {
    case SumStep::Back:
        return std::max<std::int64_t>(picture.terms.value_or(count + 1) - times, 0);
    case SumStep::On:
        return std::min(picture.terms.value_or(0) + times, count);
    case SumStep::ChannelBack:
    case SumStep::ChannelOn:
        break;
    }
    const auto channels = static_cast<std::int64_t>(picture.sum().channels());
    const bool isBegin = picture.taken() == 0 || (!picture.terms && step == SumStep::ChannelOn);
    const std::int64_t at = isBegin ? -1 : currentTile(picture);
    const std::int64_t to = at + (step == SumStep::ChannelOn ? times : -times);
    if (to >= channels)
        return count;
    const std::uint32_t channel
        = picture.ordered->channels[static_cast<std::size_t>(std::max<std::int64_t>(to, 0))];
    return termsOfChannel(*picture.ordered, channel);
}

} // namespace factorscope
