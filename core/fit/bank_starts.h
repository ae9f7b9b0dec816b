#pragma once

#include "core/fit/bank_descent.h"
#include "core/fit/kernel_fit.h"

#include <optional>
#include <stop_token>
#include <vector>

namespace factorscope {

/// A bank in which every kernel is a multiple of one: kernel (o, i) = mix(i, o) · kernel.
struct SharedKernel {
    Eigen::MatrixXd mix;
    Kernel5x5 kernel;
};
std::optional<SharedKernel> sharedKernel(const BankTaps& bank);

/// What a fit of a bank begins with.
class BankStarts {
public:
    /// The first ones are what the bank suggests, where it does; all others are random.
    static constexpr int kSuggested = 4;
    static constexpr int kCornerStart = 3; ///< the one of corners

    /// `bank` has norm 1 or is zero and must outlive this. `before`: a fit with fewer mid channels.
    /// `shared`: fits of the kernel that all channels share, with 1, 2, … pairs; or none.
    BankStarts(const BankTaps& bank, Eigen::Index midChannels, std::uint64_t seed)
        : m_bank(bank), m_mid(midChannels), m_seed(seed)
    {}
    void setBefore(StackTaps before) { m_before = std::move(before); }
    /// `fits`: of the kernel with 1, 2, … pairs.
    void setShared(SharedKernel shared, std::vector<std::vector<KernelPair>> fits);

    /// When stopped it begins anywhere.
    BankDescent start(int index, const std::stop_token& stop) const;

private:
    Eigen::Index in() const { return m_bank[0].rows(); }
    Eigen::Index out() const { return m_bank[0].cols(); }
    StackTaps randomFirst(int index) const;
    void layUnfolding(StackTaps& stack, const std::stop_token& stop) const;
    void layBefore(StackTaps& stack) const;
    void layShared(StackTaps& stack) const;
    BankDescent cornerStart() const;

    const BankTaps& m_bank;
    Eigen::Index m_mid;
    std::uint64_t m_seed;
    std::optional<StackTaps> m_before;
    std::optional<SharedKernel> m_shared;
    std::vector<std::vector<KernelPair>> m_sharedFits;
};

} // namespace factorscope
