#pragma once

#include "core/branch/branch_spec.h"
#include "core/result/result.h"
#include "core/tensor/tensor.h"
#include "core/weights/torch_generator.h"

namespace factorscope {

/// PyTorch's default initialisation of every layer in order. Draws from `generator`, which may go
/// on to draw an input. BatchNorm draws nothing: scale 1, shift 0, mean 0, variance 1.
TensorMap initialized(const BranchSpec& spec, TorchGenerator& generator);

/// The leading part of `bank`, the weights of a branch with at least as many channels everywhere:
/// what is left when only the first mid channels are used. Shape error when a tensor is missing or
/// too small; tensors that `spec` has not are an error as well.
Result<TensorMap> leadingPart(const BranchSpec& spec, const TensorMap& bank);

/// How many values of a set of tensors are not finite.
struct NonFinite {
    std::int64_t nan = 0;
    std::int64_t infinite = 0;
    bool operator==(const NonFinite&) const = default;
};
NonFinite countNonFinite(const Tensor& tensor);
NonFinite countNonFinite(const TensorMap& tensors);

} // namespace factorscope
