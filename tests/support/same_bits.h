#pragma once

#include "core/tensor/tensor.h"

#include <cstring>

namespace factorscope {

/// The same shape and the same bits: NaN equals itself, 0 and −0 differ.
inline bool sameBits(const Tensor& a, const Tensor& b)
{
    return a.shape() == b.shape()
        && std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.bytes())) == 0;
}

} // namespace factorscope
