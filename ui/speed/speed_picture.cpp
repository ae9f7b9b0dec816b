#include "ui/speed/speed_picture.h"

#include "ui/speed/race_rows.h"
#include "ui/speed/race_words.h"
#include "ui/speed/roofline.h"
#include "ui/text/text.h"

#include <QCoreApplication>
#include <QEvent>
#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Speed {
    Q_DECLARE_TR_FUNCTIONS(Speed)
};

constexpr double kBeside = 880.0; // from this width on the roofline stands beside the lanes
constexpr double kGap = 6.0 * kGrid;
constexpr double kLeastChart = 64.0 * kGrid;
constexpr int kWrapped = Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap;

/// Where the parts stand, top to bottom.
struct Places {
    QRectF legend;
    QRectF sentence;
    QRectF rows;
    QRectF chart;
    QRectF machine;
};

double heightOf(const QFontMetricsF& metrics, const QString& text, double width)
{
    return std::ceil(
        metrics.boundingRect(QRectF(0.0, 0.0, width, 4000.0), kWrapped, text).height());
}

Places placesOf(const QRectF& area, const Race& race, int threads, const QFont& font)
{
    const QFontMetricsF body(font);
    const QFontMetricsF small(sized(font, TextSize::Caption));
    const double width = area.width();
    const double words = std::max(heightOf(body, raceInWords(race, threads), width),
                                  2.0 * body.lineSpacing()); // so that nothing moves
    Places places;
    places.sentence = {area.left(), area.top(), width, words};
    places.legend = {area.left(), places.sentence.bottom() + 2.0 * kGrid, width, body.height()};
    const double machine = heightOf(small, machineInWords(race, threads), width);
    const double top = places.legend.bottom() + 2.0 * kGrid;
    const double room = area.bottom() - machine - 2.0 * kGrid - top;
    const double rows = raceRowsHeight(raceRows(race, threads), body.height());
    if (width >= kBeside) {
        const double left = std::floor(0.6 * width);
        const double high = std::max({room, rows, kLeastChart});
        places.rows = {area.left(), top, left, high};
        places.chart = {area.left() + left + kGap, top, width - left - kGap, high};
    } else {
        places.rows = {area.left(), top, width, rows};
        places.chart = {area.left(), top + rows + 3.0 * kGrid, width,
                        std::max(room - rows - 3.0 * kGrid, kLeastChart)};
    }
    places.machine = {area.left(), places.chart.bottom() + 2.0 * kGrid, width, machine};
    return places;
}

void paintLegend(QPainter& painter, const QRectF& area, const Race& race, int threads,
                 const Theme& theme)
{
    const QFontMetricsF metrics(painter.font());
    double x = area.left();
    const auto word = [&](const QString& text, const QColor& colour) {
        painter.setPen(colour);
        painter.drawText(QRectF(x, area.top(), area.right() - x, area.height()),
                         Qt::AlignLeft | Qt::AlignVCenter, text);
        x += metrics.horizontalAdvance(text) + 4.0 * kGrid;
    };
    word(branchTitle(BranchKind::Original), theme.original);
    word(branchTitle(race.experiment.factorised), theme.factorised);
    int done = race.rounds;
    for (const RaceLane& lane : race.lanes)
        done = std::min(done, static_cast<int>(lane.rounds.size()));
    word(race.isWhole() ? Speed::tr("%1, %2 rounds").arg(threadsInWords(threads)).arg(done)
                        : Speed::tr("%1, %2 of %3 rounds")
                              .arg(threadsInWords(threads))
                              .arg(done)
                              .arg(race.rounds),
         theme.mutedText);
}

QString introduction()
{
    return Speed::tr(
        "Nothing is measured yet. A race runs both branches of this experiment on its own input, "
        "under each algorithm, on one thread and on all, in turn, round after round, and compares "
        "the times with what this processor and its memory can do. It takes about ten seconds at "
        "the article's size.");
}

} // namespace

void paintSpeed(QPainter& painter, const QRectF& area, const Race& race, int threads,
                const Theme& theme)
{
    const Places places = placesOf(area, race, threads, painter.font());
    painter.setPen(theme.text);
    const QString words = raceInWords(race, threads);
    painter.drawText(places.sentence, kWrapped,
                     words.isEmpty() ? Speed::tr("Before it is timed each lane is checked against "
                                                 "the reference; peak and memory are measured.")
                                     : words);
    paintLegend(painter, places.legend, race, threads, theme);
    paintRaceRows(painter, places.rows, race, threads, theme);
    if (const auto chart = rooflineChart(race, threads))
        paintRoofline(painter, places.chart, *chart, theme);
    const QFont body = painter.font();
    painter.setFont(sized(body, TextSize::Caption));
    painter.setPen(theme.mutedText);
    painter.drawText(places.machine, kWrapped, machineInWords(race, threads));
    painter.setFont(body);
}

double speedHeight(const Race& race, int threads, double width, const QFont& font)
{
    return std::ceil(placesOf({0.0, 0.0, width, 0.0}, race, threads, font).machine.bottom());
}

SpeedPicture::SpeedPicture(QWidget* parent) : QWidget(parent)
{
    setAccessibleName(tr("Race"));
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Preferred);
    policy.setHeightForWidth(true); // what a scroll area goes by
    setSizePolicy(policy);
    setAccessibleDescription(description());
    setToolTip(
        tr("median: of the rounds\n"
           "products: multiplications made; under Winograd (M + R − 1)² for each tile of "
           "M×M outputs of an R×R kernel and pair of channels\n"
           "GFLOP/s: 2 · MACs / median\n"
           "memory: input, weights, maps between and output, each moved once; nothing between "
           "two convolutions that run as one\n"
           "FLOP/byte: 2 · products / memory\n"
           "of roof: 2 · products / median, of min(peak, bandwidth · FLOP/byte)"));
}

void SpeedPicture::show(const std::shared_ptr<const Race>& race, int threads)
{
    m_race = race;
    m_threads = threads;
    setAccessibleDescription(description());
    updateGeometry();
    update();
}

QString SpeedPicture::description() const
{
    if (!m_race)
        return introduction();
    QStringList lines{raceInWords(*m_race, m_threads)};
    for (const RaceRow& row : raceRows(*m_race, m_threads)) {
        if (!row.lane->isTimed())
            continue;
        const BranchKind kind
            = row.lane->isOriginal ? BranchKind::Original : m_race->experiment.factorised;
        lines << tr("%1, %2: %3, %4 of its roof")
                     .arg(branchTitle(kind), QString::fromStdString(row.lane->algorithm),
                          row.cells[0], row.cells[1]);
    }
    lines << machineInWords(*m_race, m_threads);
    return lines.join(u'\n');
}

int SpeedPicture::heightForWidth(int width) const
{
    return m_race ? static_cast<int>(speedHeight(*m_race, m_threads, width, font())) : 0;
}

void SpeedPicture::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setFont(font());
    const Theme& theme = themeOf(*this);
    if (m_race) {
        paintSpeed(painter, rect(), *m_race, m_threads, theme);
        return;
    }
    painter.setPen(theme.mutedText);
    painter.drawText(QRectF(rect()).adjusted(0.0, 2.0 * kGrid, 0.0, 0.0), kWrapped, introduction());
}

void SpeedPicture::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        update();
}

} // namespace factorscope
