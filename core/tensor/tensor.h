#pragma once

#include "core/tensor/shape.h"
#include "core/tensor/tensor_pool.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace factorscope {

class Tensor;
using SharedTensor = std::shared_ptr<const Tensor>;

/// Dense float32 numbers in row-major order (the last axis is contiguous), 64-byte aligned.
/// Moves, and copies only by clone(). A result that crosses threads is a shared_ptr<const Tensor>.
class Tensor {
public:
    Tensor() = default; ///< shape {0}: nothing in it

    /// Content undefined: for a function that writes every element before it hands the tensor out.
    static Tensor uninitialized(const Shape& shape, TensorPool* pool = nullptr);
    static Tensor filled(const Shape& shape, float value);
    static Tensor zeros(const Shape& shape) { return filled(shape, 0.0F); }
    /// `values` must have as many elements as `shape`.
    static Tensor from(const Shape& shape, std::span<const float> values);

    /// The first numbers of `whole` under a shape of their own; `whole` lives on with them.
    static std::shared_ptr<const Tensor> leading(const std::shared_ptr<Tensor>& whole,
                                                 const Shape& shape);

    Tensor clone(TensorPool* pool = nullptr) const;

    const Shape& shape() const { return m_shape; }
    std::int64_t elements() const { return m_shape.elements(); }
    std::int64_t bytes() const { return elements() * std::int64_t{sizeof(float)}; }
    float* data()
    {
        if (m_derived) // several threads may ask for the data of a tensor that is being made
            m_derived = nullptr;
        return m_block.get();
    }
    const float* data() const { return m_block.get(); }
    std::span<float> values() { return {data(), static_cast<std::size_t>(elements())}; }
    std::span<const float> values() const { return {data(), static_cast<std::size_t>(elements())}; }

    /// The same numbers under another shape of as many elements.
    void reshape(const Shape& shape);

    /// What is made of these numbers and is of use as long as they stay, such as a transform of
    /// weights: from `make` when it is first asked for under this name, then kept until the tensor
    /// goes or is written to. Null when `make` gives nothing. Any thread, while nobody writes.
    SharedTensor derived(const std::string& name,
                         const std::function<std::optional<Tensor>()>& make) const;

private:
    using DerivedMap = std::map<std::string, SharedTensor>;

    Shape m_shape{0};
    TensorPool::Block m_block;
    mutable std::shared_ptr<const DerivedMap> m_derived; ///< replaced, never changed
};

/// Tensors by name, as in a file of weights.
using TensorMap = std::map<std::string, Tensor>;

TensorMap clone(const TensorMap& tensors);

} // namespace factorscope
