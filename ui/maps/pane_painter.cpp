// How a MapPane is drawn.

#include "ui/maps/map_pane.h"
#include "ui/text/text.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

void paintHeading(QPainter& painter, const MapPane& pane, const Theme& theme)
{
    const QFont font = painter.font();
    QFont bold = font;
    bold.setWeight(QFont::DemiBold);
    const double titleHeight = QFontMetricsF(font).height();
    painter.setFont(bold);
    painter.setPen(theme.of(pane.stage));
    const QRectF title(pane.rect.left(), pane.rect.top(), pane.rect.width(), titleHeight);
    const QFontMetricsF metrics(bold);
    painter.drawText(title, Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(pane.heading, Qt::ElideRight, title.width()));

    const QFont small = sized(font, TextSize::Caption);
    const QFontMetricsF smallMetrics(small);
    painter.setFont(small);
    const QRectF line(pane.rect.left(), title.bottom(), pane.rect.width(), smallMetrics.height());
    painter.setPen(theme.warning);
    const QString warning
        = pane.warning.isEmpty() ? QString() : QStringLiteral("⚠ ") + pane.warning;
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, warning);
    painter.setPen(theme.mutedText);
    const double left = line.width() - smallMetrics.horizontalAdvance(warning) - 2.0 * kGrid;
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter,
                     smallMetrics.elidedText(pane.caption, Qt::ElideRight, left));
    painter.setFont(font);
}

void paintBar(QPainter& painter, const QRectF& bar, const Colormap& map)
{
    // One rectangle for each colour: the same in every file format.
    painter.setRenderHint(QPainter::Antialiasing, false); // it would draw the edges between them
    const double step = bar.width() / static_cast<double>(map.colours.size());
    for (std::size_t i = 0; i < map.colours.size(); ++i) {
        const double overlap = i + 1 < map.colours.size() ? 0.5 : 0.0;
        painter.fillRect(QRectF(bar.left() + step * static_cast<double>(i), bar.top(),
                                step + overlap, bar.height()),
                         QColor::fromRgb(packed(map.colours[i])));
    }
    painter.setRenderHint(QPainter::Antialiasing, true);
}

/// Both ends, and between them what there is room for.
void paintTicks(QPainter& painter, const QRectF& line, const MapScale& scale)
{
    const QFontMetricsF metrics(painter.font());
    const auto ticks = scaleTicks(scale);
    const auto width = [&](const ScaleTick& tick) { return metrics.horizontalAdvance(tick.label); };
    painter.drawText(line, Qt::AlignLeft, ticks.front().label);
    painter.drawText(line, Qt::AlignRight, ticks.back().label);
    for (std::size_t i = 1; i + 1 < ticks.size(); ++i) {
        const double middle = line.left() + ticks[i].position * line.width();
        const double half = width(ticks[i]) / 2.0 + kGrid;
        const bool fits = middle - half >= line.left() + width(ticks.front())
            && middle + half <= line.right() - width(ticks.back());
        if (fits)
            painter.drawText(QRectF(middle - half, line.top(), 2.0 * half, line.height()),
                             Qt::AlignHCenter, ticks[i].label);
    }
}

/// The note stands beside the scale where there is room.
void paintScale(QPainter& painter, const MapPane& pane, const Theme& theme)
{
    if (!pane.scale.colours)
        return;
    constexpr double kBarHeight = 2.0 * kGrid;
    constexpr double kMostWidth = 65.0 * kGrid;
    constexpr double kLeastWidth = 35.0 * kGrid;
    const QFont font = painter.font();
    painter.setFont(sized(font, TextSize::Caption));
    const QFontMetricsF metrics(painter.font());
    const double note = metrics.horizontalAdvance(pane.scaleNote) + 2.0 * kGrid;
    const bool hasNote = !pane.scaleNote.isEmpty() && pane.barArea.width() - note >= kLeastWidth;
    const QRectF bar(pane.barArea.left(), pane.barArea.top(),
                     std::min(kMostWidth, pane.barArea.width() - (hasNote ? note : 0.0)),
                     kBarHeight);
    paintBar(painter, bar, *pane.scale.colours);
    painter.setPen(theme.mutedText);
    paintTicks(painter, QRectF(bar.left(), bar.bottom() + 1.0, bar.width(), metrics.height()),
               pane.scale);
    if (hasNote)
        painter.drawText(QRectF(bar.right(), bar.top() - 2.0, note, metrics.height()),
                         Qt::AlignRight | Qt::AlignTop, pane.scaleNote);
    painter.setFont(font);
}

/// A dead map is crossed out, one with NaN or infinity framed.
void paintMarks(QPainter& painter, const MapPane& pane, const Theme& theme)
{
    painter.setPen(QPen(theme.mutedText, 1.0));
    for (const std::int64_t channel : pane.dead) {
        if (!pane.tiles.shows(channel))
            continue;
        const QRectF tile = pane.tiles.tile(channel).adjusted(0.5, 0.5, -0.5, -0.5);
        painter.drawLine(tile.topLeft(), tile.bottomRight());
        painter.drawLine(tile.topRight(), tile.bottomLeft());
    }
    painter.setPen(QPen(theme.error, 2.0));
    for (const std::int64_t channel : pane.nonFinite) {
        if (pane.tiles.shows(channel) && !pane.isColour)
            painter.drawRect(pane.tiles.tile(channel).adjusted(1.0, 1.0, -1.0, -1.0));
    }
}

void paintChoice(QPainter& painter, const MapPane& pane, const ViewSettings& settings,
                 const Theme& theme)
{
    if (settings.isAlone || pane.isColour || !pane.tiles.shows(pane.chosen)
        || pane.tiles.count() < 2)
        return;
    painter.setPen(QPen(theme.accent, 2.0));
    painter.drawRect(pane.tiles.tile(pane.chosen).adjusted(-1.0, -1.0, 1.0, 1.0));
}

/// A frame that stands out from any picture; one that would be too small to see grows to a few
/// points.
void paintFrame(QPainter& painter, QRectF frame, const QRectF& tile, const QColor& colour)
{
    constexpr double kLeast = 7.0;
    if (frame.width() < kLeast) {
        const double grow = (kLeast - frame.width()) / 2.0;
        frame.adjust(-grow, -grow, grow, grow);
    }
    if (!tile.intersects(frame))
        return;
    frame = frame.intersected(tile);
    painter.setPen(QPen(kHalo, 3.0));
    painter.drawRect(frame);
    painter.setPen(QPen(colour, 1.5));
    painter.drawRect(frame);
}

/// Such as what lies within a ring at the border.
void paintMarked(QPainter& painter, const MapPane& pane, const Viewport& viewport)
{
    if (!pane.marked)
        return;
    const PixelBox& box = *pane.marked;
    const QRectF frame = pane.mapping(viewport).toTile(box.x0, box.y0, box.x1, box.y1);
    for (std::int64_t i = 0; i < pane.tiles.count(); ++i) {
        const QRectF tile = pane.tiles.tile(pane.tiles.first() + i);
        paintFrame(painter, frame.translated(tile.topLeft()), tile, Qt::white);
    }
}

void paintCursor(QPainter& painter, const MapPane& pane, const ViewSettings& settings,
                 const ExperimentFields& fields)
{
    if (!settings.cursor || pane.tiles.count() == 0)
        return;
    const Position at = *settings.cursor;
    if (at.y >= pane.map.height || at.x >= pane.map.width)
        return; // of a larger picture before
    PixelBox box{at.y, at.x, at.y, at.x};
    QColor colour = Qt::white;
    if (pane.stage == Stage::Input) {
        box = clippedTo(fieldBox(fields.original, at.y, at.x), pane.map);
        colour = lightTheme().original.lighter(150);
    } else if (pane.stage == Stage::MidBefore || pane.stage == Stage::MidAfter) {
        box = clippedTo(fieldBox(fields.mid, at.y, at.x), pane.map);
        colour = darkTheme().factorised;
    }
    const MapMapping mapping = pane.mapping(settings.viewport);
    for (std::int64_t i = 0; i < pane.tiles.count(); ++i) {
        const QRectF tile = pane.tiles.tile(pane.tiles.first() + i);
        const QRectF frame = mapping.toTile(box.x0, box.y0, box.x1, box.y1);
        paintFrame(painter, frame.translated(tile.topLeft()), tile, colour);
    }
}

} // namespace

void paintPane(QPainter& painter, const MapPane& pane, const QImage& maps,
               const ViewSettings& settings, const ExperimentFields& fields, const Theme& theme)
{
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setBrush(Qt::NoBrush);
    paintHeading(painter, pane, theme);
    if (pane.tiles.count() == 0)
        return;
    if (!maps.isNull())
        painter.drawImage(pane.mapArea, maps);
    paintMarks(painter, pane, theme);
    paintChoice(painter, pane, settings, theme);
    paintMarked(painter, pane, settings.viewport);
    paintCursor(painter, pane, settings, fields);
    paintScale(painter, pane, theme);
}

} // namespace factorscope
