#include "core/tensor/tensor.h"

#include "core/result/expects.h"

#include <algorithm>
#include <mutex>

namespace factorscope {
namespace {

/// Held while a tensor's map is looked at or replaced, by all tensors: that is soon done.
std::mutex& derivedMutex()
{
    static std::mutex mutex;
    return mutex;
}

} // namespace

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

SharedTensor Tensor::leading(const std::shared_ptr<Tensor>& whole, const Shape& shape)
{
    EXPECTS(shape.elements() <= whole->elements());
    Tensor part;
    part.m_block
        = TensorPool::Block(whole->m_block.get(), {.pool = nullptr, .capacity = 0, .owner = whole});
    part.m_shape = shape;
    return std::make_shared<const Tensor>(std::move(part));
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

SharedTensor Tensor::derived(const std::string& name,
                             const std::function<std::optional<Tensor>()>& make) const
{
    const auto kept = [&]() -> SharedTensor {
        const auto found = m_derived ? m_derived->find(name) : DerivedMap::const_iterator{};
        return m_derived && found != m_derived->end() ? found->second : nullptr;
    };
    {
        const std::lock_guard lock(derivedMutex());
        if (SharedTensor known = kept())
            return known;
    }
    std::optional<Tensor> made = make(); // two who ask at once both make it
    if (!made)
        return nullptr;
    const auto tensor = std::make_shared<const Tensor>(*std::move(made));
    const std::lock_guard lock(derivedMutex());
    DerivedMap all = m_derived ? *m_derived : DerivedMap{};
    all.insert_or_assign(name, tensor);
    m_derived = std::make_shared<const DerivedMap>(std::move(all));
    return tensor;
}

TensorMap clone(const TensorMap& tensors)
{
    TensorMap copies;
    for (const auto& [name, tensor] : tensors)
        copies.emplace(name, tensor.clone());
    return copies;
}

} // namespace factorscope
