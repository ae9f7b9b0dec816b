#include "ui/speed/race_rows.h"

#include "ui/speed/race_words.h"
#include "ui/speed/roofline.h"
#include "ui/text/text.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Speed {
    Q_DECLARE_TR_FUNCTIONS(Speed)
};

constexpr double kGap = 3.0 * kGrid; // between columns
constexpr double kLeastBar = 25.0 * kGrid;
constexpr double kSignWidth = 5.0 * kGrid;

/// "F(4x4,5x5)" of "winograd F(4x4,5x5)" under winograd; what ran instead under auto.
QString enginesInWords(const RaceLane& lane)
{
    QString text = QString::fromStdString(lane.work.engines);
    const QString name = QString::fromStdString(lane.algorithm);
    if (text == name)
        return {};
    if (text.startsWith(name + u' '))
        text.remove(0, name.size() + 1);
    return text.replace(u'x', u'×');
}

std::vector<QString> cellsOf(const Race& race, const RaceLane& lane)
{
    const Roof* roof = race.roof(lane.threads);
    const bool hasRoof = roof && roof->gigabytesPerSecond > 0.0 && lane.work.intensity() > 0.0;
    return {millisecondsInWords(lane.medianMs()),
            hasRoof ? Speed::tr("%1 %").arg(fixed(100.0 * shareOfRoof(lane, *roof), 0)) : QString(),
            fixed(lane.effectiveGflops(), lane.effectiveGflops() < 99.95 ? 1 : 0),
            shortNumber(static_cast<double>(lane.work.multiplications)),
            bytesInWords(lane.work.traffic.total()),
            fixed(lane.work.intensity(), 1),
            shortNumber(static_cast<double>(lane.work.macs))};
}

/// Where the columns lie.
struct Columns {
    double bars = 0.0; ///< left end
    double barWidth = 0.0;
    double engines = 0.0; ///< left end of the column, between names and bars
    std::vector<double> rights; ///< of the cells that are shown
};

Columns laidOut(const QRectF& area, const std::vector<RaceRow>& rows, const QFontMetricsF& body,
                const QFontMetricsF& small)
{
    double names = 0.0;
    double engines = 0.0;
    for (const RaceRow& row : rows) {
        names = std::max(names, body.horizontalAdvance(row.name));
        engines = std::max(engines, small.horizontalAdvance(row.engines));
    }
    const std::vector<QString> heads = raceColumns();
    std::vector<double> widths;
    for (std::size_t i = 0; i < heads.size(); ++i) {
        // Room for the widest number of all rounds, so that nothing moves while they come in.
        constexpr std::array<const char*, 7> kWidest{"00.00 ms", "000 %", "0,000",  "00.0 M",
                                                     "00.0 MB",  "000.0", "00.00 M"};
        double width = std::max(small.horizontalAdvance(heads[i]),
                                body.horizontalAdvance(QLatin1String(kWidest[i])));
        for (const RaceRow& row : rows) {
            if (!row.cells.empty())
                width = std::max(width, body.horizontalAdvance(row.cells[i]));
        }
        widths.push_back(width + kGap);
    }
    Columns columns;
    const double left = area.left() + kSignWidth + names + kGap;
    const double room = area.right() - left;
    const bool hasEngines = engines > 0.0 && room > engines + 3.0 * kLeastBar + widths[0];
    columns.engines = left;
    columns.bars = hasEngines ? left + engines + kGap : left;
    double taken = 0.0;
    std::size_t shown = 0;
    while (
        shown < widths.size()
        && (shown == 0 || taken + widths[shown] + kLeastBar * 1.4 <= area.right() - columns.bars))
        taken += widths[shown++];
    columns.barWidth = std::max(area.right() - columns.bars - taken, 0.0);
    double right = columns.bars + columns.barWidth;
    for (std::size_t i = 0; i < shown; ++i) {
        right += widths[i];
        columns.rights.push_back(right);
    }
    return columns;
}

void paintBar(QPainter& painter, const QRectF& bar, const RaceLane& lane, double longest,
              const QColor& colour, const Theme& theme)
{
    if (!lane.isTimed()) {
        painter.setPen(theme.line);
        painter.drawLine(QPointF(bar.left(), bar.center().y()),
                         QPointF(bar.right(), bar.center().y()));
        return;
    }
    const Spread spread = lane.spread();
    const auto x = [&](double ms) { return bar.left() + ms / longest * bar.width(); };
    QColor filled = colour;
    filled.setAlphaF(0.55F);
    painter.fillRect(QRectF(bar.left(), bar.top(), x(spread.median) - bar.left(), bar.height()),
                     filled);
    const double middle = bar.center().y();
    painter.fillRect(QRectF(x(spread.lower), bar.top() + 2.0,
                            std::max(x(spread.upper) - x(spread.lower), 2.0), bar.height() - 4.0),
                     colour);
    painter.setPen(QPen(theme.text, 1.0));
    painter.drawLine(QPointF(x(spread.min), middle), QPointF(x(spread.max), middle));
}

void paintHeads(QPainter& painter, const QRectF& area, const Columns& columns, const Theme& theme)
{
    const std::vector<QString> heads = raceColumns();
    painter.setPen(theme.mutedText);
    for (std::size_t i = 0; i < columns.rights.size(); ++i)
        painter.drawText(QRectF(columns.rights[i] - 200.0, area.top(), 200.0, area.height()),
                         Qt::AlignRight | Qt::AlignBottom, heads[i]);
    const QFontMetricsF metrics(painter.font());
    const QString bars = Speed::tr("median, middle half, range of the rounds");
    painter.drawText(QRectF(columns.bars, area.top(), columns.barWidth, area.height()),
                     Qt::AlignLeft | Qt::AlignBottom,
                     metrics.elidedText(bars, Qt::ElideRight, columns.barWidth));
}

void paintRow(QPainter& painter, const QRectF& place, const RaceRow& row, const Columns& columns,
              double longest, const Theme& theme)
{
    const QFont body = painter.font();
    const QColor& colour = row.lane->isOriginal ? theme.original : theme.factorised;
    paintSign(painter, {place.left() + kSignWidth / 2.0 - 2.0, place.center().y()},
              row.lane->algorithm, colour);
    painter.setPen(theme.text);
    painter.drawText(QRectF(place.left() + kSignWidth, place.top(), place.width(), place.height()),
                     Qt::AlignLeft | Qt::AlignVCenter, row.name);
    if (columns.bars > columns.engines) {
        painter.setFont(sized(body, TextSize::Caption));
        painter.setPen(theme.mutedText);
        painter.drawText(
            QRectF(columns.engines, place.top(), columns.bars - columns.engines, place.height()),
            Qt::AlignLeft | Qt::AlignVCenter, row.engines);
        painter.setFont(body);
    }
    const QRectF bar(columns.bars, place.top() + kGrid, columns.barWidth,
                     place.height() - 2.0 * kGrid);
    paintBar(painter, bar, *row.lane, longest, colour, theme);
    painter.setPen(theme.text);
    for (std::size_t i = 0; i < columns.rights.size() && i < row.cells.size(); ++i)
        painter.drawText(QRectF(columns.rights[i] - 200.0, place.top(), 200.0, place.height()),
                         Qt::AlignRight | Qt::AlignVCenter, row.cells[i]);
}

} // namespace

std::vector<QString> raceColumns()
{
    return {Speed::tr("median"),   Speed::tr("of roof"), Speed::tr("GFLOP/s"),
            Speed::tr("products"), Speed::tr("memory"),  Speed::tr("FLOP/byte"),
            Speed::tr("MACs")};
}

std::vector<RaceRow> raceRows(const Race& race, int threads)
{
    std::vector<RaceRow> rows;
    for (const RaceLane& lane : race.lanes) {
        if (lane.threads != threads)
            continue;
        RaceRow row{.lane = &lane, .name = {}, .engines = enginesInWords(lane), .cells = {}};
        if (rows.empty() || rows.back().lane->algorithm != lane.algorithm)
            row.name = QString::fromStdString(lane.algorithm);
        if (lane.isTimed())
            row.cells = cellsOf(race, lane);
        rows.push_back(std::move(row));
    }
    return rows;
}

double longestMs(const Race& race, int threads)
{
    double longest = 0.0;
    for (const RaceLane& lane : race.lanes) {
        if (lane.threads == threads && lane.isTimed())
            longest = std::max(longest, lane.spread().max);
    }
    return longest;
}

double raceRowsHeight(const std::vector<RaceRow>& rows, double lineHeight)
{
    const auto groups = static_cast<double>(
        std::ranges::count_if(rows, [](const RaceRow& row) { return !row.name.isEmpty(); }));
    return lineHeight + 2.0 * kGrid + static_cast<double>(rows.size()) * (lineHeight + 1.5 * kGrid)
        + groups * kGrid;
}

void paintRaceRows(QPainter& painter, const QRectF& area, const Race& race, int threads,
                   const Theme& theme)
{
    painter.save();
    const QFont body = painter.font();
    const QFont caption = sized(body, TextSize::Caption);
    const QFontMetricsF metrics(body);
    const std::vector<RaceRow> rows = raceRows(race, threads);
    const Columns columns = laidOut(area, rows, metrics, QFontMetricsF(caption));
    painter.setFont(caption);
    paintHeads(painter, {area.left(), area.top(), area.width(), metrics.height()}, columns, theme);
    painter.setFont(body);
    double y = area.top() + metrics.height() + kGrid;
    const double high = metrics.height() + 1.5 * kGrid;
    for (const RaceRow& row : rows) {
        if (!row.name.isEmpty())
            y += kGrid;
        paintRow(painter, {area.left(), y, area.width(), high}, row, columns,
                 longestMs(race, threads), theme);
        y += high;
    }
    painter.restore();
}

} // namespace factorscope
