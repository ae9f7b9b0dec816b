#pragma once

#include "core/tensor/tensor.h"
#include "core/weights/torch_generator.h"

#include <cstdint>

namespace factorscope {

/// Of the normal distribution, the same for the same seed.
inline Tensor drawn(const Shape& shape, std::uint64_t seed)
{
    Tensor tensor = Tensor::uninitialized(shape);
    TorchGenerator(seed).normal(tensor.values());
    return tensor;
}

} // namespace factorscope
