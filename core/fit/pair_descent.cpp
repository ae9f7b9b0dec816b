#include "core/fit/pair_descent.h"

#include <Eigen/Cholesky>

#include <algorithm>
#include <cmath>
#include <utility>

namespace factorscope {
namespace {

constexpr double kExact = 1e-30; ///< of a loss: what rounding leaves of a kernel of norm 1
constexpr double kIdleShare = 1e-13; ///< of a loss: too little to call it a step
constexpr int kMostIdleSteps = 6;
constexpr double kLeastDamping = 1e-12;
constexpr double kMostDamping = 1e12;

/// Where tap `tap` of one kernel puts tap `other` of the other one in the 5×5.
constexpr int placeOf(int tap, int other)
{
    return (tap / 3 + other / 3) * 5 + tap % 3 + other % 3;
}

/// column t = `other`, moved by tap t
template <typename Columns>
void layShifted(const Kernel3x3& other, Columns&& columns)
{
    columns.setZero();
    for (int tap = 0; tap < 9; ++tap)
        for (int i = 0; i < 9; ++i)
            columns(placeOf(tap, i), tap) = other[static_cast<std::size_t>(i)];
}

double norm(const Kernel3x3& taps)
{
    return Eigen::Map<const Eigen::Matrix<double, 9, 1>>(taps.data()).norm();
}

/// The same product from kernels of equal norm, so that damping treats both alike.
void balance(KernelPair& pair)
{
    const double first = norm(pair.first);
    const double second = norm(pair.second);
    if (!(first > 0.0) || !(second > 0.0))
        return;
    const double factor = std::sqrt(second / first);
    for (double& tap : pair.first)
        tap *= factor;
    for (double& tap : pair.second)
        tap /= factor;
}

} // namespace

PairDescent::PairDescent(const Kernel5x5& kernel, std::vector<KernelPair> pairs)
    : m_kernel(Eigen::Map<const Taps>(kernel.data())), m_pairs(std::move(pairs))
{
    EXPECTS(!m_pairs.empty() && std::ssize(m_pairs) <= kMostPairs);
    std::ranges::for_each(m_pairs, balance);
    settle();
}

void PairDescent::settle()
{
    const Kernel5x5 sum = sumOf(m_pairs);
    m_rest = m_kernel - Eigen::Map<const Taps>(sum.data());
    m_loss = m_rest.squaredNorm();
}

void PairDescent::solveSeconds()
{
    const Eigen::Index count = std::ssize(m_pairs);
    Jacobian columns(25, 9 * count);
    for (Eigen::Index m = 0; m < count; ++m)
        layShifted(m_pairs[static_cast<std::size_t>(m)].first, columns.middleCols(9 * m, 9));
    Square curvature = columns.transpose() * columns;
    // Several first kernels may say the same: then the share of each is open without a little pull
    // to zero.
    constexpr double kPull = 1e-10;
    curvature.diagonal().array() += kPull * curvature.diagonal().maxCoeff() + kExact;
    const Unknowns taps = curvature.llt().solve(Unknowns(columns.transpose() * m_kernel));
    for (Eigen::Index m = 0; m < count; ++m) {
        KernelPair& pair = m_pairs[static_cast<std::size_t>(m)];
        std::copy_n(taps.data() + 9 * m, 9, pair.second.begin());
        balance(pair);
    }
    settle();
}

bool PairDescent::step()
{
    if (m_loss <= kExact || m_idleSteps >= kMostIdleSteps)
        return false;
    const Eigen::Index count = std::ssize(m_pairs);
    Jacobian jacobian(25, 18 * count);
    for (Eigen::Index m = 0; m < count; ++m) {
        const KernelPair& pair = m_pairs[static_cast<std::size_t>(m)];
        layShifted(pair.second, jacobian.middleCols(18 * m, 9));
        layShifted(pair.first, jacobian.middleCols(18 * m + 9, 9));
    }
    const Square curvature = jacobian.transpose() * jacobian;
    const Unknowns gradient = jacobian.transpose() * m_rest;
    const double scale = curvature.diagonal().maxCoeff();
    if (!(scale > 0.0))
        return false;
    for (; m_damping <= kMostDamping; m_damping *= 4.0) {
        Square damped = curvature;
        damped.diagonal().array() += m_damping * scale;
        const Unknowns move = damped.llt().solve(gradient);
        PairDescent next = *this;
        for (Eigen::Index m = 0; m < count; ++m) {
            KernelPair& pair = next.m_pairs[static_cast<std::size_t>(m)];
            for (Eigen::Index tap = 0; tap < 9; ++tap) {
                pair.first[static_cast<std::size_t>(tap)] += move[18 * m + tap];
                pair.second[static_cast<std::size_t>(tap)] += move[18 * m + 9 + tap];
            }
            balance(pair);
        }
        next.settle();
        if (!(next.m_loss < m_loss))
            continue;
        const bool isIdle = m_loss - next.m_loss < kIdleShare * m_loss;
        next.m_idleSteps = isIdle ? m_idleSteps + 1 : 0;
        next.m_damping = std::max(m_damping / 5.0, kLeastDamping);
        *this = std::move(next);
        return true;
    }
    return false;
}

} // namespace factorscope
