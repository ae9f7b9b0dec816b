#pragma once

#include "core/branch/branch_spec.h"
#include "core/conv/conv_engine.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace factorscope {

/// The least that memory has to move, in bytes, under this model: each layer reads its input and
/// its weights once and writes its output once, float32. An activation that runs with its
/// convolution moves nothing, and neither does what lies between two convolutions that run as one
/// (fusion.h); any other layer by itself reads and writes, the sum of a residual
/// reads two and writes one. Blocks that an engine gathers or transforms on the way (columns,
/// tiles) stay in its scratch, which fits the caches, and count as nothing. So a cache that holds
/// the maps between makes less of it, and weights that no cache holds make more.
struct Traffic {
    std::int64_t input = 0; ///< of the branch; a shortcut reads it again
    std::int64_t weights = 0; ///< as they are, and biases, statistics
    std::int64_t transformed = 0; ///< kernels in Winograd's form, read in the place of the weights
    std::int64_t intermediate = 0; ///< between the layers, written and read
    std::int64_t output = 0; ///< of the branch

    std::int64_t total() const { return input + weights + transformed + intermediate + output; }
    bool operator==(const Traffic&) const = default;
};

/// What a branch has to do under an algorithm, as runBranch() does it with Capture::Output.
struct BranchWork {
    std::int64_t macs = 0;
    std::int64_t multiplications = 0;
    Traffic traffic;
    /// Of each convolution, one after the other: "winograd F(6x6,3x3)", or "direct + gemm" where
    /// they differ.
    std::string engines;
    int convolutions = 0;
    int asAsked = 0; ///< convolutions that the algorithm itself takes: the others run as under auto

    /// MACs for each multiplication that is made.
    double saving() const;
    double madeFlops() const { return 2.0 * static_cast<double>(multiplications); }
    double effectiveFlops() const { return 2.0 * static_cast<double>(macs); }
    /// Operations that are made for each byte that is moved.
    double intensity() const;
    bool operator==(const BranchWork&) const = default;
};

/// `input` is (N,C,H,W) and fits the branch; `algorithm` one of convAlgorithms().
BranchWork workOf(const BranchSpec& spec, const Shape& input, std::string_view algorithm);

} // namespace factorscope
