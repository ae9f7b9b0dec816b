#pragma once

#include "core/branch/branch_spec.h"
#include "core/result/result.h"
#include "core/tensor/shape.h"

#include <cstdint>
#include <string>
#include <vector>

namespace factorscope {

/// What a layer or a branch costs for one image.
struct Cost {
    std::int64_t params = 0; ///< all that is learned: biases and BatchNorm too
    std::int64_t weights = 0; ///< of convolutions only
    std::int64_t macs = 0; ///< activations, normalisation and additions count as 0
    std::int64_t activationBytes
        = 0; ///< 4·C·H·W for each layer's output; 0 for activations in place

    std::int64_t flops() const { return 2 * macs; }
    bool operator==(const Cost&) const = default;
};

/// What exceeds 2^63 stays there.
void addTo(Cost& sum, const Cost& part);

struct LayerCost {
    std::string op;
    Shape shape; ///< (C,H,W) of the output
    Cost cost; ///< a residual: its body, its shortcut and its sum together
    Extent kernel{0, 0}; ///< of a convolution
    std::int64_t groups = 1;
    bool operator==(const LayerCost&) const = default;
};

struct CostReport {
    Cost total;
    std::vector<LayerCost> layers;
    Extent receptiveField;
    bool operator==(const CostReport&) const = default;
};

/// Counts a branch on one image of `size`. Shape error when the branch does not fit the size or a
/// count exceeds 2^63.
Result<CostReport> costOf(const BranchSpec& spec, Extent size);

/// decomposed / original of each figure.
struct CostRatio {
    double params = 0.0;
    double weights = 0.0;
    double macs = 0.0;
    double activationBytes = 0.0;
};
CostRatio ratioOf(const Cost& decomposed, const Cost& original);

/// The C_mid at which two 3×3 have as many weights as the 5×5: 25·C_in·C_out / (9·(C_in + C_out)).
double parityMidChannels(std::int64_t inChannels, std::int64_t outChannels);
/// The same against a 5×5 of other ends.
struct ChannelEnds {
    std::int64_t in = 1;
    std::int64_t out = 1;
};
double parityMidChannels(const ChannelEnds& original, const ChannelEnds& stack);

} // namespace factorscope
