#include "core/experiment/mid_step.h"

#include "core/branch/fusion.h"
#include "core/branch/layer_traits.h"
#include "core/conv/convolve_onto.h"

#include <algorithm>
#include <iterator>

namespace factorscope {
namespace {

/// Beyond that the whole branch is about as fast.
constexpr std::int64_t kMostChannels = 6;

/// Several maps cost hardly more than one, and the next ones will probably be asked for.
constexpr std::int64_t kChannelsAtOnce = 8;

/// The places of the convolutions.
std::vector<std::size_t> convolutions(const BranchSpec& spec)
{
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < spec.layers.size(); ++i) {
        if (std::holds_alternative<Conv2d>(spec.layers[i].type))
            places.push_back(i);
    }
    return places;
}

const Conv2d& convolutionAt(const BranchSpec& spec, std::size_t place)
{
    return std::get<Conv2d>(spec.layers[place].type);
}

std::int64_t midChannels(const BranchSpec& spec)
{
    return convolutionAt(spec, 0).outChannels;
}

std::string prefix(std::size_t layer)
{
    return "branch." + std::to_string(layer) + ".";
}

/// Indices [first, end) along an axis of a tensor, all along the others.
Tensor slice(const Tensor& whole, int axis, std::int64_t first, std::int64_t end)
{
    std::vector<std::int64_t> sizes;
    std::int64_t before = 1;
    std::int64_t behind = 1;
    for (int i = 0; i < whole.shape().rank(); ++i) {
        sizes.push_back(i == axis ? end - first : whole.shape()[i]);
        before *= i < axis ? whole.shape()[i] : 1;
        behind *= i > axis ? whole.shape()[i] : 1;
    }
    Tensor part = Tensor::uninitialized(*Shape::checked(sizes));
    float* to = part.data();
    for (std::int64_t i = 0; i < before; ++i)
        to = std::copy_n(whole.data() + (i * whole.shape()[axis] + first) * behind,
                         (end - first) * behind, to);
    return part;
}

/// The layers up to the second convolution, for the mid channels [first, end).
BranchSpec headSpec(const BranchSpec& spec, std::size_t second, std::int64_t channels)
{
    BranchSpec head = spec;
    head.layers.resize(second);
    std::get<Conv2d>(head.layers[0].type).outChannels = channels;
    return head;
}

TensorMap headWeights(const BranchSpec& head, const TensorMap& bank, std::int64_t first,
                      std::int64_t end)
{
    TensorMap weights;
    for (const Parameter& parameter : parametersOf(head)) // each begins with the mid channels
        weights.emplace(parameter.name, slice(bank.at(parameter.name), 0, first, end));
    return weights;
}

/// The layers from one on as a branch, on the output of the second convolution, and their weights.
BranchSpec tailSpec(const BranchSpec& spec, std::size_t first)
{
    BranchSpec tail = spec;
    tail.inChannels = channelsAfter(spec.layers, spec.inChannels);
    tail.layers.erase(tail.layers.begin(),
                      tail.layers.begin() + static_cast<std::ptrdiff_t>(first));
    return tail;
}

TensorMap tailWeights(const BranchSpec& tail, std::size_t first, const TensorMap& bank)
{
    TensorMap weights;
    for (std::size_t i = 0; i < tail.layers.size(); ++i) {
        const std::string from = prefix(first + i);
        for (auto it = bank.lower_bound(from); it != bank.end() && it->first.starts_with(from);
             ++it)
            weights.emplace(prefix(i) + it->first.substr(from.size()), it->second.clone());
    }
    return weights;
}

/// The second convolution's weights for the mid channels [first, end), negated when these go.
Tensor changedWeights(const Tensor& weights, std::int64_t first, std::int64_t end, bool theyGo)
{
    Tensor part = slice(weights, 1, first, end);
    if (theyGo)
        std::ranges::transform(part.values(), part.data(), std::negate{});
    return part;
}

} // namespace

MidMaps::MidMaps(std::span<const LayerRun> layers, std::int64_t bank, TensorPool* pool)
{
    for (const LayerRun& layer : layers) {
        const Shape& shape = layer.activation->shape();
        m_layers.push_back(
            std::make_shared<Tensor>(Tensor::uninitialized({1, bank, shape[2], shape[3]}, pool)));
    }
}

SharedTensor MidMaps::after(std::size_t layer, std::int64_t channels) const
{
    const Shape& shape = m_layers[layer]->shape();
    return Tensor::leading(m_layers[layer], {1, channels, shape[2], shape[3]});
}

void MidMaps::append(std::span<const LayerRun> layers, std::int64_t first)
{
    const std::int64_t end = first + layers.front().activation->shape()[1];
    for (std::size_t i = 0; i < m_layers.size() && m_filled < end; ++i) {
        const Tensor& maps = *layers[i].activation;
        const std::int64_t plane = maps.shape()[2] * maps.shape()[3];
        std::copy(maps.data() + (m_filled - first) * plane, maps.data() + (end - first) * plane,
                  m_layers[i]->data() + m_filled * plane);
    }
    m_filled = std::max(m_filled, end);
}

bool isSmallMove(const BranchSpec& before, const BranchSpec& after, const Shape& input)
{
    const std::vector<std::size_t> places = convolutions(after);
    const auto isPlain = [&](const Layer& layer) {
        const auto* conv = std::get_if<Conv2d>(&layer.type);
        const bool isOfBatch
            = std::holds_alternative<BatchNorm>(layer.type) && after.mode == Mode::Train;
        return !std::holds_alternative<Residual>(layer.type) && !isOfBatch
            && (!conv || conv->groups == 1);
    };
    if (places.size() != 2 || places[0] != 0 || !std::ranges::all_of(after.layers, isPlain))
        return false;
    BranchSpec same = after;
    std::get<Conv2d>(same.layers[0].type).outChannels = midChannels(before);
    const std::int64_t distance = std::abs(midChannels(after) - midChannels(before));
    return same == before && input[0] == 1 && distance > 0 && distance <= kMostChannels;
}

Result<MidStep> midStep(const MidMove& move, const SharedTensor& input,
                        const ComputeContext& context)
{
    const std::size_t second = convolutions(move.after)[1];
    const std::int64_t k0 = midChannels(move.before);
    const std::int64_t k1 = midChannels(move.after);
    const TensorMap& bank = move.bank;
    const auto headRuns = std::span(move.run.layers).first(second);

    MidStep step{.run = {}, .mids = move.mids};
    if (!step.mids)
        step.mids = std::make_shared<MidMaps>(headRuns, bank.at(prefix(0) + "weight").shape()[0],
                                              context.pool);
    step.mids->append(headRuns, 0);
    if (const std::int64_t filled = step.mids->filled(); filled < k1) {
        const std::int64_t all = bank.at(prefix(0) + "weight").shape()[0];
        const std::int64_t end = std::min(all, std::max(k1, filled + kChannelsAtOnce));
        const BranchSpec head = headSpec(move.after, second, end - filled);
        ASSIGN_OR_RETURN(const BranchRun made,
                         runBranch(head, headWeights(head, bank, filled, end), input, "auto",
                                   Capture::Activations, context));
        step.mids->append(made.layers, filled);
    }
    for (std::size_t i = 0; i < second; ++i)
        step.run.layers.push_back({.activation = step.mids->after(i, k1)});

    const auto [least, most] = std::minmax(k0, k1);
    const SharedTensor mids = step.mids->after(second - 1, most);
    const Shape& shape = mids->shape();
    ConvProblem problem = convProblem(convolutionAt(move.after, second), shape);
    problem.inChannels = most - least;
    ASSIGN_OR_RETURN(
        ActivatedSums made,
        convolveOnto(*move.run.layers[second].activation, problem,
                     mids->data() + least * shape[2] * shape[3],
                     changedWeights(bank.at(prefix(second) + "weight"), least, most, k1 < k0),
                     slopeBehind(move.after.layers, second), context));
    const auto add = [&](Tensor activation) {
        step.run.layers.push_back(
            {.activation = std::make_shared<const Tensor>(std::move(activation))});
    };
    add(std::move(made.sums));
    if (made.activated)
        add(*std::move(made.activated));

    const std::size_t done = step.run.layers.size();
    const BranchSpec tail = tailSpec(move.after, done);
    ASSIGN_OR_RETURN(BranchRun rest,
                     runBranch(tail, tailWeights(tail, done, bank),
                               step.run.layers.back().activation, "auto", Capture::Activations,
                               context));
    std::ranges::move(rest.layers, std::back_inserter(step.run.layers));
    step.run.output = rest.output;
    return step;
}

std::int64_t midStepBytes(const MidMove& move)
{
    const std::size_t second = convolutions(move.after)[1];
    const auto bytes = [](const SharedTensor& tensor) { return tensor->bytes(); };
    std::int64_t sum = 0;
    for (std::size_t i = second; i < move.run.layers.size(); ++i)
        sum += bytes(move.run.layers[i].activation);
    if (move.mids)
        return sum;
    const std::int64_t bank = move.bank.at(prefix(0) + "weight").shape()[0];
    for (std::size_t i = 0; i < second; ++i)
        sum += bytes(move.run.layers[i].activation) / midChannels(move.before) * bank;
    return sum;
}

} // namespace factorscope
