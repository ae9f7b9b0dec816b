#pragma once

#include "core/conv/instruction_set.h"

#include <cstddef>

namespace factorscope {

/// c(m,n) += a(m,k) · b(k,n), all row-major; a is dense, the rows of b and c lie `bStride` and
/// `cStride` floats apart.
struct MatrixProduct {
    std::ptrdiff_t m;
    std::ptrdiff_t n;
    std::ptrdiff_t k;
    const float* a;
    const float* b;
    std::ptrdiff_t bStride;
    float* c;
    std::ptrdiff_t cStride;
};

/// Eigen's product, built once for each instruction set.
void addProduct(const MatrixProduct& product, InstructionSet set);

} // namespace factorscope
