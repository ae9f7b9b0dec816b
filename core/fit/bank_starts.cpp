#include "core/fit/bank_starts.h"

#include "core/fit/multi_start.h"
#include "core/weights/torch_generator.h"

#include <Eigen/Eigenvalues>
#include <Eigen/QR>

#include <algorithm>
#include <cmath>
#include <utility>

namespace factorscope {
namespace {

/// The eigenvectors of a larger unfolding take longer than a start is worth.
constexpr Eigen::Index kMostUnfolded = 1200;

StackTaps zeroStack(Eigen::Index in, Eigen::Index mid, Eigen::Index out)
{
    StackTaps stack;
    stack.first.fill(Eigen::MatrixXd::Zero(mid, in));
    stack.second.fill(Eigen::MatrixXd::Zero(mid, out));
    return stack;
}

/// In how many ways a tap of the first and one of the second kernel meet in tap p.
double waysTo(std::size_t p)
{
    const auto ways = [](std::size_t at) { return 3.0 - std::abs(static_cast<double>(at) - 2.0); };
    return ways(p / 5) * ways(p % 5);
}

constexpr Eigen::Index kBlock = 32; ///< columns between two looks at the stop token

/// Gram and Schmidt's way, block by block, each twice.
void orthonormalise(Eigen::MatrixXd& columns, const std::stop_token& stop)
{
    for (Eigen::Index at = 0; at < columns.cols() && !stop.stop_requested(); at += kBlock) {
        const Eigen::Index width = std::min(kBlock, columns.cols() - at);
        const auto before = columns.leftCols(at);
        Eigen::MatrixXd block = columns.middleCols(at, width);
        for (int pass = 0; pass < 2; ++pass) {
            if (at > 0)
                block -= before * (before.transpose() * block).eval();
            const Eigen::HouseholderQR<Eigen::MatrixXd> qr(block);
            block = qr.householderQ() * Eigen::MatrixXd::Identity(columns.rows(), width);
        }
        columns.middleCols(at, width) = block;
    }
}

/// Columns that span where a matrix is strongest, by subspace iteration: a start needs no better.
Eigen::MatrixXd iteratedSpan(const Eigen::MatrixXd& matrix, Eigen::Index count,
                             const std::stop_token& stop)
{
    constexpr int kIterations = 8;
    Eigen::MatrixXd span(matrix.rows(), count);
    std::vector<float> drawn(static_cast<std::size_t>(span.size()));
    TorchGenerator(0).normal(drawn);
    span = Eigen::Map<const Eigen::MatrixXf>(drawn.data(), span.rows(), count).cast<double>();
    for (int i = 0; i < kIterations; ++i) {
        orthonormalise(span, stop);
        for (Eigen::Index at = 0; at < count && !stop.stop_requested(); at += kBlock) {
            const Eigen::Index width = std::min(kBlock, count - at);
            const Eigen::MatrixXd seen = matrix.transpose() * span.middleCols(at, width);
            span.middleCols(at, width).noalias() = matrix * seen;
        }
    }
    orthonormalise(span, stop);
    return span;
}

/// The same from eigenvectors, where they take no time.
Eigen::MatrixXd strongestSpan(const Eigen::MatrixXd& matrix, Eigen::Index count,
                              const std::stop_token& stop)
{
    constexpr Eigen::Index kSmall = 150;
    if (matrix.rows() > kSmall)
        return iteratedSpan(matrix, count, stop);
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(matrix * matrix.transpose());
    return solver.eigenvectors().rightCols(count).rowwise().reverse();
}

/// A matrix as the sum of strengths · left · rightᵀ, the strongest first: its singular values and
/// vectors, but for those that are rounding.
struct Directions {
    Eigen::VectorXd strengths;
    Eigen::MatrixXd left;
    Eigen::MatrixXd right;
};

/// By the eigenvectors of the matrix times itself, which halves the digits: of weights in float
/// there are no more.
Directions directionsOf(const Eigen::MatrixXd& matrix)
{
    if (matrix.rows() > matrix.cols()) {
        Directions turned = directionsOf(matrix.transpose());
        std::swap(turned.left, turned.right);
        return turned;
    }
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(matrix * matrix.transpose());
    constexpr double kRounding = 1e-6; // of weights in float
    const Eigen::ArrayXd strengths = solver.eigenvalues().array().max(0.0).sqrt().reverse();
    const Eigen::Index rank = (strengths > kRounding * strengths[0]).count();
    Directions directions;
    directions.strengths = strengths.head(rank);
    directions.left = solver.eigenvectors().rightCols(rank).rowwise().reverse();
    directions.right
        = matrix.transpose() * directions.left * directions.strengths.cwiseInverse().asDiagonal();
    return directions;
}

} // namespace

std::optional<SharedKernel> sharedKernel(const BankTaps& bank)
{
    const Eigen::Index kernels = bank[0].size();
    Eigen::MatrixXd unfolded(kernels, 25);
    for (std::size_t p = 0; p < 25; ++p)
        unfolded.col(static_cast<Eigen::Index>(p)) = bank[p].reshaped();
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(unfolded.transpose() * unfolded);
    constexpr double kRounding = 1e-12; // of squares of weights in float, and more
    if (solver.eigenvalues()[23] > kRounding * solver.eigenvalues()[24]
        || !(solver.eigenvalues()[24] > 0.0))
        return {};
    SharedKernel shared;
    const Eigen::VectorXd kernel = solver.eigenvectors().col(24);
    std::copy_n(kernel.data(), 25, shared.kernel.begin());
    shared.mix = (unfolded * kernel).reshaped(bank[0].rows(), bank[0].cols());
    return shared;
}

void BankStarts::setShared(SharedKernel shared, std::vector<std::vector<KernelPair>> fits)
{
    m_shared = std::move(shared);
    m_sharedFits = std::move(fits);
}

BankDescent BankStarts::start(int index, const std::stop_token& stop) const
{
    StackTaps stack = randomFirst(index);
    if (index == 1 && m_before) {
        layBefore(stack);
        return {m_bank, std::move(stack)};
    }
    if (index == 2 && m_shared) {
        layShared(stack);
        return {m_bank, std::move(stack)};
    }
    if (index == kCornerStart && m_mid >= 4 * std::min(in(), out()))
        return cornerStart();
    if (index == 0)
        layUnfolding(stack, stop);
    BankDescent descent(m_bank, std::move(stack));
    descent.solveSecond();
    return descent;
}

/// A random first convolution; the second one is zero.
StackTaps BankStarts::randomFirst(int index) const
{
    StackTaps stack = zeroStack(in(), m_mid, out());
    TorchGenerator generator(startSeed(m_seed, index));
    std::vector<float> drawn(static_cast<std::size_t>(m_mid * in()));
    for (Eigen::MatrixXd& tap : stack.first) {
        generator.normal(drawn);
        tap = Eigen::Map<const Eigen::MatrixXf>(drawn.data(), m_mid, in()).cast<double>();
    }
    return stack;
}

/// The first convolution from what spans the windows 3×3 that the second one would have to make
/// of each kernel, if every tap of it were shared out evenly among the ways that lead to it.
void BankStarts::layUnfolding(StackTaps& stack, const std::stop_token& stop) const
{
    if (9 * in() > kMostUnfolded)
        return;
    Eigen::MatrixXd windows(9 * in(), 9 * out());
    for (std::size_t s = 0; s < 9; ++s) {
        for (std::size_t q = 0; q < 9; ++q) {
            const std::size_t p = (s / 3 + q / 3) * 5 + s % 3 + q % 3;
            windows.block(static_cast<Eigen::Index>(s) * in(), static_cast<Eigen::Index>(q) * out(),
                          in(), out())
                = m_bank[p] / waysTo(p);
        }
    }
    const Eigen::MatrixXd span = strongestSpan(windows, std::min(m_mid, 9 * in()), stop);
    for (Eigen::Index m = 0; m < span.cols(); ++m)
        for (std::size_t s = 0; s < 9; ++s)
            stack.first[s].row(m)
                = span.col(m).segment(static_cast<Eigen::Index>(s) * in(), in()).transpose();
}

/// Further mid channels do nothing yet.
void BankStarts::layBefore(StackTaps& stack) const
{
    const Eigen::Index kept = std::min(m_mid, m_before->first[0].rows());
    for (std::size_t tap = 0; tap < 9; ++tap) {
        stack.first[tap].topRows(kept) = m_before->first[tap].topRows(kept);
        stack.second[tap].topRows(kept) = m_before->second[tap].topRows(kept);
    }
}

/// The directions of the mix, the strongest first, each as so many pairs as there is room for.
void BankStarts::layShared(StackTaps& stack) const
{
    const Directions directions = directionsOf(m_shared->mix);
    const Eigen::Index rank = directions.strengths.size();
    stack = zeroStack(in(), m_mid, out());
    Eigen::Index mid = 0;
    for (Eigen::Index direction = 0; direction < std::min(rank, m_mid); ++direction) {
        const Eigen::Index room = m_mid / rank + (direction < m_mid % rank ? 1 : 0);
        const auto count = std::min<Eigen::Index>(room, std::ssize(m_sharedFits));
        for (const KernelPair& pair : m_sharedFits[static_cast<std::size_t>(count - 1)]) {
            const double root = std::sqrt(directions.strengths[direction]);
            for (std::size_t tap = 0; tap < 9; ++tap) {
                stack.first[tap].row(mid)
                    = root * pair.first[tap] * directions.left.col(direction).transpose();
                stack.second[tap].row(mid)
                    = root * pair.second[tap] * directions.right.col(direction).transpose();
            }
            ++mid;
        }
    }
}

/// One mid channel for each corner of each channel on the side with fewer: the other convolution
/// then has every tap of the 5×5 within its reach.
BankDescent BankStarts::cornerStart() const
{
    constexpr std::array<std::size_t, 4> kCorners{0, 2, 6, 8};
    StackTaps stack = zeroStack(in(), m_mid, out());
    const bool isFirst = in() <= out();
    auto& corners = isFirst ? stack.first : stack.second;
    for (Eigen::Index channel = 0; channel < std::min(in(), out()); ++channel)
        for (std::size_t i = 0; i < 4; ++i)
            corners[kCorners[i]](4 * channel + static_cast<Eigen::Index>(i), channel) = 1.0;
    BankDescent descent(m_bank, std::move(stack));
    isFirst ? descent.solveSecond() : descent.solveFirst();
    return descent;
}

} // namespace factorscope
