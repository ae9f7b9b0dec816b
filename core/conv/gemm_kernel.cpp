// Compiled once for each instruction set, with FACTORSCOPE_KERNEL as the name of the function. For
// all but the baseline, Eigen itself is renamed on the compiler's command line (Eigen=Eigen_avx2):
// its templates would otherwise have one name for several codes and the linker would keep any.
// So nothing else with code of its own may be used here.
#include "core/conv/gemm_kernel.h"

#include <Eigen/Core>

namespace factorscope {

void FACTORSCOPE_KERNEL(const MatrixProduct& p)
{
    using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    using Strided = Eigen::Map<const Matrix, Eigen::Unaligned, Eigen::OuterStride<>>;
    const Eigen::Map<const Matrix> a(p.a, p.m, p.k);
    const Strided b(p.b, p.k, p.n, Eigen::OuterStride<>(p.bStride));
    Eigen::Map<Matrix, Eigen::Unaligned, Eigen::OuterStride<>> c(p.c, p.m, p.n,
                                                                 Eigen::OuterStride<>(p.cStride));
    c.noalias() += a * b;
}

} // namespace factorscope
