#include "core/receptive/local_pass.h"

#include "core/branch/layer_traits.h"
#include "core/branch/pointwise.h"
#include "core/conv/conv_gradient.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace factorscope {
namespace {

/// A part of a map: (N,C,height,width) of a box.
struct Patch {
    PixelBox box;
    Tensor values;
};

/// `box` of a patch, zero where the patch has nothing.
Tensor cutOut(const Patch& patch, const PixelBox& box)
{
    const Shape& shape = patch.values.shape();
    Tensor cut = Tensor::zeros({shape[0], shape[1], box.height(), box.width()});
    const std::int64_t y0 = std::max(box.y0, patch.box.y0);
    const std::int64_t y1 = std::min(box.y1, patch.box.y1);
    const std::int64_t x0 = std::max(box.x0, patch.box.x0);
    const std::int64_t width = std::min(box.x1, patch.box.x1) - x0 + 1;
    float* to = cut.data();
    for (std::int64_t map = 0; map < shape[0] * shape[1] && width > 0; ++map) {
        const float* from = patch.values.data() + map * patch.box.pixels();
        for (std::int64_t y = y0; y <= y1; ++y)
            std::copy_n(from + (y - patch.box.y0) * patch.box.width() + x0 - patch.box.x0, width,
                        to + map * box.pixels() + (y - box.y0) * box.width() + x0 - box.x0);
    }
    return cut;
}

/// Adds a patch to one that covers it.
void addTo(Patch& sum, const Patch& part)
{
    const Tensor wide = cutOut(part, sum.box);
    std::ranges::transform(sum.values.values(), wide.values(), sum.values.data(), std::plus());
}

/// A layer on the boxes that matter: `in` is what its output box depends on, cut to its input.
struct Step {
    const Layer* layer = nullptr;
    std::string name; ///< of its tensors, with the dot
    PixelBox in;
    PixelBox out;
    std::vector<Step> body; ///< of a residual
    Patch input; ///< of an activation: what it was given
};

PixelBox inBox(const Layer& layer, const Shape& in, const PixelBox& out);

/// The steps of layers, from the box that is wanted at their end.
std::vector<Step> stepsTo(const std::vector<Layer>& layers, Shape shape, PixelBox out,
                          const std::string& prefix)
{
    std::vector<Shape> inputs;
    for (const Layer& layer : layers) {
        inputs.push_back(shape);
        shape = *outShape(layer, shape, {});
    }
    std::vector<Step> steps(layers.size());
    for (std::size_t i = layers.size(); i-- > 0;) {
        Step& step = steps[i];
        step.layer = &layers[i];
        step.name = prefix + std::to_string(i) + ".";
        step.out = out;
        if (const auto* residual = std::get_if<Residual>(&layers[i].type))
            step.body = stepsTo(residual->body, inputs[i], out, step.name + "body.");
        out = inBox(layers[i], inputs[i], out);
        step.in = out;
    }
    return steps;
}

PixelBox inBox(const Layer& layer, const Shape& in, const PixelBox& out)
{
    const Extent size{in[2], in[3]};
    if (out.isEmpty())
        return out;
    const auto* residual = std::get_if<Residual>(&layer.type);
    if (!residual)
        return clippedTo(seenThrough(*windowOf(layer), out), size);
    const std::vector<Step> body = stepsTo(residual->body, in, out, "");
    return body.empty() ? out : joined(body.front().in, out);
}

/// The convolution on a box of its output, whose padding is cut out with it.
ConvProblem localProblem(const Conv2d& conv, std::int64_t batch, std::int64_t inChannels,
                         const PixelBox& seen)
{
    Conv2d plain = conv;
    plain.padding = {0, 0};
    return convProblem(plain, {batch, inChannels, seen.height(), seen.width()});
}

/// Runs steps forward and backward.
class Runner {
public:
    Runner(const TensorMap& weights, const ComputeContext& context)
        : m_weights(weights), m_context(context)
    {}

    Result<Patch> forward(std::vector<Step>& steps, Patch patch) const
    {
        for (Step& step : steps) {
            ASSIGN_OR_RETURN(patch, forward(step, std::move(patch)));
        }
        return patch;
    }

    Result<Patch> backward(const std::vector<Step>& steps, Patch gradient) const
    {
        for (std::size_t i = steps.size(); i-- > 0;) {
            ASSIGN_OR_RETURN(gradient, backward(steps[i], std::move(gradient)));
        }
        return gradient;
    }

private:
    const Tensor& weight(const std::string& name) const { return m_weights.at(name); }

    Result<Patch> convolved(const Conv2d& conv, const std::string& name, const Patch& in,
                            const PixelBox& out) const
    {
        if (out.isEmpty())
            return Patch{out, Tensor::zeros({1, conv.outChannels, 0, 0})};
        const PixelBox seen = seenThrough(*windowOf({conv}), out);
        const ConvProblem problem = localProblem(conv, 1, in.values.shape()[1], seen);
        const Tensor* bias = conv.bias ? &weight(name + "bias") : nullptr;
        ASSIGN_OR_RETURN(Tensor values,
                         convolve("auto", problem, cutOut(in, seen),
                                  {.weights = weight(name + "weight"), .bias = bias}, m_context));
        return Patch{out, std::move(values)};
    }

    /// Back through a convolution to the box `in` of its input.
    Result<Patch> turnedBack(const Conv2d& conv, const std::string& name, const Patch& gradient,
                             const PixelBox& in) const
    {
        const Tensor& kernels = weight(name + "weight");
        const std::int64_t batch = gradient.values.shape()[0];
        const std::int64_t channels = kernels.shape()[1] * conv.groups;
        if (in.isEmpty())
            return Patch{in, Tensor::zeros({batch, channels, 0, 0})};
        const PixelBox seen = seenThrough(*windowOf({conv}), gradient.box);
        const ConvProblem problem = localProblem(conv, batch, channels, seen);
        ASSIGN_OR_RETURN(Tensor values,
                         inputGradient("auto", problem, gradient.values, kernels, m_context));
        return Patch{in, cutOut({seen, std::move(values)}, in)};
    }

    Result<Patch> forward(Step& step, Patch in) const
    {
        if (const auto* conv = std::get_if<Conv2d>(&step.layer->type))
            return convolved(*conv, step.name, in, step.out);
        if (const auto* norm = std::get_if<BatchNorm>(&step.layer->type)) {
            const std::vector<ChannelMoments> moments = runningMoments(
                weight(step.name + "running_mean"), weight(step.name + "running_var"));
            if (!normalize(in.values, moments, norm->eps, weight(step.name + "weight"),
                           weight(step.name + "bias"), in.values, m_context))
                return cancelled();
            return in;
        }
        if (const auto* residual = std::get_if<Residual>(&step.layer->type))
            return sum(*residual, step, in);
        step.input = {in.box, in.values.clone()};
        if (!leakyRelu(in.values, *slopeOf(*step.layer), in.values, m_context))
            return cancelled();
        return in;
    }

    Result<Patch> sum(const Residual& residual, Step& step, const Patch& in) const
    {
        const PixelBox bodyBox = step.body.empty() ? step.out : step.body.front().in;
        ASSIGN_OR_RETURN(Patch total, forward(step.body, {bodyBox, cutOut(in, bodyBox)}));
        if (residual.shortcut == Shortcut::Identity) {
            addTo(total, in);
            return total;
        }
        ASSIGN_OR_RETURN(const Patch shortcut,
                         convolved(shortcutConv(total.values.shape()[1]), step.name + "shortcut.",
                                   in, step.out));
        addTo(total, shortcut);
        return total;
    }

    Result<Patch> backward(const Step& step, Patch gradient) const
    {
        if (const auto* conv = std::get_if<Conv2d>(&step.layer->type))
            return turnedBack(*conv, step.name, gradient, step.in);
        if (const auto* residual = std::get_if<Residual>(&step.layer->type))
            return backwardThroughSum(*residual, step, std::move(gradient));
        if (gradient.box.isEmpty())
            return gradient;
        const std::vector<float> factors = factorsOf(step, gradient.values.shape()[1]);
        for (auto g = gradient.values.values(); !g.empty(); g = g.subspan(factors.size()))
            std::transform(factors.begin(), factors.end(), g.begin(), g.begin(),
                           [](float f, float v) { return f == 0.0F ? 0.0F : f * v; });
        return gradient;
    }

    /// What each value of a gradient is multiplied by on its way through an activation or a
    /// normalisation: (C,height,width).
    std::vector<float> factorsOf(const Step& step, std::int64_t channels) const
    {
        std::vector<float> factors;
        if (const auto* norm = std::get_if<BatchNorm>(&step.layer->type)) {
            const Tensor& scale = weight(step.name + "weight");
            const Tensor& variance = weight(step.name + "running_var");
            for (std::int64_t c = 0; c < channels; ++c) {
                const double factor
                    = double{scale.data()[c]} / std::sqrt(double{variance.data()[c]} + norm->eps);
                factors.insert(factors.end(), static_cast<std::size_t>(step.out.pixels()),
                               static_cast<float>(factor));
            }
            return factors;
        }
        for (const float x : step.input.values.values())
            factors.push_back(x <= 0.0F ? *slopeOf(*step.layer) : 1.0F);
        return factors;
    }

    Result<Patch> backwardThroughSum(const Residual& residual, const Step& step,
                                     Patch gradient) const
    {
        ASSIGN_OR_RETURN(const Patch body,
                         backward(step.body, Patch{gradient.box, gradient.values.clone()}));
        if (residual.shortcut == Shortcut::Conv1x1) {
            ASSIGN_OR_RETURN(gradient,
                             turnedBack(shortcutConv(gradient.values.shape()[1]),
                                        step.name + "shortcut.", gradient, step.out));
        }
        Patch sum{step.in, cutOut(gradient, step.in)};
        addTo(sum, body);
        return sum;
    }

    const TensorMap& m_weights;
    const ComputeContext& m_context;
};

} // namespace

struct LocalPass::State {
    BranchSpec spec; ///< the steps point into it
    const TensorMap* weights = nullptr;
    std::vector<Step> steps;
    PixelBox box;
    Patch output;
};

LocalPass::LocalPass(std::unique_ptr<State> state) : m_state(std::move(state)) {}
LocalPass::LocalPass(LocalPass&&) noexcept = default;
LocalPass& LocalPass::operator=(LocalPass&&) noexcept = default;
LocalPass::~LocalPass() = default;

Result<LocalPass> LocalPass::forward(const BranchSpec& spec, const TensorMap& weights,
                                     const SharedTensor& input, const Position& position,
                                     const ComputeContext& context)
{
    const Shape& shape = input->shape();
    ASSIGN_OR_RETURN(const std::vector<Shape> shapes, layerShapes(spec, shape));
    const Shape& out = shapes.back();
    if (position.y < 0 || position.y >= out[2] || position.x < 0 || position.x >= out[3])
        return Error{ErrorCode::InvalidArgument,
                     QT_TRANSLATE_NOOP("core", "position %1,%2 is outside the output of %3"),
                     {std::to_string(position.y), std::to_string(position.x),
                      Extent{out[2], out[3]}.text()}};
    if (usesBatchStatistics(spec))
        return Error{ErrorCode::Unsupported,
                     QT_TRANSLATE_NOOP("core",
                                       "with batch_norm in training mode every output "
                                       "depends on the whole picture"),
                     {}};
    auto state = std::make_unique<State>();
    state->spec = spec;
    state->weights = &weights;
    const PixelBox end{position.y, position.x, position.y, position.x};
    state->steps = stepsTo(state->spec.layers, shape, end, "branch.");
    state->box = state->steps.empty() ? end : state->steps.front().in;
    const PixelBox& box = state->box;
    Tensor seen = Tensor::uninitialized({1, shape[1], box.height(), box.width()});
    float* to = seen.data();
    for (std::int64_t c = 0; c < shape[1]; ++c)
        for (std::int64_t y = box.y0; y <= box.y1; ++y)
            to = std::copy_n(input->data() + (c * shape[2] + y) * shape[3] + box.x0, box.width(),
                             to);
    ASSIGN_OR_RETURN(state->output,
                     Runner(weights, context).forward(state->steps, Patch{box, std::move(seen)}));
    return LocalPass(std::move(state));
}

const PixelBox& LocalPass::box() const
{
    return m_state->box;
}

const Tensor& LocalPass::output() const
{
    return m_state->output.values;
}

Result<Tensor> LocalPass::gradients(std::int64_t first, std::int64_t count,
                                    const ComputeContext& context) const
{
    const std::int64_t channels = output().shape()[1];
    EXPECTS(!box().isEmpty() && first >= 0 && count > 0 && first + count <= channels);
    Patch gradient{m_state->output.box, Tensor::zeros({count, channels, 1, 1})};
    for (std::int64_t i = 0; i < count; ++i)
        gradient.values.data()[i * channels + first + i] = 1.0F;
    ASSIGN_OR_RETURN(
        Patch ofInput,
        Runner(*m_state->weights, context).backward(m_state->steps, std::move(gradient)));
    return std::move(ofInput.values);
}

} // namespace factorscope
