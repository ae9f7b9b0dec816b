#pragma once

#include "core/experiment/piece_analysis.h"
#include "core/table/number_table.h"

#include <vector>

namespace factorscope {

/// What is shown of the linear pieces, as numbers: "patterns" has a row for each, the most frequent
/// first; "pixel" says which pixel was looked at and what it is, "taps" which mid values it sees
/// on, "kernels" what it acts as beside the kernels that are the same for all pixels. All count
/// from 0.
std::vector<NumberTable> pieceNumbers(const PieceFindings& findings);

} // namespace factorscope
