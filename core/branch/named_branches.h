#pragma once

#include "core/branch/branch_spec.h"
#include "core/result/result.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace factorscope {

/// The branches that have a name: the article's two and two further ways to factorise a 5×5.
enum class BranchKind {
    Original, ///< 5×5
    Decomposed, ///< 3×3, 3×3
    Separable, ///< depthwise 3×3 and 1×1, twice
    Asymmetric, ///< 1×5, 5×1
};
inline constexpr std::array<std::string_view, 4> kBranchKindNames{"original", "decomposed",
                                                                  "separable", "asymmetric"};
inline std::string_view branchKindName(BranchKind kind)
{
    return kBranchKindNames[static_cast<std::size_t>(kind)];
}

/// What stands between the two halves of a factorised branch.
enum class Between { None, Relu, Leaky };

/// What is added about the branch.
enum class ResidualKind { None, Identity, Conv1x1 };

/// The choices that make a named branch.
struct BranchOptions {
    std::int64_t inChannels = 64;
    std::int64_t midChannels = 64; ///< not used by the original
    std::int64_t outChannels = 64;
    Between between = Between::Relu;
    double leakySlope = 0.1;
    bool batchNorm = false; ///< after each convolution that an activation may follow
    ResidualKind residual = ResidualKind::None;
    bool bias = true;
    Mode mode = Mode::Eval;
};

/// The branch as layers; a ReLU ends it. A residual goes about all layers before that last ReLU.
BranchSpec namedBranch(BranchKind kind, const BranchOptions& options);

/// Where the mid channels are found in a factorised branch.
struct MidLayers {
    LayerPath before; ///< the last layer before the activation between the halves
    std::optional<LayerPath> after; ///< that activation; nothing where there is none
};
/// Nothing for the original.
std::optional<MidLayers> midLayers(BranchKind kind, const BranchOptions& options);

} // namespace factorscope
