#pragma once

#include "core/conv/conv_engine.h"
#include "core/conv/conv_problem.h"
#include "core/result/result.h"
#include "core/tensor/tensor.h"

#include <optional>

namespace factorscope {

/// The gradient of a convolution's weights by Winograd's minimal filtering F(R,4), see
/// winograd_gradient_kernel.cpp. Sums of tiles in float, then in double precision in an order that
/// follows from the problem alone.
class WinogradGradient {
public:
    /// 3×3 or 5×5, without stride, dilation and groups.
    static bool takes(const ConvProblem& problem);
    /// By count it takes less time than the matrix products do. Of a problem that it takes.
    static bool pays(const ConvProblem& problem);

    explicit WinogradGradient(const ConvProblem& problem); ///< one that it takes

    /// ∂L/∂w (OC,C,R,R); nothing where it is not finite: a value that is not spreads over a whole
    /// tile here. Error: Cancelled.
    Result<std::optional<Tensor>> compute(const Tensor& input, const Tensor& gradient,
                                          const ComputeContext& context) const;

private:
    /// Some input and some output channels over some of the blocks of tiles.
    struct Item {
        std::int64_t firstIn, ins;
        std::int64_t firstOut, outs;
        std::int64_t beginBlock, endBlock;
    };
    Item item(std::int64_t index) const;
    void computeItem(const Item& item, const float* input, const float* gradient, float* scratch,
                     float* kernels, const ComputeContext& context) const;
    /// The kernels of one pair of channel blocks, added up over their segments.
    void addUp(std::int64_t pair, const float* kernels, float* weights) const;

    std::int64_t scratchFloats() const;
    std::int64_t itemFloats() const; ///< of the kernels of one item
    std::int64_t pairs() const { return m_inBlocks * m_outBlocks; }

    ConvProblem m_problem;
    Extent m_tiles; ///< of one image
    Extent m_block; ///< of most blocks, in tiles
    std::int64_t m_inBlocks = 1; ///< of input channels
    std::int64_t m_outBlocks = 1; ///< of output channels
    std::int64_t m_blocks = 1; ///< of tiles, in all images
    std::int64_t m_segments = 1; ///< that these are cut into
};

} // namespace factorscope
