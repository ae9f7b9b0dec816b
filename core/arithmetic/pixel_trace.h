#pragma once

#include "core/arithmetic/product_sum.h"
#include "core/branch/branch_spec.h"
#include "core/conv/conv_engine.h"
#include "core/receptive/pixel_box.h"
#include "core/result/result.h"
#include "core/tensor/tensor.h"

#include <memory>
#include <span>

namespace factorscope {

/// How one output value of a branch comes about, product by product, with the arithmetic and so the
/// bits of the engine `reference`. A convolution sums products of the values that the one before it
/// has made of sums of its own: levels, from that of the output, 0, down to the input. Never
/// changed, any thread.
class PixelTrace {
public:
    /// Of the first image of `input` (N,C,H,W); `weights` must fit. The price is that of the pixels
    /// which the output sees. Errors: Shape; InvalidArgument (no such position or channel);
    /// Unsupported (BatchNorm in training mode; layers that are no chain of convolutions with
    /// at most one shortcut about all of them); Cancelled.
    static Result<PixelTrace> of(const BranchSpec& spec, std::shared_ptr<const TensorMap> weights,
                                 SharedTensor input, const Position& position, std::int64_t channel,
                                 const ComputeContext& context);
    PixelTrace(PixelTrace&&) noexcept;
    PixelTrace& operator=(PixelTrace&&) noexcept;
    ~PixelTrace();

    int levels() const;
    const ProductSum& output() const; ///< of the position and the channel that were asked for
    /// Whether the value of a product has a sum of its own: padding and the input have none.
    bool hasBelow(const ProductSum& sum, std::size_t product) const;
    /// How the value of such a product came about.
    ProductSum below(const ProductSum& sum, std::size_t product) const;
    /// What is summed up for the same output along a path of products from it.
    ProductSum along(std::span<const std::size_t> path) const;

private:
    struct State;
    explicit PixelTrace(std::unique_ptr<State> state);

    std::unique_ptr<State> m_state;
};

} // namespace factorscope
