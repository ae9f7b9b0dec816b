#pragma once

#include "ui/arithmetic/arithmetic_sums.h"
#include "ui/arithmetic/sum_picture.h"
#include "ui/receptive/close_up.h"

namespace factorscope {

/// The pixels that a sum reads, of the channel that is shown large, with the kernel's window and
/// the tap that is added. Without pixels where those maps are not kept.
CloseUp sourcePicture(const ArithmeticSums& sums, SumPlace place, const SumPicture& picture,
                      const ViewSettings& settings, const Theme& theme);

} // namespace factorscope
