// How a SumPicture is drawn.

#include "ui/arithmetic/sum_picture.h"
#include "ui/arithmetic/sum_words.h"
#include "ui/arithmetic/term_cells.h"
#include "ui/kernels/kernel_picture.h"
#include "ui/text/text.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

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

void paintTiles(const Brush& of)
{
    const OrderedSum& ordered = *of.picture.ordered;
    const std::size_t channel = of.picture.channel();
    const std::size_t taps = ordered.sum.tapsOfChannel();
    const std::array<KernelColours, 3> colours{
        kernelColours(ordered.mostValue, hasNegative(ordered.sum), of.theme,
                      hasNegative(ordered.sum) ? of.diverging : nullptr),
        kernelColours(ordered.mostWeight, true, of.theme, of.diverging),
        kernelColours(ordered.mostContribution, true, of.theme, of.diverging)};
    std::array<std::vector<double>, 3> values;
    std::vector<CellState> states;
    std::vector<CellState> productStates;
    for (std::size_t i = channel * taps; i < (channel + 1) * taps; ++i) {
        const Product& product = ordered.sum.products[i];
        values[0].push_back(product.value);
        values[1].push_back(product.weight);
        values[2].push_back(product.contribution());
        states.push_back(stateOf(product, false));
        productStates.push_back(stateOf(product, of.picture.isPending(i)));
    }
    const std::vector<CellState> weightStates(taps);
    paintTermCells(of.painter, of.layout.tiles[0], values[0], states, colours[0], of.theme);
    paintTermCells(of.painter, of.layout.tiles[1], values[1], weightStates, colours[1], of.theme);
    paintTermCells(of.painter, of.layout.tiles[2], values[2], productStates, colours[2], of.theme);
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
        of.painter.setPen(QPen(of.picture.colour, 2.0, Qt::DashLine));
        for (const std::size_t i : {0U, 2U})
            of.painter.drawRect(
                cellOf(of.layout.tiles[i], *of.picture.opened % taps).adjusted(2, 2, -2, -2));
    }
    if (const auto current = of.picture.current()) {
        for (const KernelCells& cells : of.layout.tiles)
            paintCellFrame(of.painter, cellOf(cells, *current % taps), of.theme);
    }
}

void paintLabels(const Brush& of)
{
    QPainter& painter = of.painter;
    const QFont before = painter.font();
    painter.setFont(sized(before, TextSize::Caption));
    painter.setPen(of.theme.mutedText);
    const QFontMetricsF metrics(painter.font());
    const auto channel = static_cast<std::int64_t>(of.picture.channel());
    const std::int64_t number = of.picture.ordered->firstChannel() + channel + 1;
    const std::array<QString, 3> texts{Arithmetic::tr("values, channel %1").arg(number),
                                       Arithmetic::tr("weights"), Arithmetic::tr("products")};
    for (std::size_t i = 0; i < texts.size(); ++i)
        painter.drawText(of.layout.labels[i], Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(texts[i], Qt::ElideRight, of.layout.labels[i].width()));
    painter.setFont(sized(before, TextSize::Title));
    painter.setPen(of.theme.text);
    for (std::size_t i = 0; i + 1 < of.layout.tiles.size(); ++i) {
        const QRectF left = of.layout.tiles[i].rect();
        const double right = of.layout.tiles[i + 1].rect().left();
        painter.drawText(
            QRectF(left.right(), left.top(), right - left.right() + 1.0, left.height()),
            Qt::AlignCenter, i == 0 ? QStringLiteral("×") : QStringLiteral("="));
    }
    painter.setFont(before);
}

void paintNumbersBelow(const Brush& of)
{
    of.painter.setPen(of.theme.text);
    paintLine(of.painter, of.layout.equation, equationText(of.picture), Qt::AlignLeft,
              TextSize::Title);
    QRectF line = of.layout.soFar;
    of.painter.setPen(of.picture.colour);
    const QString sum = Arithmetic::tr("Σ = %1").arg(significant(of.picture.soFar(), 6));
    QFont bold = of.painter.font();
    const QFont before = bold;
    bold.setWeight(QFont::DemiBold);
    of.painter.setFont(bold);
    const double width = std::min(line.width(), QFontMetricsF(bold).horizontalAdvance(sum) + 1.0);
    paintLine(of.painter, QRectF(line.right() - width, line.top(), width, line.height()), sum,
              Qt::AlignRight, TextSize::Body);
    of.painter.setFont(before);
    line.setRight(line.right() - width - kGrid);
    of.painter.setPen(of.theme.mutedText);
    paintLine(of.painter, line, takenText(of.picture), Qt::AlignLeft, TextSize::Caption);
}

/// A running sum over the number of its terms.
class RunningLine {
public:
    RunningLine(const std::vector<double>& sums, const QRectF& area) : m_sums(sums), m_area(area)
    {
        for (const double sum : sums) {
            if (std::isfinite(sum)) {
                m_low = std::min(m_low, sum);
                m_high = std::max(m_high, sum);
            }
        }
    }
    double y(double sum) const
    {
        const double span = m_high > m_low ? m_high - m_low : 1.0;
        return m_area.bottom() - (sum - m_low) / span * m_area.height();
    }
    double x(std::size_t term) const
    {
        const auto last = static_cast<double>(std::max<std::size_t>(m_sums.size() - 1, 1));
        return m_area.left() + static_cast<double>(term) / last * m_area.width();
    }
    /// Of the terms from `first` to `last`; of many in one place the extremes alone.
    QPainterPath path(std::size_t first, std::size_t last) const
    {
        QPainterPath path;
        const auto places = static_cast<std::size_t>(std::max(1.0, 2.0 * m_area.width()));
        const std::size_t stride = 1 + (last - first) / places;
        bool isBroken = true;
        for (std::size_t i = first; i <= last; i += stride) {
            const std::size_t end = std::min(i + stride, last + 1);
            const auto from = m_sums.begin() + static_cast<std::ptrdiff_t>(i);
            const auto [least, most]
                = std::minmax_element(from, m_sums.begin() + static_cast<std::ptrdiff_t>(end));
            for (const auto& one : {std::min(least, most), std::max(least, most)}) {
                const QPointF point(x(static_cast<std::size_t>(one - m_sums.begin())), y(*one));
                if (!std::isfinite(*one)) {
                    isBroken = true;
                } else if (isBroken) {
                    path.moveTo(point);
                    isBroken = false;
                } else {
                    path.lineTo(point);
                }
            }
        }
        return path;
    }

private:
    const std::vector<double>& m_sums;
    QRectF m_area;
    double m_low = 0.0;
    double m_high = 0.0;
};

void paintStrip(const Brush& of)
{
    const std::vector<double>& sums = of.picture.ordered->running;
    const RunningLine line(sums, of.layout.strip.adjusted(1.0, 3.0, -5.0, -3.0));
    const auto taken = static_cast<std::size_t>(of.picture.taken());
    QPainter& painter = of.painter;
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(of.theme.line, 1.0));
    painter.drawLine(QPointF(of.layout.strip.left(), line.y(0.0)),
                     QPointF(of.layout.strip.right(), line.y(0.0)));
    painter.drawPath(line.path(taken, sums.size() - 1));
    painter.setPen(QPen(of.picture.colour, 1.5));
    painter.drawPath(line.path(0, taken));
    if (!std::isfinite(sums[taken]))
        return;
    painter.setBrush(of.picture.colour);
    painter.setPen(Qt::NoPen);
    painter.drawEllipse(QPointF(line.x(taken), line.y(sums[taken])), 3.5, 3.5);
}

void paintBias(const Brush& of, const QRectF& tile)
{
    const bool isPending = of.picture.terms && !of.picture.isAtBias();
    of.painter.setPen(QPen(of.theme.mutedText, 1.0));
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
        frame(*of.picture.opened / taps, QPen(of.picture.colour, 1.5, Qt::DashLine));
    if (!of.picture.isAtBias())
        frame(of.picture.channel(), QPen(of.theme.accent, 2.0));
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
    paintKernelHeading(painter, layout.heading, layout.caption, picture.heading, picture.caption,
                       picture.colour, theme);
    if (picture.isEmpty()) {
        painter.setPen(theme.mutedText);
        painter.drawText(QRectF(rect.left(), layout.caption.top(), rect.width(),
                                rect.bottom() - layout.caption.top()),
                         Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, picture.emptyText);
        return;
    }
    const Brush brush{painter, picture, layout, theme, diverging};
    paintLabels(brush);
    paintTiles(brush);
    paintMarks(brush);
    paintNumbersBelow(brush);
    paintStrip(brush);
    paintSheet(brush);
    paintScroll(brush);
    const QFont before = painter.font();
    painter.setFont(sized(before, TextSize::Caption));
    painter.setPen(theme.mutedText);
    painter.drawText(layout.result, Qt::AlignLeft | Qt::AlignBottom | Qt::TextWordWrap,
                     picture.result);
    painter.setFont(before);
}

} // namespace factorscope
