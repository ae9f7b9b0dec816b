#pragma once

#include "core/experiment/stages.h"
#include "ui/view/view_state.h"

#include <QRectF>

#include <array>

namespace factorscope {

/// Where the pane of each stage lies in an area, as kStages; empty for one that is not shown. All
/// are equally large; or, while both outputs are split, the pane that they share (at
/// Stage::Original) is, and beside or below it there are as many of the others as are of use in the
/// room that is left.
std::array<QRectF, kStages.size()> panePlaces(const ViewSettings& settings, Extent map,
                                              const QRectF& area);

/// Whether both outputs are to be seen in one pane.
bool isSplit(const ViewSettings& settings);

} // namespace factorscope
