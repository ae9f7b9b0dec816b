#include "core/fit/kernel_fit.h"

#include "core/fit/multi_start.h"
#include "core/fit/pair_descent.h"
#include "core/timing/timing.h"
#include "core/weights/torch_generator.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace factorscope {
namespace {

constexpr int kSearchSteps = 60; ///< after which the hopeless starts are dropped
constexpr int kFinalists = 24; ///< starts that go on
constexpr double kExactLoss = 1e-26; ///< of a kernel of norm 1: nothing is left to be found

Result<void> requireFinite(const Kernel5x5& kernel)
{
    const auto outside = std::ranges::find_if(kernel, [](double v) { return !std::isfinite(v); });
    if (outside == kernel.end())
        return {};
    return Error{ErrorCode::InvalidArgument,
                 QT_TRANSLATE_NOOP("core", "a kernel with the value %1 cannot be fitted"),
                 {std::to_string(*outside)}};
}

double norm(std::span<const double> values)
{
    double largest = 0.0;
    for (const double value : values)
        largest = std::max(largest, std::abs(value));
    double squares = 0.0;
    for (const double value : values)
        squares += largest > 0.0 ? (value / largest) * (value / largest) : 0.0;
    return largest * std::sqrt(squares);
}

KernelPair outer(const SeparablePair& pair)
{
    KernelPair kernels;
    for (std::size_t i = 0; i < 9; ++i) {
        kernels.first[i] = pair.firstColumn[i / 3] * pair.firstRow[i % 3];
        kernels.second[i] = pair.secondColumn[i / 3] * pair.secondRow[i % 3];
    }
    return kernels;
}

/// One kernel, scaled to norm 1, with everything that a start is made of.
class Search {
public:
    Search(const Kernel5x5& kernel, const FitOptions& options, std::vector<KernelPair> before)
        : m_options(options), m_norm(norm(kernel)), m_before(std::move(before)),
          m_pairs(std::min(options.midChannels, PairDescent::kMostPairs))
    {
        for (std::size_t i = 0; i < 25; ++i)
            m_kernel[i] = m_norm > 0.0 ? kernel[i] / m_norm : 0.0;
        HandMadeChoice painted{HandMade::Painted, 0, {}};
        painted.shape.painted = m_kernel;
        for (const SeparablePair& pair : separablePairs(painted))
            m_separable.push_back(outer(pair));
        for (KernelPair& pair : m_before)
            for (std::size_t tap = 0; tap < 9; ++tap)
                pair.second[tap] = m_norm > 0.0 ? pair.second[tap] / m_norm : 0.0;
    }

    double kernelNorm() const { return m_norm; }
    int starts() const { return kSuggested + m_options.starts.value_or(kStartsOfOneKernel); }

    PairDescent start(int index) const
    {
        const std::size_t count = static_cast<std::size_t>(m_pairs);
        std::vector<KernelPair> pairs = randomPairs(index);
        if (index == 0) {
            std::copy_n(m_separable.begin(), std::min(count, m_separable.size()), pairs.begin());
            for (std::size_t i = m_separable.size(); i < count; ++i)
                pairs[i].second = {};
            return {m_kernel, std::move(pairs)};
        }
        if (index == 1 && !m_before.empty()) { // and a further pair that does nothing yet
            const std::size_t kept = std::min(count, m_before.size());
            std::copy_n(m_before.begin(), kept, pairs.begin());
            for (std::size_t i = kept; i < count; ++i)
                pairs[i].second = {};
            return {m_kernel, std::move(pairs)};
        }
        if (index == 2 && m_pairs == PairDescent::kMostPairs) {
            constexpr std::array<std::size_t, 4> kCorners{0, 2, 6, 8};
            for (std::size_t i = 0; i < count; ++i) {
                pairs[i].first = {};
                pairs[i].first[kCorners[i]] = 1.0;
            }
        }
        PairDescent descent(m_kernel, std::move(pairs));
        descent.solveSeconds();
        return descent;
    }

private:
    static constexpr int kSuggested = 3; ///< starts that are not random, where there is a reason

    std::vector<KernelPair> randomPairs(int index) const
    {
        TorchGenerator generator(startSeed(m_options.seed, index));
        std::vector<KernelPair> pairs(static_cast<std::size_t>(m_pairs));
        for (KernelPair& pair : pairs) {
            std::array<float, 9> drawn{};
            generator.normal(drawn);
            std::ranges::copy(drawn, pair.first.begin());
        }
        return pairs;
    }

    FitOptions m_options;
    double m_norm;
    std::vector<KernelPair> m_before; ///< of a fit with fewer mid channels, if there is one
    int m_pairs;
    Kernel5x5 m_kernel{};
    std::vector<KernelPair> m_separable;
};

/// How a start ended.
struct Ended {
    double loss = std::numeric_limits<double>::infinity();
    std::vector<KernelPair> pairs;
};

Ended walked(const Search& search, int index, int steps, std::vector<double>* losses = nullptr)
{
    PairDescent descent = search.start(index);
    if (losses)
        losses->push_back(descent.loss());
    for (int step = 0; step < steps && descent.step(); ++step)
        if (losses)
            losses->push_back(descent.loss());
    return {descent.loss(), descent.pairs()};
}

Result<KernelFit> fitted(const Kernel5x5& kernel, const FitOptions& options,
                         std::vector<KernelPair> before, const ComputeContext& context,
                         const FitListener& listener)
{
    const Clock::time_point begin = Clock::now();
    const Search search(kernel, options, std::move(before));
    const std::optional<BestStart> best = bestStart(
        {.starts = search.starts(),
         .steps = options.steps,
         .searchSteps = kSearchSteps,
         .finalists = kFinalists,
         .exactLoss = kExactLoss,
         .walk = [&](int start, int steps) { return walked(search, start, steps).loss; }},
        context, listener);
    if (!best)
        return cancelled();
    KernelFit fit;
    std::vector<double> losses;
    fit.pairs = walked(search, best->start, options.steps, &losses).pairs;
    fit.pairs.resize(static_cast<std::size_t>(options.midChannels));
    // Half of the kernel's size goes to each of the two.
    const double scale = std::sqrt(search.kernelNorm());
    for (KernelPair& pair : fit.pairs) {
        for (double& tap : pair.first)
            tap *= scale;
        for (double& tap : pair.second)
            tap *= scale;
    }
    for (std::size_t step = 0; step < losses.size(); ++step) {
        const double error = std::sqrt(losses[step]);
        fit.steps.push_back({static_cast<int>(step),
                             losses[step] * search.kernelNorm() * search.kernelNorm(), error});
    }
    fit.approximation = sumOf(fit.pairs);
    fit.relativeError = relativeError(kernel, fit.approximation);
    fit.starts = best->tried;
    fit.winner = best->start;
    fit.reached = best->reached;
    fit.milliseconds = millisecondsSince(begin);
    return fit;
}

} // namespace

Kernel5x5 product(const Kernel3x3& first, const Kernel3x3& second)
{
    Kernel5x5 kernel{};
    for (std::size_t i = 0; i < 9; ++i)
        for (std::size_t j = 0; j < 9; ++j)
            kernel[(i / 3 + j / 3) * 5 + i % 3 + j % 3] += first[i] * second[j];
    return kernel;
}

Kernel5x5 sumOf(std::span<const KernelPair> pairs)
{
    Kernel5x5 sum{};
    for (const KernelPair& pair : pairs) {
        const Kernel5x5 kernel = product(pair.first, pair.second);
        for (std::size_t i = 0; i < 25; ++i)
            sum[i] += kernel[i];
    }
    return sum;
}

double relativeError(std::span<const double> kernel, std::span<const double> approximation)
{
    EXPECTS(kernel.size() == approximation.size());
    std::vector<double> rest(kernel.size());
    std::ranges::transform(kernel, approximation, rest.begin(), std::minus<>());
    const double error = norm(rest);
    return error > 0.0 ? error / norm(kernel) : 0.0;
}

Result<KernelFit> fitKernel(const Kernel5x5& kernel, const FitOptions& options,
                            const ComputeContext& context, const FitListener& listener)
{
    RETURN_IF_ERROR(requireValid(options));
    RETURN_IF_ERROR(requireFinite(kernel));
    announce(Search(kernel, options, {}).starts(), context);
    return fitted(kernel, options, {}, context, listener);
}

Result<std::vector<KernelFit>> kernelFitCurve(const Kernel5x5& kernel, const FitOptions& options,
                                              const ComputeContext& context,
                                              const KernelFitPoint& point)
{
    RETURN_IF_ERROR(requireValid(options)); // before so many numbers are made
    std::vector<int> mids(static_cast<std::size_t>(options.midChannels));
    std::iota(mids.begin(), mids.end(), 1);
    return kernelFitLadder(kernel, {std::move(mids), options}, context, point);
}

Result<std::vector<KernelFit>> kernelFitLadder(const Kernel5x5& kernel, const KernelLadder& ladder,
                                               const ComputeContext& context,
                                               const KernelFitPoint& point)
{
    const std::vector<int>& mids = ladder.midChannels;
    EXPECTS(!mids.empty() && std::ranges::is_sorted(mids));
    RETURN_IF_ERROR(requireFinite(kernel));
    announce(std::ssize(mids) * Search(kernel, ladder.options, {}).starts(), context);
    std::vector<KernelFit> curve;
    for (const int mid : mids) {
        FitOptions one = ladder.options;
        one.midChannels = mid;
        RETURN_IF_ERROR(requireValid(one));
        ASSIGN_OR_RETURN(KernelFit fit,
                         fitted(kernel, one,
                                curve.empty() ? std::vector<KernelPair>{} : curve.back().pairs,
                                context, ladder.listener));
        if (point)
            point(fit);
        curve.push_back(std::move(fit));
    }
    return curve;
}

} // namespace factorscope
