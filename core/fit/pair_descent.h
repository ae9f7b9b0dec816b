#pragma once

#include "core/fit/kernel_fit.h"

#include <Eigen/Core>

#include <vector>

namespace factorscope {

/// Walks from given pairs down to a sum that is as close to a kernel of norm 1 as it gets nearby:
/// Levenberg and Marquardt's damped least squares in all taps at once, n = 18 unknowns a pair. It
/// takes O(n³) a step and allocates nothing on the way.
class PairDescent {
public:
    static constexpr int kMostPairs = 4; ///< which represent any 5×5

    /// `kernel` has norm 1 or is zero.
    PairDescent(const Kernel5x5& kernel, std::vector<KernelPair> pairs);

    /// Sets the second kernels to what fits best to the first ones.
    void solveSeconds();
    /// False when nothing moves any more; the loss never rises.
    bool step();
    double loss() const { return m_loss; } ///< ‖kernel − sum‖²
    const std::vector<KernelPair>& pairs() const { return m_pairs; }

private:
    static constexpr int kMostUnknowns = 18 * kMostPairs;
    using Unknowns = Eigen::Matrix<double, Eigen::Dynamic, 1, 0, kMostUnknowns, 1>;
    using Jacobian = Eigen::Matrix<double, 25, Eigen::Dynamic, 0, 25, kMostUnknowns>;
    using Square
        = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, 0, kMostUnknowns, kMostUnknowns>;
    using Taps = Eigen::Matrix<double, 25, 1>;

    void settle();

    Taps m_kernel;
    std::vector<KernelPair> m_pairs;
    Taps m_rest; ///< kernel − sum
    double m_loss = 0.0;
    double m_damping = 1e-2; ///< as a share of the largest curvature
    int m_idleSteps = 0; ///< in a row
};

} // namespace factorscope
