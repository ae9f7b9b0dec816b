#pragma once

#include <Eigen/Core>

#include <array>
#include <cstdint>
#include <stop_token>

namespace factorscope {

/// A bank of 5×5 in double precision, tap by tap: taps[p](i, o) = kernel (o, i) at p.
using BankTaps = std::array<Eigen::MatrixXd, 25>;

/// Two convolutions in a row, tap by tap: (C_mid, C_in) and (C_mid, C_out).
struct StackTaps {
    std::array<Eigen::MatrixXd, 9> first;
    std::array<Eigen::MatrixXd, 9> second;
};

/// What the two equal: taps[p] = Σ first[s]ᵀ · second[q] over s + q = p.
BankTaps composed(const StackTaps& stack);
double squaredNorm(const BankTaps& taps);

/// Walks from a stack down to one that is as close to a bank of norm 1 as it gets nearby, by
/// alternating least squares with a leap along the last sweep's way where that leads further down.
class BankDescent {
public:
    /// `bank` must outlive this.
    BankDescent(const BankTaps& bank, StackTaps stack);

    /// Sets one convolution to what fits the other one best.
    void solveFirst();
    void solveSecond();
    /// One sweep over both. False when nothing moves any more, or when stopped. The loss never
    /// rises.
    bool sweep(const std::stop_token& stop);
    double loss() const { return m_loss; } ///< ‖bank − stack‖²
    const StackTaps& stack() const { return m_stack; }

    /// Bytes that it takes at its fullest, and multiply-accumulate operations of a sweep.
    static std::int64_t bytes(std::int64_t in, std::int64_t mid, std::int64_t out);
    static double sweepMacs(std::int64_t in, std::int64_t mid, std::int64_t out);

private:
    void settle();
    void leap(const StackTaps& before);
    void balance();

    const BankTaps& m_bank;
    StackTaps m_stack;
    BankTaps m_rest; ///< bank − composed(stack)
    double m_loss = 0.0;
    double m_leap = 1.0; ///< how far, in sweeps
    double m_lossBefore = 0.0; ///< some sweeps ago
    int m_sweeps = 0;
};

} // namespace factorscope
