// How a SumPicture is drawn.

#include "ui/arithmetic/running_line.h"
#include "ui/arithmetic/sum_picture.h"
#include "ui/arithmetic/sum_words.h"
#include "ui/arithmetic/term_cells.h"
#include "ui/kernels/kernel_picture.h"
#include "ui/text/text.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Arithmetic {
    Q_DECLARE_TR_FUNCTIONS(Arithmetic)
};

/// What the parts are drawn with.
struct Brush {
    QPainter& painter;
    const SumPicture& picture;
    const SumLayout& layout;
    const Theme& theme;
    const Colormap* diverging;
};

bool hasNegative(const ProductSum& sum)
{
    return std::ranges::any_of(sum.products,
                               [](const Product& product) { return product.value < 0.0F; });
}

/// The largest of the font's sizes in which the text fits, else elided.
void paintLine(QPainter& painter, const QRectF& line, const QString& text, Qt::Alignment alignment,
               TextSize most)
{
    const QFont before = painter.font();
    for (int size = static_cast<int>(most); size >= 0; --size) {
        painter.setFont(sized(before, static_cast<TextSize>(size)));
        if (QFontMetricsF(painter.font()).horizontalAdvance(text) <= line.width())
            break;
    }
    const QFontMetricsF metrics(painter.font());
    painter.drawText(line, alignment | Qt::AlignVCenter,
                     metrics.elidedText(text, Qt::ElideRight, line.width()));
    painter.setFont(before);
}

/// One tile of the channel that is shown large.
struct LargeTile {
    std::vector<double> values;
    std::vector<CellState> states;
    KernelColours colours;
    int exponent = 0; ///< of ten, that the values are counted in
};

/// Short numbers are read from afar: small and large ones are counted in a power of ten.
void countInPower(LargeTile& tile, double side)
{
    constexpr double kNoNumbers = 5.5 * kGrid; // sides of cells
    constexpr double kNarrow = 8.0 * kGrid;
    const int kLeast = side < kNarrow ? 0 : -1; // exponents that are no trouble
    constexpr int kMost = 2;
    const double most = largestMagnitude(tile.values);
    if (most == 0.0 || side < kNoNumbers)
        return;
    const int exponent = static_cast<int>(std::floor(std::log10(most)));
    if (exponent >= kLeast && exponent <= kMost)
        return;
    tile.exponent = exponent;
    const double scale = std::pow(10.0, -exponent);
    for (double& value : tile.values)
        value *= scale;
    tile.colours.limit *= scale;
}

/// Values, weights and products.
std::array<LargeTile, 3> largeTiles(const SumPicture& picture, double side, const Theme& theme,
                                    const Colormap* diverging)
{
    const OrderedSum& ordered = *picture.ordered;
    const bool isSigned = hasNegative(ordered.sum);
    std::array<LargeTile, 3> tiles{
        LargeTile{
            {},
            {},
            kernelColours(ordered.mostValue, isSigned, theme, isSigned ? diverging : nullptr)},
        LargeTile{{}, {}, kernelColours(ordered.mostWeight, true, theme, diverging)},
        LargeTile{{}, {}, kernelColours(ordered.mostContribution, true, theme, diverging)}};
    const std::size_t taps = ordered.sum.tapsOfChannel();
    const std::size_t first = picture.channel() * taps;
    for (std::size_t i = first; i < first + taps; ++i) {
        const Product& product = ordered.sum.products[i];
        tiles[0].values.push_back(product.value);
        tiles[0].states.push_back(stateOf(product, false));
        tiles[1].values.push_back(product.weight);
        tiles[1].states.emplace_back();
        tiles[2].values.push_back(product.contribution());
        tiles[2].states.push_back(stateOf(product, picture.isPending(i)));
    }
    for (LargeTile& tile : tiles)
        countInPower(tile, side);
    return tiles;
}

/// "10⁻⁵"
QString powerText(int exponent)
{
    static const QString kDigits = QStringLiteral("⁰¹²³⁴⁵⁶⁷⁸⁹");
    QString text = QStringLiteral("10");
    for (const QChar digit : QString::number(exponent))
        text += digit == u'-' ? QChar(u'⁻') : kDigits[digit.digitValue()];
    return text;
}

QRectF cellOf(const KernelCells& cells, std::size_t inChannel)
{
    const auto columns = static_cast<std::size_t>(cells.columns);
    return cells.cell(
        {static_cast<int>(inChannel / columns), static_cast<int>(inChannel % columns)});
}

/// The opened tap, where it is in view, and about it the current one.
void paintMarks(const Brush& of)
{
    const std::size_t taps = of.picture.sum().tapsOfChannel();
    const auto isShown
        = [&](std::size_t product) { return product / taps == of.picture.channel(); };
    if (of.picture.opened && isShown(*of.picture.opened)) {
        of.painter.setBrush(Qt::NoBrush);
        for (const std::size_t i : {0U, 2U}) {
            const QRectF cell
                = cellOf(of.layout.tiles[i], *of.picture.opened % taps).adjusted(2, 2, -2, -2);
            of.painter.setPen(QPen(of.theme.surface, of.theme.stroke(4.0)));
            of.painter.drawRect(cell);
            of.painter.setPen(QPen(of.picture.colour, of.theme.stroke(2.0), Qt::DashLine));
            of.painter.drawRect(cell);
        }
    }
    if (const auto current = of.picture.current()) {
        for (const KernelCells& cells : of.layout.tiles)
            paintCellFrame(of.painter, cellOf(cells, *current % taps), of.theme);
    }
}

/// The first of these that fits, and the power of ten that the numbers are counted in.
QString labelText(const QStringList& names, int exponent, double room, const QFontMetricsF& metrics)
{
    const QString power = exponent == 0 ? QString() : QStringLiteral(" ·") + powerText(exponent);
    for (const QString& name : names) {
        if (metrics.horizontalAdvance(name + power) <= room)
            return name + power;
    }
    return metrics.elidedText(names.back() + power, Qt::ElideRight, room);
}

void paintSigns(const Brush& of)
{
    const QFont before = of.painter.font();
    of.painter.setFont(sized(before, TextSize::Title));
    of.painter.setPen(of.theme.text);
    for (std::size_t i = 0; i + 1 < of.layout.tiles.size(); ++i) {
        const QRectF left = of.layout.tiles[i].rect();
        const double right = of.layout.tiles[i + 1].rect().left();
        of.painter.drawText(
            QRectF(left.right(), left.top(), right - left.right() + 1.0, left.height()),
            Qt::AlignCenter, i == 0 ? QStringLiteral("×") : QStringLiteral("="));
    }
    of.painter.setFont(before);
}

void paintTiles(const Brush& of)
{
    const auto tiles = largeTiles(of.picture, of.layout.tiles[0].side, of.theme, of.diverging);
    for (std::size_t i = 0; i < tiles.size(); ++i)
        paintTermCells(of.painter, of.layout.tiles[i], tiles[i].values, tiles[i].states,
                       tiles[i].colours, of.theme);
    const QFont before = of.painter.font();
    of.painter.setFont(sized(before, TextSize::Caption));
    of.painter.setPen(of.theme.mutedText);
    const QFontMetricsF metrics(of.painter.font());
    const auto channel = static_cast<std::int64_t>(of.picture.channel());
    const std::int64_t number = of.picture.ordered->firstChannel() + channel + 1;
    const std::array<QStringList, 3> names{
        QStringList{Arithmetic::tr("values, channel %1").arg(number),
                    Arithmetic::tr("ch. %1").arg(number)},
        QStringList{Arithmetic::tr("weights"), QString()},
        QStringList{Arithmetic::tr("products"), QString()}};
    for (std::size_t i = 0; i < names.size(); ++i) {
        const QRectF& label = of.layout.labels[i];
        of.painter.drawText(label, Qt::AlignLeft | Qt::AlignVCenter,
                            labelText(names[i], tiles[i].exponent, label.width(), metrics));
    }
    of.painter.setFont(before);
    paintSigns(of);
}

void paintNumbers(const Brush& of)
{
    of.painter.setPen(of.theme.text);
    paintLine(of.painter, of.layout.equation, equationText(of.picture), Qt::AlignLeft,
              TextSize::Title);
    of.painter.setPen(of.picture.colour);
    paintLine(of.painter, of.layout.soFar, soFarText(of.picture), Qt::AlignRight, TextSize::Title);
}

void paintBias(const Brush& of, const QRectF& tile)
{
    const bool isPending = of.picture.terms && !of.picture.isAtBias();
    of.painter.setPen(QPen(of.theme.mutedText, of.theme.stroke(1.0)));
    of.painter.setBrush(Qt::NoBrush);
    of.painter.drawRect(tile.adjusted(0.5, 0.5, -0.5, -0.5));
    const QFont before = of.painter.font();
    QFont small = sized(before, TextSize::Caption);
    small.setPixelSize(std::max(5, static_cast<int>(std::min(tile.height(), 16.0) * 0.75)));
    of.painter.setFont(small);
    of.painter.setPen(isPending ? of.theme.line : of.theme.text);
    of.painter.drawText(tile, Qt::AlignCenter, Arithmetic::tr("b", "bias"));
    of.painter.setFont(before);
    if (of.picture.isAtBias())
        paintCellFrame(of.painter, tile, of.theme);
}

void paintSheetTile(const Brush& of, int tile)
{
    const OrderedSum& ordered = *of.picture.ordered;
    const KernelCells cells = of.layout.sheet.cells(tile);
    if (static_cast<std::size_t>(tile) >= ordered.channels.size()) {
        paintBias(of, cells.rect());
        return;
    }
    const std::size_t taps = ordered.sum.tapsOfChannel();
    const std::size_t first = ordered.channels[static_cast<std::size_t>(tile)] * taps;
    const KernelColours colours
        = kernelColours(ordered.mostContribution, true, of.theme, of.diverging);
    for (std::size_t i = 0; i < taps; ++i)
        paintTerm(of.painter, cellOf(cells, i), ordered.sum.products[first + i].contribution(),
                  stateOf(ordered.sum.products[first + i], of.picture.isPending(first + i)),
                  colours, of.theme);
}

void paintSheet(const Brush& of)
{
    const ProductSheet& sheet = of.layout.sheet;
    if (sheet.side <= 0.0)
        return;
    of.painter.setRenderHint(QPainter::Antialiasing, false);
    const int first = sheet.firstRow * sheet.across;
    for (int tile = first; sheet.shows(tile); ++tile)
        paintSheetTile(of, tile);
    of.painter.setRenderHint(QPainter::Antialiasing, true);
    const auto& channels = of.picture.ordered->channels;
    const std::size_t taps = of.picture.sum().tapsOfChannel();
    const auto frame = [&](std::size_t channel, const QPen& pen) {
        const auto at = std::ranges::find(channels, static_cast<std::uint32_t>(channel));
        const int tile = static_cast<int>(at - channels.begin());
        if (!sheet.shows(tile))
            return;
        of.painter.setBrush(Qt::NoBrush);
        of.painter.setPen(pen);
        of.painter.drawRect(sheet.cells(tile).rect().adjusted(-1.0, -1.0, 1.0, 1.0));
    };
    if (of.picture.opened)
        frame(*of.picture.opened / taps,
              QPen(of.picture.colour, of.theme.stroke(1.5), Qt::DashLine));
    if (!of.picture.isAtBias())
        frame(of.picture.channel(), QPen(of.theme.accent, of.theme.stroke(2.0)));
}

/// Where a part of the sheet is shown, which.
void paintScroll(const Brush& of)
{
    const ProductSheet& sheet = of.layout.sheet;
    if (sheet.side <= 0.0 || sheet.shownRows >= sheet.allRows())
        return;
    const QRectF bar(sheet.area.right() - 3.0, sheet.area.top(), 3.0, sheet.area.height());
    const double all = sheet.allRows();
    of.painter.fillRect(bar, of.theme.ground);
    of.painter.fillRect(QRectF(bar.left(), bar.top() + bar.height() * sheet.firstRow / all,
                               bar.width(), bar.height() * sheet.shownRows / all),
                        of.theme.mutedText);
}

} // namespace

void paintSum(QPainter& painter, const QRectF& rect, const SumPicture& picture, const Theme& theme,
              const Colormap* diverging, const SheetFit& fit)
{
    const SumLayout layout = sumLayout(picture, rect, painter.font(), fit);
    const QString caption = picture.terms && !picture.isEmpty()
        ? takenText(picture) + QStringLiteral(" · ") + picture.caption
        : picture.caption;
    paintKernelHeading(painter, layout.heading, layout.caption, layout.headingText, caption,
                       picture.colour, theme);
    if (picture.isEmpty()) {
        painter.setPen(theme.mutedText);
        painter.drawText(QRectF(rect.left(), layout.caption.top(), rect.width(),
                                rect.bottom() - layout.caption.top()),
                         Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, picture.emptyText);
        return;
    }
    const Brush brush{painter, picture, layout, theme, diverging};
    if (picture.isActive)
        painter.fillRect(QRectF(rect.left() - kGrid, rect.top() + 2.0, 2.0,
                                layout.caption.bottom() - rect.top() - 2.0),
                         picture.colour);
    paintTiles(brush);
    paintMarks(brush);
    paintNumbers(brush);
    paintRunningSum(painter, layout.strip, picture, theme);
    paintSheet(brush);
    paintScroll(brush);
    const QFont before = painter.font();
    painter.setFont(sized(before, TextSize::Caption));
    painter.setPen(theme.mutedText);
    const QFontMetricsF metrics(painter.font());
    QRectF line(layout.result.left(), layout.result.top(), layout.result.width(), metrics.height());
    for (const QString& text : layout.resultLines) {
        painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(text, Qt::ElideRight, line.width()));
        line.translate(0.0, metrics.height());
    }
    painter.setFont(before);
}

} // namespace factorscope
