#pragma once

#include "core/race/race.h"
#include "ui/theme/theme.h"

#include <QRectF>
#include <QString>

#include <vector>

class QPainter;

namespace factorscope {

/// A lane in words and as a bar.
struct RaceRow {
    const RaceLane* lane = nullptr; ///< of the race
    QString name; ///< of the algorithm, in its first row only
    QString engines; ///< "F(4x4,5x5)"; empty where the name says it all
    std::vector<QString> cells; ///< as raceColumns(); empty before the lane is timed
};
std::vector<RaceRow> raceRows(const Race& race, int threads);

/// The heads of the cells, the most important first: where there is little room the last ones are
/// left out.
std::vector<QString> raceColumns();

/// Where the bars end: the longest time of these lanes. 0 before anything is timed.
double longestMs(const Race& race, int threads);

double raceRowsHeight(const std::vector<RaceRow>& rows, double lineHeight);

/// Bars of the medians with the middle half of the rounds as a box and all of them as a line, the
/// numbers beside them. With the painter's font.
void paintRaceRows(QPainter& painter, const QRectF& area, const Race& race, int threads,
                   const Theme& theme);

} // namespace factorscope
