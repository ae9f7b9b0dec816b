// Lays hand-made kernels out as the weights of a branch.
#include "core/weights/hand_made.h"

#include "core/branch/layer_traits.h"

#include <algorithm>

namespace factorscope {
namespace {

/// An input channel and how much of it.
struct Share {
    std::int64_t channel;
    double weight;
};

/// What one output of a branch computes through one mid channel: a mix of input channels, then a
/// pair.
struct Route {
    std::int64_t out;
    std::int64_t mid;
    std::vector<Share> mix; ///< the other channels have no share
    SeparablePair pair;
};

constexpr Taps3 kDelta{0.0, 1.0, 0.0};
constexpr Taps3 kSmooth{0.25, 0.5, 0.25};
constexpr Taps3 kEdge{0.5, 0.0, -0.5};
constexpr Taps3 kRidge{-0.5, 1.0, -0.5};

/// Blur, edges, ridges, corners, and edges of edges, eight of them, each with a gain that makes its
/// maps of a usual photograph about as strong as the others.
SeparablePair matchedPair(std::int64_t output)
{
    struct Row {
        double gain;
        SeparablePair pair;
    };
    static constexpr std::array<Row, 8> kRows{{
        {1.0, {kSmooth, kSmooth, kSmooth, kSmooth}},
        {6.0, {kSmooth, kEdge, kSmooth, kSmooth}},
        {6.0, {kEdge, kSmooth, kSmooth, kSmooth}},
        {12.0, {kSmooth, kRidge, kSmooth, kSmooth}},
        {12.0, {kRidge, kSmooth, kSmooth, kSmooth}},
        {24.0, {kEdge, kEdge, kSmooth, kSmooth}},
        {6.0, {kSmooth, kEdge, kSmooth, kEdge}}, // the dark ridges
        {12.0, {kRidge, kRidge, kDelta, kDelta}},
    }};
    Row row = kRows[static_cast<std::size_t>(output % 8)];
    for (double& tap : row.pair.secondColumn)
        tap *= row.gain;
    return row.pair;
}

/// Up to three channels: their mean first, then differences of neighbours, which are small in
/// photographs and so enlarged. More: one at a time.
std::vector<Share> matchedMix(std::int64_t output, std::int64_t inChannels)
{
    const std::int64_t round = output / 8;
    if (inChannels > 3)
        return {{output % inChannels, 1.0}};
    if (round > 0 && inChannels > 1)
        return {{(round - 1) % inChannels, 3.0}, {round % inChannels, -3.0}};
    std::vector<Share> mean;
    for (std::int64_t channel = 0; channel < inChannels; ++channel)
        mean.push_back({channel, 1.0 / static_cast<double>(inChannels)});
    return mean;
}

std::vector<Route> routesOf(BranchKind branch, const BranchOptions& options,
                            const HandMadeChoice& choice)
{
    std::vector<Route> routes;
    if (choice.kind == HandMade::Matched) {
        for (std::int64_t o = 0; o < options.outChannels; ++o)
            routes.push_back({o, o, matchedMix(o, options.inChannels), matchedPair(o)});
        return routes;
    }
    std::vector<SeparablePair> pairs = separablePairs(choice);
    if (branch == BranchKind::Separable)
        pairs.erase(pairs.begin() + std::min<std::ptrdiff_t>(1, std::ssize(pairs)), pairs.end());
    for (std::int64_t o = 0; o < options.outChannels; ++o) {
        const std::int64_t from = o % options.inChannels;
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            const std::int64_t mid = static_cast<std::int64_t>(i) * options.inChannels + from;
            routes.push_back({o, mid, {{from, 1.0}}, pairs[i]});
        }
    }
    return routes;
}

constexpr std::array<double, 1> kOne{1.0};

/// Sets weights (out, in) to `scale` times column ⊗ row.
template <std::size_t H, std::size_t W>
void setKernel(Tensor& weights, std::int64_t out, std::int64_t in, double scale,
               const std::array<double, H>& column, const std::array<double, W>& row)
{
    const Shape& shape = weights.shape();
    EXPECTS(shape[2] == std::int64_t{H} && shape[3] == std::int64_t{W});
    float* kernel = weights.data() + (out * shape[1] + in) * shape[2] * shape[3];
    for (std::size_t y = 0; y < H; ++y)
        for (std::size_t x = 0; x < W; ++x)
            kernel[y * W + x] = static_cast<float>(scale * column[y] * row[x]);
}

/// The 5×5 itself, without the detour over its pairs.
void layKernel(const Kernel5x5& kernel, Tensor& weights)
{
    const Shape& shape = weights.shape();
    for (std::int64_t o = 0; o < shape[0]; ++o)
        std::ranges::transform(kernel, weights.data() + (o * shape[1] + o % shape[1]) * 25,
                               [](double value) { return static_cast<float>(value); });
}

/// Lays one route into the convolutions of a branch, `convs` in order.
void lay(const Route& route, BranchKind branch, std::int64_t midChannels,
         const std::vector<Tensor*>& convs)
{
    const SeparablePair& pair = route.pair;
    if (branch != BranchKind::Original && route.mid >= midChannels)
        return;
    for (const auto& [channel, weight] : route.mix) {
        switch (branch) {
        case BranchKind::Original:
            setKernel(*convs[0], route.out, channel, weight,
                      product(pair.firstColumn, pair.secondColumn),
                      product(pair.firstRow, pair.secondRow));
            break;
        case BranchKind::Decomposed:
            setKernel(*convs[0], route.mid, channel, weight, pair.firstColumn, pair.firstRow);
            break;
        case BranchKind::Asymmetric:
            setKernel(*convs[0], route.mid, channel, weight, kOne,
                      product(pair.firstRow, pair.secondRow));
            break;
        case BranchKind::Separable:
            setKernel(*convs[1], route.mid, channel, weight, kOne, kOne);
            break;
        }
    }
    if (branch == BranchKind::Decomposed) {
        setKernel(*convs[1], route.out, route.mid, 1.0, pair.secondColumn, pair.secondRow);
    } else if (branch == BranchKind::Asymmetric) {
        setKernel(*convs[1], route.out, route.mid, 1.0,
                  product(pair.firstColumn, pair.secondColumn), kOne);
    } else if (branch == BranchKind::Separable) {
        setKernel(*convs[2], route.mid, 0, 1.0, pair.secondColumn, pair.secondRow);
        setKernel(*convs[3], route.out, route.mid, 1.0, kOne, kOne);
    }
}

/// The first kernel of the separable branch, which every input channel goes through.
void layDepthwise(const SeparablePair& pair, Tensor& weights)
{
    for (std::int64_t channel = 0; channel < weights.shape()[0]; ++channel)
        setKernel(weights, channel, 0, 1.0, pair.firstColumn, pair.firstRow);
}

/// All tensors at rest: zero, and BatchNorm neutral.
TensorMap neutralWeights(const std::vector<Parameter>& parameters)
{
    TensorMap tensors;
    for (const Parameter& parameter : parameters) {
        const bool isOne = parameter.role == ParameterRole::NormScale
            || parameter.role == ParameterRole::RunningVariance;
        tensors.emplace(parameter.name, Tensor::filled(parameter.shape, isOne ? 1.0F : 0.0F));
    }
    return tensors;
}

} // namespace

Result<TensorMap> handMadeWeights(BranchKind branch, const BranchOptions& options,
                                  const HandMadeChoice& choice)
{
    if (choice.kind == HandMade::Matched && branch == BranchKind::Separable)
        return Error{ErrorCode::InvalidArgument,
                     QT_TRANSLATE_NOOP("core", "the kernels '%1' do not exist for the branch '%2'"),
                     {std::string(handMadeName(choice.kind)), std::string(branchKindName(branch))}};
    const std::vector<Parameter> parameters = parametersOf(namedBranch(branch, options));
    TensorMap tensors = neutralWeights(parameters);
    std::vector<Tensor*> convs;
    for (const Parameter& parameter : parameters) {
        const bool isShortcut = parameter.name.find(".shortcut.") != std::string::npos;
        if (parameter.role != ParameterRole::Weight)
            continue;
        Tensor& weights = tensors.at(parameter.name);
        if (!isShortcut) {
            convs.push_back(&weights);
            continue;
        }
        for (std::int64_t o = 0; o < options.outChannels; ++o)
            setKernel(weights, o, o % options.inChannels, 1.0, kOne, kOne);
    }
    if (branch == BranchKind::Original && choice.kind != HandMade::Matched) {
        layKernel(handMadeKernel(choice), *convs[0]);
        return tensors;
    }
    const std::vector<Route> routes = routesOf(branch, options, choice);
    if (branch == BranchKind::Separable && !routes.empty())
        layDepthwise(routes.front().pair, *convs[0]);
    for (const Route& route : routes)
        lay(route, branch, options.midChannels, convs);
    return tensors;
}

} // namespace factorscope
