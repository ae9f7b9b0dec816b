#pragma once

#include "core/experiment/evaluate.h"
#include "ui/kernels/kernel_grid.h"
#include "ui/kernels/kernel_picture.h"
#include "ui/view/view_state.h"

#include <optional>
#include <string>
#include <vector>

namespace factorscope {

/// The kernels of one convolution: those that make the chosen channel, one for each channel they
/// take; of a depthwise one those of all channels. Below them the chosen one with its numbers.
struct WeightPanel {
    static constexpr std::int64_t kMostTiles = 256; ///< at once: those about the chosen one

    KernelGrid grid;
    KernelPicture chosen;
    Stage tiles = Stage::Input; ///< whose channels the tiles stand for
    std::int64_t first = 0; ///< the channel of the first tile
    bool isOriginal = false; ///< of that branch
    bool isDepthwise = false;
    std::int64_t made = 0; ///< the channel that the chosen kernel makes
    std::string layer; ///< the stem of its tensors' names: "branch.0"
    std::optional<double> bias; ///< of the channel that is made
    bool operator==(const WeightPanel&) const = default;
};

/// Of all convolutions of both branches, the original first, in the order in which they run; the
/// 1×1 of a shortcut after what it goes about.
std::vector<WeightPanel> weightPanels(const BothEvaluated& both, const ViewSettings& settings,
                                      const Theme& theme);

} // namespace factorscope
