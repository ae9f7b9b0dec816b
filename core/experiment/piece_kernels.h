#pragma once

#include "core/conv/conv_engine.h"
#include "core/experiment/evaluate.h"
#include "core/receptive/pixel_box.h"
#include "core/result/result.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace factorscope {

/// Which mid values an output of the factorised branch sees, each on or off.
struct TapPattern {
    Extent window; ///< on each mid map
    std::int64_t channels = 0;
    std::vector<std::uint8_t> isOn; ///< (channels, window.height, window.width); 0 on padding

    std::int64_t active() const;
};
/// The pattern at an output position. Without an activation between, all that is no padding is on.
TapPattern tapsAt(const BothEvaluated& both, const Position& position);

/// What one output channel makes of one input channel about a pixel, before the activation that
/// ends the branch.
struct LocalKernel {
    Extent size;
    std::vector<double> values; ///< row by row; 0 beyond the border of the image
};
/// ‖a − b‖ / ‖b‖; nothing where that is zero. Of one size.
std::optional<double> deviation(const LocalKernel& a, const LocalKernel& b);

/// What the local kernels of one input and one output channel are made of.
struct PieceKernels {
    std::int64_t outChannel = 0;
    std::int64_t inChannel = 0;
    double slope = 0.0; ///< of mid values that are off
    double shortcut = 0.0; ///< added at the middle
    Extent firstSize;
    Extent secondSize;
    std::vector<double> first{}; ///< (mid channels, firstSize): each mid channel's of the input
    std::vector<double> second{}; ///< (mid channels, secondSize): the output's of each mid channel
    LocalKernel linear{}; ///< of the same layers without their activations, away from the border
    LocalKernel original{}; ///< of the 5×5, away from the border
};
/// Errors: Unsupported (BatchNorm in training mode, whose statistics see everything), Cancelled.
Result<PieceKernels> pieceKernels(const BothEvaluated& both, std::int64_t outChannel,
                                  std::int64_t inChannel, const ComputeContext& context);

/// The kernel that the factorised branch acts as at one pixel: exact until a mid value turns on or
/// off. `taps` are those of the position.
LocalKernel kernelAt(const PieceKernels& kernels, const BothEvaluated& both,
                     const Position& position, const TapPattern& taps);

} // namespace factorscope
