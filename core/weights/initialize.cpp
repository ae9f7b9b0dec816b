#include "core/weights/initialize.h"

#include "core/branch/layer_traits.h"

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

Tensor initial(const Parameter& parameter, TorchGenerator& generator)
{
    Tensor tensor = Tensor::zeros(parameter.shape);
    const double rootOfFanIn = std::sqrt(static_cast<double>(parameter.fanIn));
    const auto draw = [&](double bound) {
        generator.uniform(tensor.values(), static_cast<float>(-bound), static_cast<float>(bound));
    };
    switch (parameter.role) {
    case ParameterRole::Weight: { // kaiming_uniform_ with a = √5, in PyTorch's order of operations
        const double gain = std::sqrt(2.0 / (1.0 + std::pow(std::sqrt(5.0), 2.0)));
        draw(std::sqrt(3.0) * (gain / rootOfFanIn));
        break;
    }
    case ParameterRole::Bias:
        draw(1.0 / rootOfFanIn);
        break;
    case ParameterRole::NormScale:
    case ParameterRole::RunningVariance:
        std::ranges::fill(tensor.values(), 1.0F);
        break;
    case ParameterRole::NormShift:
    case ParameterRole::RunningMean:
        break;
    }
    return tensor;
}

bool isLeadingShape(const Shape& part, const Shape& whole)
{
    if (part.rank() != whole.rank())
        return false;
    for (int axis = 0; axis < part.rank(); ++axis)
        if (part[axis] > whole[axis])
            return false;
    return true;
}

/// The corner of `whole` at index 0 along every axis.
Tensor leadingBlock(const Tensor& whole, const Shape& shape)
{
    Tensor block = Tensor::uninitialized(shape);
    const int rank = shape.rank();
    const std::int64_t run = shape[rank - 1];
    for (std::int64_t to = 0; to < block.elements(); to += run) {
        // The index of this run in the block, read off from the last axis, becomes one in the whole.
        std::int64_t from = 0;
        std::int64_t rest = to / run;
        std::int64_t step = whole.shape()[rank - 1];
        for (int axis = rank - 2; axis >= 0; --axis) {
            from += rest % shape[axis] * step;
            rest /= shape[axis];
            step *= whole.shape()[axis];
        }
        std::copy_n(whole.data() + from, run, block.data() + to);
    }
    return block;
}

} // namespace

TensorMap initialized(const BranchSpec& spec, TorchGenerator& generator)
{
    TensorMap tensors;
    for (const Parameter& parameter : parametersOf(spec))
        tensors.emplace(parameter.name, initial(parameter, generator));
    return tensors;
}

Result<TensorMap> leadingPart(const BranchSpec& spec, const TensorMap& bank)
{
    TensorMap tensors;
    for (const Parameter& parameter : parametersOf(spec)) {
        const auto found = bank.find(parameter.name);
        if (found == bank.end() || !isLeadingShape(parameter.shape, found->second.shape()))
            return Error{ErrorCode::Shape,
                         QT_TRANSLATE_NOOP("core", "the weights have no %1 of at least %2"),
                         {parameter.name, parameter.shape.text()}};
        tensors.emplace(parameter.name, leadingBlock(found->second, parameter.shape));
    }
    for (const auto& [name, tensor] : bank) {
        if (!tensors.contains(name))
            return Error{ErrorCode::Shape,
                         QT_TRANSLATE_NOOP("core", "the weights have a tensor '%1' that the branch does not"),
                         {name}};
    }
    return tensors;
}

NonFinite countNonFinite(const Tensor& tensor)
{
    NonFinite count;
    for (const float value : tensor.values()) {
        count.nan += std::isnan(value) ? 1 : 0;
        count.infinite += std::isinf(value) ? 1 : 0;
    }
    return count;
}

NonFinite countNonFinite(const TensorMap& tensors)
{
    NonFinite sum;
    for (const auto& [name, tensor] : tensors) {
        const NonFinite count = countNonFinite(tensor);
        sum.nan += count.nan;
        sum.infinite += count.infinite;
    }
    return sum;
}

} // namespace factorscope
