#pragma once

#include "core/branch/branch_spec.h"
#include "core/conv/conv_engine.h"
#include "core/receptive/pixel_box.h"
#include "core/result/result.h"
#include "core/tensor/tensor.h"

#include <memory>

namespace factorscope {

/// A branch run forward and backward on that part of its input which one output position sees: what
/// the whole branch makes there, and its exact gradient, at the price of a few pixels.
class LocalPass {
public:
    /// Runs the branch forward to output position (y, x) of the first image of `input` (N,C,H,W).
    /// `weights` must fit and outlive the pass. Errors: Shape; InvalidArgument (no such position);
    /// Unsupported (BatchNorm in training mode, whose statistics see everything); Cancelled.
    static Result<LocalPass> forward(const BranchSpec& spec, const TensorMap& weights,
                                     const SharedTensor& input, const Position& position,
                                     const ComputeContext& context);
    LocalPass(LocalPass&&) noexcept;
    LocalPass& operator=(LocalPass&&) noexcept;
    ~LocalPass();

    /// What the position sees, cut to the image; empty where it sees padding only.
    const PixelBox& box() const;

    /// What the branch makes at the position: (1,OC,1,1).
    const Tensor& output() const;

    /// ∂y/∂x for outputs first … first + count − 1 at the position: (count,C,height,width) of
    /// box(), which is not empty. Error: Cancelled.
    Result<Tensor> gradients(std::int64_t first, std::int64_t count,
                             const ComputeContext& context) const;

private:
    struct State;
    explicit LocalPass(std::unique_ptr<State> state);

    std::unique_ptr<State> m_state;
};

} // namespace factorscope
