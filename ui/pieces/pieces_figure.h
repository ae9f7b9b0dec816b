#pragma once

#include "core/experiment/piece_analysis.h"
#include "ui/figure/figure.h"
#include "ui/theme/theme.h"
#include "ui/view/view_state.h"

#include <memory>

namespace factorscope {

/// The linear pieces and the kernel of one pixel, as one picture; found by pieceQuestion() of the
/// same settings.
Figure piecesFigure(const BothEvaluated& both, const std::shared_ptr<const PieceFindings>& findings,
                    const ViewSettings& settings, const Theme& theme);

} // namespace factorscope
