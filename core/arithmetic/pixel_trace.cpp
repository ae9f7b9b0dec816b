#include "core/arithmetic/pixel_trace.h"

#include "core/branch/layer_traits.h"
#include "core/branch/pointwise.h"
#include "core/conv/activation.h"

#include <algorithm>
#include <string>

namespace factorscope {
namespace {

/// What is done to each value that a convolution has made.
struct PointLayer {
    PointStep::Kind kind = PointStep::Kind::Activation;
    float slope = 0.0F; ///< of an activation
    std::vector<ChannelScale> scales; ///< of BatchNorm
    Shortcut shortcut = Shortcut::Identity;
    std::string name; ///< of the shortcut's tensors, with the dot
};

/// A value of a level, and how it was before its activation.
struct Made {
    float before = 0.0F;
    float value = 0.0F;
    Tap tap = Tap::Taken;
};

/// A convolution and all that follows until the next one.
struct Level {
    ConvProblem problem; ///< on the whole map
    std::string name; ///< of its tensors, with the dot
    std::vector<PointLayer> after;
    PixelBox box; ///< of the positions that matter, all on the map
    std::vector<Made> made; ///< (C,box); of the output's level nothing

    std::size_t index(std::int64_t c, std::int64_t y, std::int64_t x) const
    {
        return static_cast<std::size_t>((c * box.height() + y - box.y0) * box.width() + x - box.x0);
    }
};

Error notAChain()
{
    return {ErrorCode::Unsupported,
            QT_TRANSLATE_NOOP("core",
                              "the arithmetic is shown of convolutions one after the other, "
                              "with a shortcut about all of them or none"),
            {}};
}

/// Takes the layers of a branch apart, from the input on.
class Chain {
public:
    Chain(const BranchSpec& spec, const TensorMap& weights) : m_spec(spec), m_weights(weights) {}

    /// The last level makes the output.
    Result<std::vector<Level>> taken(const Shape& input)
    {
        RETURN_IF_ERROR(take(m_spec.layers, input, "branch.", true));
        if (m_levels.empty())
            return notAChain();
        return std::move(m_levels);
    }

private:
    Result<void> take(const std::vector<Layer>& layers, Shape shape, const std::string& prefix,
                      bool mayHaveShortcut)
    {
        for (std::size_t i = 0; i < layers.size(); ++i) {
            const std::string name = prefix + std::to_string(i) + ".";
            const auto* residual = std::get_if<Residual>(&layers[i].type);
            if (residual && (i > 0 || !mayHaveShortcut))
                return notAChain();
            if (residual) {
                RETURN_IF_ERROR(take(residual->body, shape, name + "body.", false));
            }
            RETURN_IF_ERROR(takeOne(layers[i], shape, name));
            shape = *outShape(layers[i], shape, {});
        }
        return {};
    }

    Result<void> takeOne(const Layer& layer, const Shape& shape, const std::string& name)
    {
        if (const auto* conv = std::get_if<Conv2d>(&layer.type)) {
            if (m_hasShortcut)
                return notAChain();
            m_levels.push_back({convProblem(*conv, shape), name, {}, {}, {}});
            return {};
        }
        if (m_levels.empty())
            return notAChain();
        ASSIGN_OR_RETURN(PointLayer point, pointLayer(layer, name));
        m_levels.back().after.push_back(std::move(point));
        return {};
    }

    Result<PointLayer> pointLayer(const Layer& layer, const std::string& name)
    {
        using Kind = PointStep::Kind;
        if (const auto* norm = std::get_if<BatchNorm>(&layer.type))
            return batchNorm(*norm, name);
        if (const auto* residual = std::get_if<Residual>(&layer.type)) {
            m_hasShortcut = true;
            return PointLayer{.kind = Kind::Shortcut,
                              .scales = {},
                              .shortcut = residual->shortcut,
                              .name = name + "shortcut."};
        }
        const auto* leaky = std::get_if<LeakyRelu>(&layer.type);
        return PointLayer{.kind = Kind::Activation,
                          .slope = leaky ? static_cast<float>(leaky->slope) : 0.0F,
                          .scales = {},
                          .name = {}};
    }

    Result<PointLayer> batchNorm(const BatchNorm& norm, const std::string& name) const
    {
        if (m_spec.mode == Mode::Train)
            return Error{ErrorCode::Unsupported,
                         QT_TRANSLATE_NOOP("core",
                                           "with batch_norm in training mode every output "
                                           "depends on the whole picture"),
                         {}};
        const Tensor& scale = m_weights.at(name + "weight");
        const Tensor& shift = m_weights.at(name + "bias");
        const std::vector<ChannelMoments> moments = runningMoments(
            m_weights.at(name + "running_mean"), m_weights.at(name + "running_var"));
        PointLayer point{.kind = PointStep::Kind::BatchNorm, .scales = {}, .name = {}};
        for (std::size_t c = 0; c < moments.size(); ++c)
            point.scales.push_back(
                channelScale(moments[c], norm.eps, scale.data()[c], shift.data()[c]));
        return point;
    }

    const BranchSpec& m_spec;
    const TensorMap& m_weights;
    std::vector<Level> m_levels;
    bool m_hasShortcut = false;
};

Window windowOf(const ConvProblem& problem)
{
    return {problem.kernel, problem.padding, problem.stride, problem.dilation};
}

/// Each value times its weight, in the order of the weights.
double sumOfProducts(std::span<const Product> products)
{
    double sum = 0.0;
    for (const Product& product : products)
        sum += product.contribution();
    return sum;
}

} // namespace

struct PixelTrace::State {
    std::vector<Level> levels; ///< from the output on
    std::shared_ptr<const TensorMap> weights;
    SharedTensor input;
    ProductSum output;

    Made valueBelow(std::size_t level, std::int64_t c, std::int64_t y, std::int64_t x) const;
    std::vector<double> columns(std::size_t level, std::int64_t group) const;
    bool compute(std::size_t level, const ComputeContext& context);
    float shortcut(const PointLayer& point, std::int64_t c, std::int64_t y, std::int64_t x) const;
    Made afterwards(const Level& level, float sum, std::int64_t c, std::int64_t y, std::int64_t x,
                    std::vector<PointStep>* steps) const;
    ProductSum sumOf(std::size_t level, std::int64_t c, std::int64_t y, std::int64_t x) const;
    double bias(const Level& level, std::int64_t c) const;

    const Tensor& weightsOf(const Level& level) const { return weights->at(level.name + "weight"); }
    bool hasBias(const Level& level) const { return weights->contains(level.name + "bias"); }
};

/// The value that a level reads at a place, which may lie beyond the map.
Made PixelTrace::State::valueBelow(std::size_t level, std::int64_t c, std::int64_t y,
                                   std::int64_t x) const
{
    const ConvProblem& problem = levels[level].problem;
    const Extent size = problem.inSize;
    if (y < 0 || x < 0 || y >= size.height || x >= size.width)
        return {.tap = Tap::Padding};
    if (level + 1 < levels.size()) {
        const Level& below = levels[level + 1];
        return below.made[below.index(c, y, x)];
    }
    const float value = input->data()[(c * size.height + y) * size.width + x];
    return {value, value, Tap::Taken};
}

/// What the positions of a level read, term by term and within it position by position.
std::vector<double> PixelTrace::State::columns(std::size_t level, std::int64_t group) const
{
    const Level& own = levels[level];
    const ConvProblem& p = own.problem;
    std::vector<double> columns;
    columns.reserve(static_cast<std::size_t>(p.patchElements() * own.box.pixels()));
    const std::int64_t first = group * p.inChannelsPerGroup();
    for (std::int64_t c = first; c < first + p.inChannelsPerGroup(); ++c)
        for (std::int64_t ky = 0; ky < p.kernel.height; ++ky)
            for (std::int64_t kx = 0; kx < p.kernel.width; ++kx)
                for (std::int64_t y = own.box.y0; y <= own.box.y1; ++y)
                    for (std::int64_t x = own.box.x0; x <= own.box.x1; ++x)
                        columns.push_back(
                            valueBelow(level, c,
                                       y * p.stride.height - p.padding.height
                                           + ky * p.dilation.height,
                                       x * p.stride.width - p.padding.width + kx * p.dilation.width)
                                .value);
    return columns;
}

/// All values of a level. Every position is added up in the order of `reference`, all positions
/// side by side.
bool PixelTrace::State::compute(std::size_t level, const ComputeContext& context)
{
    Level& own = levels[level];
    const ConvProblem& p = own.problem;
    const auto positions = static_cast<std::size_t>(own.box.pixels());
    own.made.resize(static_cast<std::size_t>(p.outChannels) * positions);
    const float* kernels = weightsOf(own).data();
    for (std::int64_t group = 0; group < p.groups; ++group) {
        const std::vector<double> read = columns(level, group);
        const auto channel = [&](std::int64_t item, int) {
            const std::int64_t c = group * p.outChannelsPerGroup() + item;
            std::vector<double> sums(positions, 0.0);
            const double* value = read.data();
            for (std::int64_t k = 0; k < p.patchElements(); ++k) {
                const double weight = kernels[c * p.patchElements() + k];
                for (double& sum : sums)
                    sum += *value++ * weight;
            }
            const double added = bias(own, c);
            for (std::size_t i = 0; i < positions; ++i) {
                const std::int64_t y = own.box.y0 + static_cast<std::int64_t>(i) / own.box.width();
                const std::int64_t x = own.box.x0 + static_cast<std::int64_t>(i) % own.box.width();
                own.made[own.index(c, y, x)]
                    = afterwards(own, static_cast<float>(sums[i] + added), c, y, x, nullptr);
            }
        };
        if (!context.team.forEach(p.outChannelsPerGroup(), channel, context.stop))
            return false;
    }
    return true;
}

double PixelTrace::State::bias(const Level& level, std::int64_t c) const
{
    return hasBias(level) ? double{weights->at(level.name + "bias").data()[c]} : 0.0;
}

float PixelTrace::State::shortcut(const PointLayer& point, std::int64_t c, std::int64_t y,
                                  std::int64_t x) const
{
    const Shape& shape = input->shape();
    const auto at = [&](std::int64_t channel) {
        return input->data()[(channel * shape[2] + y) * shape[3] + x];
    };
    if (point.shortcut == Shortcut::Identity)
        return at(c);
    const float* kernels = weights->at(point.name + "weight").data() + c * shape[1];
    double sum = 0.0;
    for (std::int64_t channel = 0; channel < shape[1]; ++channel)
        sum += double{at(channel)} * double{kernels[channel]};
    return static_cast<float>(sum + double{weights->at(point.name + "bias").data()[c]});
}

Made PixelTrace::State::afterwards(const Level& level, float sum, std::int64_t c, std::int64_t y,
                                   std::int64_t x, std::vector<PointStep>* steps) const
{
    Made made{sum, sum, Tap::Taken};
    for (const PointLayer& point : level.after) {
        const float before = made.value;
        switch (point.kind) {
        case PointStep::Kind::BatchNorm:
            made.value = point.scales[static_cast<std::size_t>(c)].of(before);
            break;
        case PointStep::Kind::Shortcut:
            made.value = before + shortcut(point, c, y, x);
            break;
        case PointStep::Kind::Activation:
            activate(&before, &made.value, 1, point.slope);
            if (before < 0.0F && made.tap != Tap::Cut)
                made.tap = point.slope == 0.0F ? Tap::Cut : Tap::Damped;
            break;
        }
        made.before = point.kind == PointStep::Kind::Activation ? before : made.value;
        if (steps)
            steps->push_back({point.kind, before, made.value});
    }
    return made;
}

ProductSum PixelTrace::State::sumOf(std::size_t level, std::int64_t c, std::int64_t y,
                                    std::int64_t x) const
{
    const Level& own = levels[level];
    const ConvProblem& p = own.problem;
    ProductSum sum;
    sum.level = static_cast<int>(level);
    sum.channel = c;
    sum.y = y;
    sum.x = x;
    sum.kernel = p.kernel;
    sum.products.reserve(static_cast<std::size_t>(p.patchElements()));
    const float* weight = weightsOf(own).data() + c * p.patchElements();
    const std::int64_t first = c / p.outChannelsPerGroup() * p.inChannelsPerGroup();
    for (std::int64_t in = first; in < first + p.inChannelsPerGroup(); ++in) {
        for (std::int64_t ky = 0; ky < p.kernel.height; ++ky) {
            for (std::int64_t kx = 0; kx < p.kernel.width; ++kx) {
                const std::int64_t inY
                    = y * p.stride.height - p.padding.height + ky * p.dilation.height;
                const std::int64_t inX
                    = x * p.stride.width - p.padding.width + kx * p.dilation.width;
                const Made made = valueBelow(level, in, inY, inX);
                sum.products.push_back(
                    {in, inY, inX, made.before, made.value, *weight++, made.tap});
            }
        }
    }
    if (hasBias(own))
        sum.bias = bias(own, c);
    sum.total = sumOfProducts(sum.products) + sum.bias.value_or(0.0);
    sum.value = afterwards(own, static_cast<float>(sum.total), c, y, x, &sum.steps).value;
    return sum;
}

PixelTrace::PixelTrace(std::unique_ptr<State> state) : m_state(std::move(state)) {}
PixelTrace::PixelTrace(PixelTrace&&) noexcept = default;
PixelTrace& PixelTrace::operator=(PixelTrace&&) noexcept = default;
PixelTrace::~PixelTrace() = default;

Result<PixelTrace> PixelTrace::of(const BranchSpec& spec, std::shared_ptr<const TensorMap> weights,
                                  SharedTensor input, const Position& position,
                                  std::int64_t channel, const ComputeContext& context)
{
    ASSIGN_OR_RETURN(const std::vector<Shape> shapes, layerShapes(spec, input->shape()));
    ASSIGN_OR_RETURN(std::vector<Level> levels, Chain(spec, *weights).taken(input->shape()));
    const Shape& out = shapes.back();
    if (position.y < 0 || position.y >= out[2] || position.x < 0 || position.x >= out[3])
        return Error{ErrorCode::InvalidArgument,
                     QT_TRANSLATE_NOOP("core", "position %1,%2 is outside the output of %3"),
                     {std::to_string(position.y), std::to_string(position.x),
                      Extent{out[2], out[3]}.text()}};
    if (channel < 0 || channel >= out[1])
        return Error{ErrorCode::InvalidArgument,
                     QT_TRANSLATE_NOOP("core", "there is no channel %1: channels go from 0 to %2"),
                     {std::to_string(channel), std::to_string(out[1] - 1)}};
    auto state = std::make_unique<State>();
    std::ranges::reverse(levels);
    state->levels = std::move(levels);
    state->weights = std::move(weights);
    state->input = std::move(input);
    PixelBox box{position.y, position.x, position.y, position.x};
    for (Level& level : state->levels) {
        level.box = box;
        if (!box.isEmpty())
            box = clippedTo(seenThrough(windowOf(level.problem), box), level.problem.inSize);
    }
    for (std::size_t level = state->levels.size(); level-- > 1;) {
        if (!state->compute(level, context))
            return cancelled();
    }
    state->output = state->sumOf(0, channel, position.y, position.x);
    return PixelTrace(std::move(state));
}

int PixelTrace::levels() const
{
    return static_cast<int>(m_state->levels.size());
}

const ProductSum& PixelTrace::output() const
{
    return m_state->output;
}

bool PixelTrace::hasBelow(const ProductSum& sum, std::size_t product) const
{
    return sum.level + 1 < levels() && sum.products[product].tap != Tap::Padding;
}

ProductSum PixelTrace::below(const ProductSum& sum, std::size_t product) const
{
    EXPECTS(product < sum.products.size() && hasBelow(sum, product));
    const Product& of = sum.products[product];
    return m_state->sumOf(static_cast<std::size_t>(sum.level) + 1, of.channel, of.y, of.x);
}

ProductSum PixelTrace::along(std::span<const std::size_t> path) const
{
    ProductSum sum = output();
    for (const std::size_t product : path)
        sum = below(sum, product);
    return sum;
}

} // namespace factorscope
