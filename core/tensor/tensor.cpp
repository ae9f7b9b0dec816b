#include "core/tensor/tensor.h"

#include "core/result/expects.h"

#include <algorithm>

namespace factorscope {

Tensor Tensor::uninitialized(const Shape& shape, TensorPool* pool)
{
    Tensor tensor;
    const auto floats = static_cast<std::size_t>(shape.elements());
    tensor.m_block = pool ? pool->acquire(floats) : TensorPool::allocate(floats);
    tensor.m_shape = shape;
    return tensor;
}

Tensor Tensor::filled(const Shape& shape, float value)
{
    Tensor tensor = uninitialized(shape);
    std::ranges::fill(tensor.values(), value);
    return tensor;
}

Tensor Tensor::from(const Shape& shape, std::span<const float> values)
{
    EXPECTS(static_cast<std::size_t>(shape.elements()) == values.size());
    Tensor tensor = uninitialized(shape);
    std::ranges::copy(values, tensor.data());
    return tensor;
}

Tensor Tensor::clone(TensorPool* pool) const
{
    Tensor copy = uninitialized(m_shape, pool);
    std::ranges::copy(values(), copy.data());
    return copy;
}

void Tensor::reshape(const Shape& shape)
{
    EXPECTS(shape.elements() == elements());
    m_shape = shape;
}

TensorMap clone(const TensorMap& tensors)
{
    TensorMap copies;
    for (const auto& [name, tensor] : tensors)
        copies.emplace(name, tensor.clone());
    return copies;
}

} // namespace factorscope
