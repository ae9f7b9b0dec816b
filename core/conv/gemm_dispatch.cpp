#include "core/conv/gemm_kernel.h"

namespace factorscope {

// One object file each, see CMakeLists.txt.
void addProductBaseline(const MatrixProduct& product);
void addProductAvx2(const MatrixProduct& product);
void addProductAvx512(const MatrixProduct& product);

void addProduct(const MatrixProduct& product, InstructionSet set)
{
#if defined(FACTORSCOPE_X86_KERNELS)
    if (set == InstructionSet::Avx512)
        return addProductAvx512(product);
    if (set == InstructionSet::Avx2)
        return addProductAvx2(product);
#else
    (void)set;
#endif
    addProductBaseline(product);
}

} // namespace factorscope
