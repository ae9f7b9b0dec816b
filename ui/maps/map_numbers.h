#pragma once

#include "core/experiment/evaluate.h"
#include "core/table/number_table.h"
#include "ui/maps/map_knowledge.h"
#include "ui/view/view_state.h"

#include <vector>

namespace factorscope {

/// What the window says of the feature maps in numbers. "maps" has a row for each map of each
/// stage, in the order in which they lie, or for the chosen one of each where one is shown alone:
/// its statistics, its energy (mean square), its place, and for an output the channel of the other
/// branch that it is paired with and their correlation. "layers" has the effective rank and the
/// dead maps of each stage. "values", where there is a cursor, has the value of each map there;
/// "histograms", of maps that are alone, how often values lie between two ends, zeros apart. All
/// count from 0.
std::vector<NumberTable> mapNumbers(const BothEvaluated& both, const MapKnowledge& known,
                                    const ViewSettings& settings);

} // namespace factorscope
