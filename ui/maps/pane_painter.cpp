// How a MapPane is drawn.

#include "ui/maps/histogram_drawing.h"
#include "ui/maps/map_pane.h"
#include "ui/maps/pane_words.h"
#include "ui/text/text.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

/// What stands at the right end of the heading: of the other half of a pane that is split.
struct OtherHeading {
    QString text;
    QColor colour;
};

void paintTitle(QPainter& painter, const MapPane& pane, const OtherHeading& other,
                const Theme& theme)
{
    const QFont font = painter.font();
    QFont bold = font;
    bold.setWeight(QFont::DemiBold);
    painter.setFont(bold);
    const QFontMetricsF metrics(bold);
    const QRectF title(pane.rect.left(), pane.rect.top(), pane.rect.width(),
                       QFontMetricsF(font).height());
    const QString own = metrics.elidedText(pane.heading, Qt::ElideRight, title.width());
    painter.setPen(theme.of(pane.stage));
    painter.drawText(title, Qt::AlignLeft | Qt::AlignVCenter, own);
    const double left = title.width() - metrics.horizontalAdvance(own) - 2.0 * kGrid;
    painter.setPen(other.colour);
    painter.drawText(title, Qt::AlignRight | Qt::AlignVCenter,
                     metrics.elidedText(other.text, Qt::ElideRight, left));
    painter.setFont(font);
}

void paintHeading(QPainter& painter, const MapPane& pane, const OtherHeading& other,
                  const Theme& theme)
{
    paintTitle(painter, pane, other, theme);
    const QFont font = painter.font();
    const QFont small = sized(font, TextSize::Caption);
    const QFontMetricsF smallMetrics(small);
    painter.setFont(small);
    const QRectF line(pane.rect.left(), pane.rect.top() + QFontMetricsF(font).height(),
                      pane.rect.width(), smallMetrics.height());
    painter.setPen(theme.warning);
    const QString warning
        = pane.warning.isEmpty() ? QString() : QStringLiteral("⚠ ") + pane.warning;
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, warning);
    painter.setPen(theme.mutedText);
    const double left = line.width() - smallMetrics.horizontalAdvance(warning) - 2.0 * kGrid;
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter,
                     fittingCaption(pane.caption, left, smallMetrics));
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

/// The upper end, the lower one and what lies between them where there is room.
void paintTicks(QPainter& painter, const QRectF& line, const MapScale& scale)
{
    const QFontMetricsF metrics(painter.font());
    const auto ticks = scaleTicks(scale);
    const auto width = [&](const ScaleTick& tick) { return metrics.horizontalAdvance(tick.label); };
    if (width(ticks.front()) + width(ticks.back()) + kGrid <= line.width())
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
struct ScaleBar {
    QRectF bar;
    double note = 0.0; ///< width of the note; 0 where there is none
};

ScaleBar scaleBarOf(const MapPane& pane, const QFont& font)
{
    constexpr double kBarHeight = 2.0 * kGrid;
    constexpr double kMostWidth = 65.0 * kGrid;
    constexpr double kLeastWidth = 35.0 * kGrid;
    const QFontMetricsF metrics(sized(font, TextSize::Caption));
    const double note = metrics.horizontalAdvance(pane.scaleNote) + 2.0 * kGrid;
    const bool hasNote = !pane.scaleNote.isEmpty() && pane.barArea.width() - note >= kLeastWidth;
    const double room = pane.barArea.width() - (hasNote ? note : 0.0);
    const double most = pane.histogramArea.isEmpty() ? kMostWidth : room;
    return {QRectF(pane.barArea.left(), pane.barArea.top(), std::min(most, room), kBarHeight),
            hasNote ? note : 0.0};
}

void paintScale(QPainter& painter, const MapPane& pane, const Theme& theme)
{
    if (!pane.scale.colours)
        return;
    const QFont font = painter.font();
    const auto [bar, note] = scaleBarOf(pane, font);
    painter.setFont(sized(font, TextSize::Caption));
    const QFontMetricsF metrics(painter.font());
    paintBar(painter, bar, *pane.scale.colours);
    painter.setPen(theme.mutedText);
    paintTicks(painter, QRectF(bar.left(), bar.bottom() + 1.0, bar.width(), metrics.height()),
               pane.scale);
    if (note > 0.0)
        painter.drawText(QRectF(bar.right(), bar.top() - 2.0, note, metrics.height()),
                         Qt::AlignRight | Qt::AlignTop, pane.scaleNote);
    painter.setFont(font);
}

/// On the axis of the colour scale, which they share.
void paintHistograms(QPainter& painter, const std::vector<const MapPane*>& panes,
                     const Theme& theme)
{
    const MapPane& first = *panes.front();
    if (first.histogramArea.isEmpty())
        return;
    std::vector<HistogramCurve> curves;
    for (const MapPane* pane : panes) {
        if (pane->histogram)
            curves.push_back({&*pane->histogram, theme.of(pane->stage)});
    }
    const QRectF bar = scaleBarOf(first, painter.font()).bar;
    drawHistograms(painter,
                   QRectF(bar.left(), first.histogramArea.top() + kGrid, bar.width(),
                          first.histogramArea.height() - kGrid),
                   curves);
}

/// In the lines that there is room for; two panes share them.
void paintStatistics(QPainter& painter, const std::vector<const MapPane*>& panes,
                     const Theme& theme)
{
    const QFont font = painter.font();
    painter.setFont(sized(font, TextSize::Caption));
    const QFontMetricsF metrics(painter.font());
    QRectF line = panes.front()->statisticsArea;
    const int lines = statisticsLineCount(line.width(), metrics);
    line.setHeight(metrics.height());
    for (const MapPane* pane : panes) {
        painter.setPen(panes.size() > 1 ? theme.of(pane->stage) : theme.text);
        for (const QString& text : statisticsLines(pane->statistics, lines)) {
            painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter,
                             metrics.elidedText(text, Qt::ElideRight, line.width()));
            line.translate(0.0, std::ceil(metrics.lineSpacing()));
        }
    }
    painter.setFont(font);
}

/// Numbers whose middle is in sight; the divider of a pane that is split covers none.
void paintCells(QPainter& painter, const MapPane& pane, double from, double to)
{
    if (pane.cells.empty())
        return;
    const QFont font = painter.font();
    painter.setFont(cellFont(font, pane.cellSide));
    for (const CellValue& value : pane.cells) {
        constexpr double kOfNumber = 0.4; // on either side of the middle
        const double middle = value.cell.center().x();
        const double half = kOfNumber * value.cell.width();
        if (middle - half < from || middle + half > to)
            continue;
        painter.setPen(value.colour);
        painter.drawText(value.cell, Qt::AlignCenter, value.text);
    }
    painter.setFont(font);
}

/// What is seen of a diagonal of a tile that is scrolled in part; figures may not clip.
QLineF clipped(QLineF line, const QRectF& area)
{
    const auto at
        = [line](double y) { return line.pointAt((y - line.y1()) / (line.y2() - line.y1())); };
    const double top = std::max(area.top(), std::min(line.y1(), line.y2()));
    const double bottom = std::min(area.bottom(), std::max(line.y1(), line.y2()));
    return {at(top), at(bottom)};
}

/// A dead map is crossed out, one with NaN or infinity framed.
void paintMarks(QPainter& painter, const MapPane& pane, const Theme& theme)
{
    painter.setPen(QPen(theme.mutedText, theme.stroke(1.0)));
    for (const std::int64_t channel : pane.dead) {
        if (!pane.shows(channel))
            continue;
        const QRectF tile = pane.tileOf(channel).adjusted(0.5, 0.5, -0.5, -0.5);
        painter.drawLine(clipped({tile.topLeft(), tile.bottomRight()}, pane.mapArea));
        painter.drawLine(clipped({tile.bottomLeft(), tile.topRight()}, pane.mapArea));
    }
    painter.setPen(QPen(theme.error, theme.stroke(2.0)));
    for (const std::int64_t channel : pane.nonFinite) {
        if (pane.shows(channel) && !pane.isColour)
            painter.drawRect(
                pane.tileOf(channel).intersected(pane.mapArea).adjusted(1.0, 1.0, -1.0, -1.0));
    }
}

void paintChoice(QPainter& painter, const MapPane& pane, const ViewSettings& settings,
                 const Theme& theme)
{
    if (settings.isAlone || pane.isColour || !pane.shows(pane.chosen) || pane.tiles.count() < 2)
        return;
    painter.setPen(QPen(theme.accent, theme.stroke(2.0)));
    painter.drawRect(
        pane.tileOf(pane.chosen).intersected(pane.mapArea).adjusted(-1.0, -1.0, 1.0, 1.0));
}

/// A frame that stands out from any picture; one that would be too small to see grows to a few
/// points.
void paintFrame(QPainter& painter, QRectF frame, const QRectF& tile, const QColor& colour,
                const Theme& theme)
{
    constexpr double kLeast = 7.0;
    if (frame.width() < kLeast) {
        const double grow = (kLeast - frame.width()) / 2.0;
        frame.adjust(-grow, -grow, grow, grow);
    }
    if (!tile.intersects(frame))
        return;
    frame = frame.intersected(tile);
    painter.setPen(QPen(kHalo, theme.stroke(3.0)));
    painter.drawRect(frame);
    painter.setPen(QPen(colour, theme.stroke(1.5)));
    painter.drawRect(frame);
}

/// Such as what lies within a ring at the border.
void paintMarked(QPainter& painter, const MapPane& pane, const Viewport& viewport,
                 const Theme& theme)
{
    if (!pane.marked)
        return;
    const PixelBox& box = *pane.marked;
    const QRectF frame = pane.mapping(viewport).toTile(box.x0, box.y0, box.x1, box.y1);
    for (std::int64_t i = 0; i < pane.tiles.count(); ++i) {
        const QRectF tile = pane.tiles.tile(pane.tiles.first() + i);
        paintFrame(painter, frame.translated(tile.topLeft()), tile.intersected(pane.mapArea),
                   Qt::white, theme);
    }
}

void paintCursor(QPainter& painter, const MapPane& pane, const ViewSettings& settings,
                 const ExperimentFields& fields, const Theme& theme)
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
        paintFrame(painter, frame.translated(tile.topLeft()), tile.intersected(pane.mapArea),
                   colour, theme);
    }
}

/// Part of a picture of the map area, cut out: figures may ignore clipping and parts of pictures.
void paintPart(QPainter& painter, const MapPane& pane, const QImage& maps, double from, double to)
{
    if (maps.isNull())
        return;
    const QRectF& area = pane.mapArea;
    const double scale = maps.width() / area.width();
    const auto pixel
        = [&](double x) { return static_cast<int>(std::lround((x - area.left()) * scale)); };
    const QRect part(pixel(from), 0, pixel(to) - pixel(from), maps.height());
    if (!part.isEmpty())
        painter.drawImage(QRectF(area.left() + part.left() / scale, area.top(),
                                 part.width() / scale, area.height()),
                          maps.copy(part));
}

void paintDivider(QPainter& painter, const QRectF& tile, double x)
{
    constexpr QSizeF kHandle(1.5 * kGrid, 7.0 * kGrid);
    const QLineF line(x, tile.top(), x, tile.bottom());
    painter.setPen(QPen(kHalo, 3.0));
    painter.drawLine(line);
    painter.setPen(QPen(Qt::white, 1.5));
    painter.drawLine(line);
    QRectF handle({0.0, 0.0}, kHandle);
    handle.moveCenter({x, tile.center().y()});
    painter.setPen(QPen(kHalo, 1.0));
    painter.setBrush(Qt::white);
    painter.drawRoundedRect(handle, kHandle.width() / 2.0, kHandle.width() / 2.0);
    painter.setBrush(Qt::NoBrush);
}

} // namespace

void paintPane(QPainter& painter, const MapPane& pane, const QImage& maps,
               const ViewSettings& settings, const ExperimentFields& fields, const Theme& theme)
{
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setBrush(Qt::NoBrush);
    paintHeading(painter, pane, {}, theme);
    if (pane.tiles.count() == 0)
        return;
    if (!maps.isNull())
        painter.drawImage(pane.mapArea, maps);
    paintCells(painter, pane, pane.mapArea.left(), pane.mapArea.right());
    paintMarks(painter, pane, theme);
    paintChoice(painter, pane, settings, theme);
    paintMarked(painter, pane, settings.viewport, theme);
    paintCursor(painter, pane, settings, fields, theme);
    paintHistograms(painter, {&pane}, theme);
    paintScale(painter, pane, theme);
    paintStatistics(painter, {&pane}, theme);
}

double SplitPanes::x() const
{
    const QRectF tile = left.tileOf(left.chosen);
    return std::round(tile.left() + std::clamp(at, 0.0, 1.0) * tile.width());
}

void paintSplit(QPainter& painter, const SplitPanes& panes, const QImage& left, const QImage& right,
                const ViewSettings& settings, const ExperimentFields& fields, const Theme& theme)
{
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setBrush(Qt::NoBrush);
    const QRectF& area = panes.left.mapArea;
    const double x = panes.x();
    paintHeading(painter, panes.left, {panes.right.heading, theme.of(panes.right.stage)}, theme);
    paintPart(painter, panes.left, left, area.left(), x);
    paintPart(painter, panes.right, right, x, area.right());
    paintCells(painter, panes.left, area.left(), x);
    paintCells(painter, panes.right, x, area.right());
    paintCursor(painter, panes.left, settings, fields, theme);
    paintDivider(painter, panes.left.tileOf(panes.left.chosen), x);
    paintHistograms(painter, {&panes.left, &panes.right}, theme);
    paintScale(painter, panes.left, theme);
    paintStatistics(painter, {&panes.left, &panes.right}, theme);
}

} // namespace factorscope
