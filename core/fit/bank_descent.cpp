#include "core/fit/bank_descent.h"

#include <Eigen/Cholesky>

#include <algorithm>
#include <cmath>
#include <utility>

namespace factorscope {
namespace {

constexpr double kExact = 1e-28; ///< of a loss: what rounding leaves of a bank of norm 1
constexpr int kIdleSweeps = 10; ///< after which the loss must have fallen by a share of …
constexpr double kIdleShare = 1e-5;

/// The tap of the 5×5 that tap s of one kernel and tap q of the other meet in.
constexpr std::size_t meeting(std::size_t s, std::size_t q)
{
    return (s / 3 + q / 3) * 5 + s % 3 + q % 3;
}

/// Adds to `moving` what brings the stack closest to the bank, `fixed` staying as it is.
/// rest[p] is (channels of fixed, channels of moving).
void addBestMove(const std::array<Eigen::MatrixXd, 9>& fixed,
                 std::array<Eigen::MatrixXd, 9>& moving, const BankTaps& rest)
{
    const Eigen::Index mid = fixed[0].rows();
    // What taps q and q' of `moving` have in common hangs on the way between them only.
    std::array<Eigen::MatrixXd, 25> common;
    common.fill(Eigen::MatrixXd::Zero(mid, mid));
    for (std::size_t s = 0; s < 9; ++s)
        for (std::size_t t = 0; t < 9; ++t)
            common[meeting(8 - s, t)].noalias() += fixed[s] * fixed[t].transpose();
    Eigen::MatrixXd matrix(9 * mid, 9 * mid);
    Eigen::MatrixXd right = Eigen::MatrixXd::Zero(9 * mid, moving[0].cols());
    for (std::size_t q = 0; q < 9; ++q) {
        const auto row = static_cast<Eigen::Index>(q) * mid;
        for (std::size_t r = 0; r < 9; ++r)
            matrix.block(row, static_cast<Eigen::Index>(r) * mid, mid, mid)
                = common[meeting(q, 8 - r)];
        for (std::size_t s = 0; s < 9; ++s)
            right.middleRows(row, mid).noalias() += fixed[s] * rest[meeting(s, q)];
    }
    // Mid channels may say the same, or nothing: a little pull to where they are decides.
    constexpr double kPull = 1e-10;
    const double largest = matrix.diagonal().maxCoeff();
    if (!(largest > 0.0))
        return;
    matrix.diagonal().array() += kPull * largest;
    matrix.selfadjointView<Eigen::Lower>().llt().solveInPlace(right);
    for (std::size_t q = 0; q < 9; ++q)
        moving[q] += right.middleRows(static_cast<Eigen::Index>(q) * mid, mid);
}

} // namespace

BankTaps composed(const StackTaps& stack)
{
    BankTaps taps;
    taps.fill(Eigen::MatrixXd::Zero(stack.first[0].cols(), stack.second[0].cols()));
    for (std::size_t s = 0; s < 9; ++s)
        for (std::size_t q = 0; q < 9; ++q)
            taps[meeting(s, q)].noalias() += stack.first[s].transpose() * stack.second[q];
    return taps;
}

double squaredNorm(const BankTaps& taps)
{
    double squares = 0.0;
    for (const Eigen::MatrixXd& tap : taps)
        squares += tap.squaredNorm();
    return squares;
}

BankDescent::BankDescent(const BankTaps& bank, StackTaps stack)
    : m_bank(bank), m_stack(std::move(stack))
{
    settle();
    m_lossBefore = m_loss;
}

void BankDescent::settle()
{
    m_rest = composed(m_stack);
    for (std::size_t p = 0; p < 25; ++p)
        m_rest[p] = m_bank[p] - m_rest[p];
    m_loss = squaredNorm(m_rest);
}

void BankDescent::solveSecond()
{
    const StackTaps before = m_stack;
    const double lossBefore = m_loss;
    addBestMove(m_stack.first, m_stack.second, m_rest);
    settle();
    if (m_loss <= lossBefore)
        return;
    m_stack = before; // moved by rounding only
    settle();
}

void BankDescent::solveFirst()
{
    const StackTaps before = m_stack;
    const double lossBefore = m_loss;
    BankTaps turned;
    for (std::size_t p = 0; p < 25; ++p)
        turned[p] = m_rest[p].transpose();
    addBestMove(m_stack.second, m_stack.first, turned);
    settle();
    if (m_loss <= lossBefore)
        return;
    m_stack = before;
    settle();
}

/// Gives both kernels of each mid channel the same norm, which changes nothing that they make.
void BankDescent::balance()
{
    for (Eigen::Index m = 0; m < m_stack.first[0].rows(); ++m) {
        double first = 0.0;
        double second = 0.0;
        for (std::size_t tap = 0; tap < 9; ++tap) {
            first += m_stack.first[tap].row(m).squaredNorm();
            second += m_stack.second[tap].row(m).squaredNorm();
        }
        if (!(first > 0.0) || !(second > 0.0))
            continue;
        const double factor = std::pow(second / first, 0.25);
        for (std::size_t tap = 0; tap < 9; ++tap) {
            m_stack.first[tap].row(m) *= factor;
            m_stack.second[tap].row(m) /= factor;
        }
    }
}

/// Alternating least squares creep along narrow valleys: the same way, further.
void BankDescent::leap(const StackTaps& before)
{
    const StackTaps here = m_stack;
    const BankTaps rest = m_rest;
    const double loss = m_loss;
    for (std::size_t tap = 0; tap < 9; ++tap) {
        m_stack.first[tap] += m_leap * (here.first[tap] - before.first[tap]);
        m_stack.second[tap] += m_leap * (here.second[tap] - before.second[tap]);
    }
    settle();
    constexpr double kMostLeap = 1000.0;
    if (m_loss < loss) {
        m_leap = std::min(1.6 * m_leap, kMostLeap);
        return;
    }
    m_stack = here;
    m_rest = rest;
    m_loss = loss;
    m_leap = std::max(0.4 * m_leap, 0.5);
}

bool BankDescent::sweep(const std::stop_token& stop)
{
    if (m_loss <= kExact || stop.stop_requested())
        return false;
    if (m_sweeps > 0 && m_sweeps % kIdleSweeps == 0) {
        if (m_lossBefore - m_loss < kIdleShare * m_lossBefore)
            return false;
        m_lossBefore = m_loss;
    }
    balance();
    const StackTaps before = m_stack;
    solveFirst();
    if (stop.stop_requested())
        return false;
    solveSecond();
    leap(before);
    ++m_sweeps;
    return true;
}

std::int64_t BankDescent::bytes(std::int64_t in, std::int64_t mid, std::int64_t out)
{
    const std::int64_t banks = 5 * 25 * in * out; // the rest, turned, and while they are replaced
    const std::int64_t stacks = 4 * 9 * mid * (in + out);
    const std::int64_t equations = 81 * mid * mid + 25 * mid * mid + 9 * mid * std::max(in, out);
    // … which are factorised in a copy.
    return (banks + stacks + equations + 81 * mid * mid) * std::int64_t{sizeof(double)};
}

double BankDescent::sweepMacs(std::int64_t in, std::int64_t mid, std::int64_t out)
{
    const auto m = static_cast<double>(mid);
    const auto both = static_cast<double>(in + out);
    const double products = 5.0 * 81.0 * m * static_cast<double>(in * out); // three are settled
    return products + 2.0 * 81.0 * m * m * both + 2.0 * 729.0 / 6.0 * m * m * m;
}

} // namespace factorscope
