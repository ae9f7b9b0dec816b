#include "core/fit/bank_fit.h"

#include "core/branch/layer_traits.h"
#include "core/fit/bank_starts.h"
#include "core/fit/multi_start.h"
#include "core/tensor/memory.h"
#include "core/timing/timing.h"
#include "core/weights/initialize.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <numeric>

namespace factorscope {
namespace {

constexpr int kSearchSweeps = 20; ///< after which the hopeless starts are dropped
constexpr int kMostStartsThatPay = 1000;
constexpr int kMostStartsOfSmall = 4000; ///< banks have many minima, where starts cost nothing
constexpr double kExactLoss = 1e-24; ///< of a bank of norm 1: nothing is left to be found

/// A bank of norm 1, or zero, and what it was before.
struct ScaledBank {
    BankTaps taps;
    double norm = 0.0;

    Eigen::Index in() const { return taps[0].rows(); }
    Eigen::Index out() const { return taps[0].cols(); }
    /// Mid channels beyond are of no use: with so many, anything is possible.
    std::int64_t usefulMid(std::int64_t mid) const
    {
        return std::min<std::int64_t>(mid, 4 * std::min(in(), out()));
    }
};

ScaledBank scaledBank(const Tensor& bank)
{
    ScaledBank scaled;
    const Eigen::Index out = bank.shape()[0];
    const Eigen::Index in = bank.shape()[1];
    scaled.taps.fill(Eigen::MatrixXd(in, out));
    for (Eigen::Index o = 0; o < out; ++o)
        for (Eigen::Index i = 0; i < in; ++i)
            for (std::size_t p = 0; p < 25; ++p)
                scaled.taps[p](i, o)
                    = bank.data()[(o * in + i) * 25 + static_cast<std::ptrdiff_t>(p)];
    scaled.norm = std::sqrt(squaredNorm(scaled.taps)); // of floats: no square overflows
    if (scaled.norm > 0.0)
        for (Eigen::MatrixXd& tap : scaled.taps)
            tap /= scaled.norm;
    return scaled;
}

/// taps[t](row, column) as (columns, rows, side, side) or (rows, columns, side, side).
enum class RowsAre { Outputs, Inputs };
template <std::size_t Taps>
SharedTensor tensorOf(const std::array<Eigen::MatrixXd, Taps>& taps, RowsAre rowsAre, double scale)
{
    constexpr std::int64_t kSide = Taps == 25 ? 5 : 3;
    const bool turned = rowsAre == RowsAre::Inputs;
    const std::int64_t out = turned ? taps[0].cols() : taps[0].rows();
    const std::int64_t in = turned ? taps[0].rows() : taps[0].cols();
    Tensor tensor = Tensor::zeros({out, in, kSide, kSide});
    for (std::int64_t o = 0; o < out; ++o)
        for (std::int64_t i = 0; i < in; ++i)
            for (std::size_t t = 0; t < Taps; ++t)
                tensor.data()[(o * in + i) * std::int64_t{Taps} + static_cast<std::int64_t>(t)]
                    = static_cast<float>(scale * (turned ? taps[t](i, o) : taps[t](o, i)));
    return std::make_shared<const Tensor>(std::move(tensor));
}

/// How a start ended, for a bank of norm 1.
struct Walk {
    StackTaps stack;
    std::vector<double> losses; ///< after 0, 1, … sweeps
};

/// Goes on until the loss is `enough`.
Walk walked(const BankStarts& starts, int start, int sweeps, const std::stop_token& stop,
            double enough = 0.0)
{
    BankDescent descent = starts.start(start, stop);
    std::vector<double> losses{descent.loss()};
    for (int sweep = 0; sweep < sweeps && descent.loss() > enough && descent.sweep(stop); ++sweep)
        losses.push_back(descent.loss());
    return {descent.stack(), std::move(losses)};
}

/// Rows of zeros up to as many mid channels.
void widen(StackTaps& stack, Eigen::Index mid)
{
    for (auto* taps : {&stack.first, &stack.second})
        for (Eigen::MatrixXd& tap : *taps)
            tap.conservativeResizeLike(Eigen::MatrixXd::Zero(mid, tap.cols()));
}

/// A fit, and the stack in double precision for the next one to start from.
struct Fitted {
    BankFit fit;
    StackTaps stack;
};

BankFit fitOf(const ScaledBank& bank, const Walk& walk, const BestStart& best)
{
    BankFit fit;
    const double scale = std::sqrt(bank.norm); // half of the bank's size to each of the two
    fit.first = tensorOf(walk.stack.first, RowsAre::Outputs, scale);
    fit.second = tensorOf(walk.stack.second, RowsAre::Inputs, scale);
    fit.approximation = tensorOf(composed(walk.stack), RowsAre::Inputs, bank.norm);
    for (std::size_t step = 0; step < walk.losses.size(); ++step)
        fit.steps.push_back({static_cast<int>(step), walk.losses[step] * bank.norm * bank.norm,
                             std::sqrt(walk.losses[step])});
    fit.relativeError = fit.steps.back().relativeError;
    fit.starts = best.tried;
    fit.winner = best.start;
    fit.reached = best.reached;
    return fit;
}

/// How many of the starts go on.
int finalistsOf(int starts)
{
    return std::clamp(starts / 16, 3, 32);
}

int startsOf(const ScaledBank& bank, const FitOptions& options, std::int64_t mid)
{
    return BankStarts::kSuggested
        + options.starts.value_or(std::min(
            options.mostStarts, startsThatPay(bank.in(), bank.out(), bank.usefulMid(mid))));
}

/// With as many mid channels as make anything possible, corners alone are exact.
std::optional<Walk> exactWalk(const ScaledBank& bank, const FitOptions& options,
                              const BankStarts& starts, const ComputeContext& context)
{
    if (options.midChannels < 4 * std::min(bank.in(), bank.out()))
        return {};
    Walk walk = walked(starts, BankStarts::kCornerStart, std::min(options.steps, kSearchSweeps),
                       context.stop, kExactLoss);
    if (walk.losses.back() > kExactLoss)
        return {};
    return walk;
}

struct Found {
    Walk walk;
    BestStart best;
};

std::optional<Found> found(const ScaledBank& bank, const FitOptions& options,
                           const BankStarts& starts, const ComputeContext& context,
                           const FitListener& listener)
{
    const int count = startsOf(bank, options, options.midChannels);
    if (auto exact = exactWalk(bank, options, starts, context)) {
        context.advance(count);
        if (listener)
            listener({1, std::sqrt(exact->losses.back())});
        return Found{*std::move(exact), {BankStarts::kCornerStart, 1, 1}};
    }
    std::mutex mutex;
    std::map<int, Walk> finals; ///< guarded; of the few that go on to the end
    const std::optional<BestStart> best
        = bestStart({.starts = count,
                     .steps = options.steps,
                     .searchSteps = kSearchSweeps,
                     .finalists = finalistsOf(count),
                     .exactLoss = kExactLoss,
                     .walk =
                         [&](int start, int sweeps) {
                             Walk walk = walked(starts, start, sweeps, context.stop);
                             const double loss = walk.losses.back();
                             if (sweeps == options.steps && sweeps > kSearchSweeps) {
                                 const std::scoped_lock lock(mutex);
                                 finals[start] = std::move(walk);
                             }
                             return loss;
                         }},
                    context, listener);
    if (!best)
        return {};
    const auto final = finals.find(best->start);
    Walk walk = final != finals.end()
        ? std::move(final->second)
        : walked(starts, best->start, std::min(options.steps, kSearchSweeps), context.stop);
    return Found{std::move(walk), *best};
}

Result<Fitted> fitted(const ScaledBank& bank, const FitOptions& options, const BankStarts& starts,
                      const ComputeContext& context, const FitListener& listener)
{
    const Clock::time_point begin = Clock::now();
    std::optional<Found> best = found(bank, options, starts, context, listener);
    if (!best || context.stop.stop_requested())
        return cancelled();
    widen(best->walk.stack, options.midChannels);
    Fitted result{fitOf(bank, best->walk, best->best), std::move(best->walk.stack)};
    result.fit.milliseconds = millisecondsSince(begin);
    return result;
}

/// How many steps of one start so many operations allow, but no fewer than the search takes.
int stepsWithin(double macs, const ScaledBank& bank, const FitOptions& options)
{
    const double sweep
        = BankDescent::sweepMacs(bank.in(), bank.usefulMid(options.midChannels), bank.out());
    const double allowed = std::max(macs / sweep, kSearchSweeps + 1.0);
    return allowed < options.steps ? static_cast<int>(allowed) : options.steps;
}

Result<void> requireBank(const Tensor& bank, const FitOptions& options,
                         const ComputeContext& context)
{
    RETURN_IF_ERROR(requireValid(options));
    const Shape& shape = bank.shape();
    if (shape.rank() != 4 || shape[2] != 5 || shape[3] != 5 || shape[0] < 1 || shape[1] < 1)
        return Error{ErrorCode::Shape,
                     QT_TRANSLATE_NOOP("core", "a bank to be fitted is (C_out,C_in,5,5), not %1"),
                     {shape.text()}};
    const NonFinite nonFinite = countNonFinite(bank);
    if (nonFinite.nan + nonFinite.infinite > 0)
        return Error{ErrorCode::InvalidArgument,
                     QT_TRANSLATE_NOOP("core",
                                       "a bank with %1 values that are no numbers cannot "
                                       "be fitted"),
                     {std::to_string(nonFinite.nan + nonFinite.infinite)}};
    const std::int64_t mid
        = std::min<std::int64_t>(options.midChannels, 4 * std::min(shape[0], shape[1]));
    const int starts
        = BankStarts::kSuggested + options.starts.value_or(startsThatPay(shape[1], shape[0], mid));
    const std::int64_t walks = context.team.size() + finalistsOf(starts);
    return requireMemory(walks * BankDescent::bytes(shape[1], mid, shape[0]),
                         context.memoryLimitBytes, QT_TRANSLATE_NOOP("core", "the channels"));
}

/// Fits of the kernel that all channels share, with as many pairs as may be needed.
Result<std::vector<std::vector<KernelPair>>>
sharedFits(const Kernel5x5& kernel, const FitOptions& options, const ComputeContext& context)
{
    ComputeContext silent = context;
    silent.progress = nullptr;
    FitOptions pairs = options;
    pairs.midChannels = std::min(options.midChannels, 2); // which are exact for nearly all
    pairs.starts = kStartsOfOneKernel;
    ASSIGN_OR_RETURN(const std::vector<KernelFit> curve, kernelFitCurve(kernel, pairs, silent));
    std::vector<std::vector<KernelPair>> fits;
    for (const KernelFit& fit : curve)
        fits.push_back(fit.pairs);
    return fits;
}

Kernel5x5 onlyKernel(const Tensor& bank)
{
    Kernel5x5 kernel{};
    std::ranges::copy(bank.values(), kernel.begin());
    return kernel;
}

bool isOneKernel(const Tensor& bank)
{
    return bank.shape()[0] == 1 && bank.shape()[1] == 1;
}

BankFit asBank(const KernelFit& fit)
{
    const auto mid = std::ssize(fit.pairs);
    Tensor first = Tensor::zeros({mid, 1, 3, 3});
    Tensor second = Tensor::zeros({1, mid, 3, 3});
    Tensor approximation = Tensor::zeros({1, 1, 5, 5});
    const auto toFloat = [](double value) { return static_cast<float>(value); };
    for (std::ptrdiff_t m = 0; m < mid; ++m) {
        const KernelPair& pair = fit.pairs[static_cast<std::size_t>(m)];
        std::ranges::transform(pair.first, first.data() + 9 * m, toFloat);
        std::ranges::transform(pair.second, second.data() + 9 * m, toFloat);
    }
    std::ranges::transform(fit.approximation, approximation.data(), toFloat);
    return {.first = std::make_shared<const Tensor>(std::move(first)),
            .second = std::make_shared<const Tensor>(std::move(second)),
            .approximation = std::make_shared<const Tensor>(std::move(approximation)),
            .relativeError = fit.relativeError,
            .starts = fit.starts,
            .winner = fit.winner,
            .reached = fit.reached,
            .steps = fit.steps,
            .milliseconds = fit.milliseconds};
}

} // namespace

int startsThatPay(std::int64_t inChannels, std::int64_t outChannels, std::int64_t midChannels)
{
    constexpr double kMacs = 3e10; // about ten seconds of one thread
    const double start
        = kSearchSweeps * BankDescent::sweepMacs(inChannels, midChannels, outChannels);
    constexpr double kSmallMacs = 1.5e9;
    const double usual = std::clamp(kMacs / start, 1.0, double{kMostStartsThatPay});
    return static_cast<int>(
        std::max(usual, std::min(kSmallMacs / start, double{kMostStartsOfSmall})));
}

Result<BankFit> fitKernels(const Tensor& bank, const FitOptions& options,
                           const ComputeContext& context, const FitListener& listener)
{
    RETURN_IF_ERROR(requireBank(bank, options, context));
    if (isOneKernel(bank)) {
        ASSIGN_OR_RETURN(const KernelFit fit,
                         fitKernel(onlyKernel(bank), options, context, listener));
        return asBank(fit);
    }
    const ScaledBank scaled = scaledBank(bank);
    BankStarts starts(scaled.taps, scaled.usefulMid(options.midChannels), options.seed);
    announce(startsOf(scaled, options, options.midChannels), context);
    if (auto shared = sharedKernel(scaled.taps)) {
        ASSIGN_OR_RETURN(auto fits, sharedFits(shared->kernel, options, context));
        starts.setShared(*std::move(shared), std::move(fits));
    }
    ASSIGN_OR_RETURN(Fitted result, fitted(scaled, options, starts, context, listener));
    return std::move(result.fit);
}

Result<std::vector<BankFit>> bankFitCurve(const Tensor& bank, const FitOptions& options,
                                          const ComputeContext& context, const BankFitPoint& point)
{
    RETURN_IF_ERROR(requireValid(options)); // before so many numbers are made
    std::vector<int> mids(static_cast<std::size_t>(options.midChannels));
    std::iota(mids.begin(), mids.end(), 1);
    return bankFitLadder(bank, {.midChannels = std::move(mids), .options = options, .point = point},
                         context);
}

Result<std::vector<BankFit>> bankFitLadder(const Tensor& bank, const BankLadder& ladder,
                                           const ComputeContext& context)
{
    const std::vector<int>& mids = ladder.midChannels;
    EXPECTS(!mids.empty() && std::ranges::is_sorted(mids) && mids.front() > 0);
    FitOptions options = ladder.options;
    options.midChannels = mids.back();
    RETURN_IF_ERROR(requireBank(bank, options, context));
    std::vector<BankFit> curve;
    const auto add = [&](BankFit fit) {
        if (ladder.point)
            ladder.point(fit);
        curve.push_back(std::move(fit));
    };
    if (isOneKernel(bank)) {
        const auto kernels
            = kernelFitLadder(onlyKernel(bank), {mids, options, ladder.listener}, context,
                              [&](const KernelFit& fit) { add(asBank(fit)); });
        if (!kernels)
            return kernels.error();
        return curve;
    }
    const ScaledBank scaled = scaledBank(bank);
    for (const int mid : mids)
        announce(startsOf(scaled, options, mid), context);
    std::optional<SharedKernel> shared = sharedKernel(scaled.taps);
    std::vector<std::vector<KernelPair>> fits;
    if (shared) {
        ASSIGN_OR_RETURN(fits, sharedFits(shared->kernel, options, context));
    }
    std::optional<StackTaps> before;
    for (const int mid : mids) {
        FitOptions one = options;
        one.midChannels = mid;
        one.steps = stepsWithin(ladder.startMacs, scaled, one);
        BankStarts starts(scaled.taps, scaled.usefulMid(mid), options.seed);
        if (before)
            starts.setBefore(*std::move(before));
        if (shared)
            starts.setShared(*shared, fits);
        ASSIGN_OR_RETURN(Fitted result, fitted(scaled, one, starts, context, ladder.listener));
        before = std::move(result.stack);
        add(std::move(result.fit));
    }
    return curve;
}

std::vector<int> midChannelsThatPay(std::int64_t inChannels, std::int64_t outChannels)
{
    constexpr std::int64_t kAllUpTo = 12;
    const std::int64_t last
        = std::min<std::int64_t>(4 * std::min(inChannels, outChannels), kMostMidChannels);
    std::vector<int> mids;
    for (std::int64_t mid = 1; mid < last; mid = last <= kAllUpTo ? mid + 1 : 2 * mid)
        mids.push_back(static_cast<int>(mid));
    const std::int64_t least = leastMidChannelsByFreedom(inChannels, outChannels);
    for (const std::int64_t mid : {std::min(least, last), last})
        mids.push_back(static_cast<int>(mid));
    std::ranges::sort(mids);
    mids.erase(std::ranges::unique(mids).begin(), mids.end());
    return mids;
}

std::int64_t stackFreedom(std::int64_t inChannels, std::int64_t midChannels,
                          std::int64_t outChannels)
{
    const std::int64_t both = inChannels + outChannels;
    const std::int64_t mid = std::min(midChannels, 9 * both / 2); // where the count is largest
    return std::min(25 * inChannels * outChannels, 9 * mid * both - mid * mid);
}

std::int64_t leastMidChannelsByFreedom(std::int64_t inChannels, std::int64_t outChannels)
{
    std::int64_t mid = 1;
    while (stackFreedom(inChannels, mid, outChannels) < 25 * inChannels * outChannels)
        ++mid;
    return mid;
}

TensorMap stackWeights(const BankFit& fit, const BranchOptions& options, const Tensor* bias)
{
    EXPECTS(!options.batchNorm && options.residual == ResidualKind::None);
    std::vector<const Tensor*> convolutions{fit.first.get(), fit.second.get()};
    TensorMap tensors;
    std::size_t layer = 0;
    for (const Parameter& parameter : parametersOf(namedBranch(BranchKind::Decomposed, options))) {
        if (parameter.role == ParameterRole::Weight) {
            const Tensor& weights = *convolutions.at(layer++);
            EXPECTS(weights.shape() == parameter.shape);
            tensors.emplace(parameter.name, weights.clone());
            continue;
        }
        const bool isLast = layer == convolutions.size();
        tensors.emplace(parameter.name,
                        isLast && bias ? bias->clone() : Tensor::zeros(parameter.shape));
    }
    return tensors;
}

} // namespace factorscope
