// How a ReusePicture is drawn.

#include "ui/arithmetic/reuse_picture.h"
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

/// What a mid position is while an output is computed.
enum class Mid { Missing, Kept, Reused, New };

Mid midOf(const ReusePicture& picture, const Position& mid)
{
    if (!picture.output)
        return Mid::Kept;
    const Position at = picture.current();
    const Extent window = picture.counts.window;
    const bool isNeeded = mid.y >= at.y && mid.y < at.y + window.height && mid.x >= at.x
        && mid.x < at.x + window.width;
    const bool isKnown = isKnownMid(picture.counts, mid, at, picture.tile);
    if (isNeeded)
        return isKnown ? Mid::Reused : Mid::New;
    return isKnown ? Mid::Kept : Mid::Missing;
}

QColor weaker(QColor colour, int alpha)
{
    colour.setAlpha(alpha);
    return colour;
}

/// Digits as large as fit all of these texts.
QFont digitsFor(const QFont& base, const QStringList& texts, double side)
{
    QFont font = base;
    for (int pixels = mostDigitPixels(side); pixels >= 6; --pixels) {
        font.setPixelSize(pixels);
        const QFontMetricsF metrics(font);
        if (std::ranges::all_of(texts, [&](const QString& text) {
                return metrics.horizontalAdvance(text) <= side - 3.0;
            }))
            return font;
    }
    font.setPixelSize(1); // none
    return font;
}

struct Board {
    QPainter& painter;
    const ReusePicture& picture;
    const ReuseLayout& layout;
    const Theme& theme;
};

void paintCell(const Board& of, const QRectF& cell, const QColor& fill, const QColor& edge,
               double width)
{
    of.painter.setPen(QPen(edge, width));
    of.painter.setBrush(fill);
    const double in = width / 2.0 + 0.5;
    of.painter.drawRect(cell.adjusted(in, in, -in, -in));
}

void paintText(const Board& of, const QRectF& cell, const QString& text, const QColor& colour,
               const QFont& font)
{
    if (font.pixelSize() < 6)
        return;
    const QFont before = of.painter.font();
    of.painter.setFont(font);
    of.painter.setPen(colour);
    of.painter.drawText(cell, Qt::AlignCenter, text);
    of.painter.setFont(before);
}

void paintMid(const Board& of, const QRectF& cell, Mid mid, const QFont& digits)
{
    const QColor& own = of.theme.factorised;
    switch (mid) {
    case Mid::Missing:
        paintCell(of, cell, Qt::transparent, of.theme.line, 1.0);
        break;
    case Mid::Kept:
        paintCell(of, cell, weaker(own, 60), of.theme.line, 1.0);
        break;
    case Mid::Reused:
        paintCell(of, cell, own, own, 1.0);
        paintText(of, cell, QStringLiteral("0"), readableOn(own.rgb()), digits);
        break;
    case Mid::New:
        paintCell(of, cell, Qt::transparent, own, 2.5);
        paintText(of, cell, shortNumber(static_cast<double>(of.picture.counts.first)),
                  of.theme.text, digits);
        break;
    }
}

void paintMids(const Board& of)
{
    const KernelCells& cells = of.layout.mids;
    const QFont digits = digitsFor(
        of.painter.font(),
        {QStringLiteral("0"), shortNumber(static_cast<double>(of.picture.counts.first))},
        cells.side);
    for (int y = 0; y < cells.rows; ++y) {
        for (int x = 0; x < cells.columns; ++x)
            paintMid(of, cells.cell({y, x}), midOf(of.picture, {y, x}), digits);
    }
    if (!of.picture.output)
        return;
    const Position at = of.picture.current();
    const Extent window = of.picture.counts.window;
    const QRectF frame = cells.cell({static_cast<int>(at.y), static_cast<int>(at.x)})
                             .united(cells.cell({static_cast<int>(at.y + window.height - 1),
                                                 static_cast<int>(at.x + window.width - 1)}));
    of.painter.setBrush(Qt::NoBrush);
    of.painter.setPen(QPen(of.theme.text, of.theme.stroke(2.0)));
    of.painter.drawRect(frame);
}

void paintOutputs(const Board& of)
{
    const KernelCells& cells = of.layout.outputs;
    QStringList texts;
    for (std::int64_t i = 0; i < of.picture.outputs(); ++i)
        texts << shortNumber(static_cast<double>(of.picture.multiplicationsOf(i)));
    const QFont digits = digitsFor(of.painter.font(), texts, cells.side);
    for (std::int64_t i = 0; i < of.picture.outputs(); ++i) {
        const QRectF cell = cells.cell(
            {static_cast<int>(i / of.picture.tile), static_cast<int>(i % of.picture.tile)});
        const bool isComputed = i < of.picture.computed();
        paintCell(of, cell, isComputed ? weaker(of.theme.factorised, 60) : QColor(Qt::transparent),
                  of.theme.line, 1.0);
        if (isComputed)
            paintText(of, cell, texts[i], of.theme.text, digits);
    }
    if (!of.picture.output)
        return;
    const Position at = of.picture.current();
    of.painter.setBrush(Qt::NoBrush);
    of.painter.setPen(QPen(of.theme.text, of.theme.stroke(2.0)));
    of.painter.drawRect(cells.cell({static_cast<int>(at.y), static_cast<int>(at.x)}));
}

struct Bar {
    QString name;
    double value;
    QColor colour;
};

std::vector<Bar> barsOf(const ReusePicture& picture, const Theme& theme)
{
    const Multiplications& counts = picture.counts;
    std::vector<Bar> bars{
        {Arithmetic::tr("original 5×5"), static_cast<double>(counts.direct), theme.original},
        {Arithmetic::tr("%1, no reuse").arg(picture.name),
         static_cast<double>(counts.withoutReuse()), theme.factorised},
    };
    if (picture.output)
        bars.push_back({Arithmetic::tr("this output"),
                        static_cast<double>(picture.multiplicationsOf(*picture.output)),
                        theme.factorised});
    bars.push_back({picture.output ? Arithmetic::tr("average so far")
                                   : Arithmetic::tr("tile of %1×%1").arg(picture.tile),
                    picture.average(), theme.factorised});
    bars.push_back(
        {Arithmetic::tr("all reused"), static_cast<double>(counts.withReuse()), theme.factorised});
    return bars;
}

QString barText(double value)
{
    return value == std::floor(value) ? grouped(static_cast<std::int64_t>(value))
                                      : fixed(value, value < 1000.0 ? 2 : 0);
}

void paintBars(const Board& of)
{
    const std::vector<Bar> bars = barsOf(of.picture, of.theme);
    const QFontMetricsF metrics(of.painter.font());
    double names = 0.0;
    double numbers = 0.0;
    double most = 0.0;
    for (const Bar& bar : bars) {
        names = std::max(names, metrics.horizontalAdvance(bar.name));
        numbers = std::max(numbers, metrics.horizontalAdvance(barText(bar.value)));
        most = std::max(most, bar.value);
    }
    names += 2.0 * kGrid;
    numbers += 2.0 * kGrid;
    const double room = std::max(0.0, of.layout.bars.width() - names - numbers);
    QRectF line(of.layout.bars.left(), of.layout.bars.top(), of.layout.bars.width(),
                metrics.height());
    for (const Bar& bar : bars) {
        of.painter.setPen(of.theme.text);
        of.painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, bar.name);
        of.painter.drawText(
            QRectF(line.left() + names, line.top(), numbers - 2.0 * kGrid, line.height()),
            Qt::AlignRight | Qt::AlignVCenter, barText(bar.value));
        of.painter.fillRect(QRectF(line.left() + names + numbers, line.top() + 3.0,
                                   most > 0.0 ? room * bar.value / most : 0.0, line.height() - 6.0),
                            bar.colour);
        line.translate(0.0, line.height() + kGrid);
    }
}

void paintWords(const Board& of)
{
    const QFont before = of.painter.font();
    of.painter.setFont(sized(before, TextSize::Caption));
    of.painter.setPen(of.theme.mutedText);
    const QFontMetricsF metrics(of.painter.font());
    const auto line = [&](const QRectF& rect, const QString& text) {
        of.painter.drawText(rect, Qt::AlignLeft | Qt::AlignVCenter,
                            metrics.elidedText(text, Qt::ElideRight, rect.width()));
    };
    line(of.layout.midTitle, Arithmetic::tr("mid positions"));
    line(of.layout.outputTitle, Arithmetic::tr("outputs"));
    line(of.layout.legend,
         of.picture.output ? Arithmetic::tr("0: reused · %1: computed now")
                                 .arg(shortNumber(static_cast<double>(of.picture.counts.first)))
                           : Arithmetic::tr("→ steps from output to output"));
    of.painter.setFont(before);
}

} // namespace

void paintReuse(QPainter& painter, const QRectF& rect, const ReusePicture& picture,
                const Theme& theme)
{
    const ReuseLayout layout = reuseLayout(picture, rect, painter.font());
    const QString caption = picture.channels == Channels::One
        ? Arithmetic::tr("multiplications for one channel of each kind")
        : Arithmetic::tr("multiplications for all channels");
    paintKernelHeading(painter, layout.heading, layout.caption,
                       Arithmetic::tr("%1×%1 outputs over %2×%3 mid positions")
                           .arg(picture.tile)
                           .arg(picture.midSize().height)
                           .arg(picture.midSize().width),
                       caption, theme.factorised, theme);
    const Board board{painter, picture, layout, theme};
    paintWords(board);
    paintMids(board);
    paintOutputs(board);
    if (!board.layout.bars.isEmpty())
        paintBars(board);
}

} // namespace factorscope
