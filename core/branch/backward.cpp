#include "core/branch/backward.h"

#include "core/branch/layer_traits.h"
#include "core/branch/pointwise.h"
#include "core/branch/pointwise_gradient.h"
#include "core/conv/conv_gradient.h"
#include "core/timing/timing.h"

#include <algorithm>

namespace factorscope {
namespace {

/// Goes back through the layers of one branch; holds what they have in common.
class Backward {
public:
    Backward(const TensorMap& weights, Mode mode, Gradients gradients, std::string_view algorithm,
             const ComputeContext& context)
        : m_weights(weights), m_mode(mode), m_gradients(gradients), m_algorithm(algorithm),
          m_context(context)
    {}

    /// From the gradient after the last layer to that of `in`, what the first was given.
    Result<Tensor> throughAll(const std::vector<Layer>& layers, const std::vector<LayerRun>& runs,
                              const Tensor& in, Tensor gradient, const std::string& prefix)
    {
        for (std::size_t i = layers.size(); i-- > 0;) {
            const Tensor& ofLayer = i > 0 ? *runs[i - 1].activation : in;
            const std::string name = prefix + std::to_string(i) + ".";
            ASSIGN_OR_RETURN(gradient,
                             throughOne(layers[i], runs[i], ofLayer, std::move(gradient), name));
        }
        return gradient;
    }

    TensorMap parameters; ///< what has come together

private:
    Result<Tensor> throughOne(const Layer& layer, const LayerRun& run, const Tensor& in,
                              Tensor gradient, const std::string& name)
    {
        return std::visit(
            Visitor{
                [&](const Conv2d& conv) { return convolution(conv, in, gradient, name); },
                [&](const Relu&) { return activation(0.0F, in, std::move(gradient)); },
                [&](const LeakyRelu& leaky) {
                    return activation(static_cast<float>(leaky.slope), in, std::move(gradient));
                },
                [&](const BatchNorm& norm) {
                    return normalization(norm, in, std::move(gradient), name);
                },
                [&](const Residual& residual) {
                    return residualSum(residual, run, in, std::move(gradient), name);
                },
            },
            layer.type);
    }

    const Tensor& weight(const std::string& name) const { return m_weights.at(name); }
    bool wantsParameters() const { return m_gradients == Gradients::OfInputAndParameters; }

    Result<Tensor> convolution(const Conv2d& conv, const Tensor& in, const Tensor& gradient,
                               const std::string& name)
    {
        const ConvProblem problem = convProblem(conv, in.shape());
        if (wantsParameters()) {
            ASSIGN_OR_RETURN(Tensor ofWeights,
                             weightGradient(m_algorithm, problem, in, gradient, m_context));
            parameters.emplace(name + "weight", std::move(ofWeights));
        }
        if (wantsParameters() && conv.bias) {
            ASSIGN_OR_RETURN(Tensor ofBias, biasGradient(gradient, m_context));
            parameters.emplace(name + "bias", std::move(ofBias));
        }
        return inputGradient(m_algorithm, problem, gradient, weight(name + "weight"), m_context);
    }

    Result<Tensor> activation(float slope, const Tensor& in, Tensor gradient)
    {
        if (!leakyReluGradient(in, slope, gradient, m_context))
            return cancelled();
        return gradient;
    }

    Result<Tensor> normalization(const BatchNorm& norm, const Tensor& in, Tensor gradient,
                                 const std::string& name)
    {
        const Tensor& scale = weight(name + "weight");
        const bool isOfBatch = m_mode == Mode::Train;
        const std::vector<ChannelMoments> moments = isOfBatch
            ? batchMoments(in, m_context)
            : runningMoments(weight(name + "running_mean"), weight(name + "running_var"));
        Tensor ofScale = Tensor::uninitialized(scale.shape());
        Tensor ofShift = Tensor::uninitialized(scale.shape());
        if (moments.empty()
            || !normalizeGradient(in, moments, norm.eps, isOfBatch, scale, gradient, ofScale,
                                  ofShift, m_context))
            return cancelled();
        if (wantsParameters()) {
            parameters.emplace(name + "weight", std::move(ofScale));
            parameters.emplace(name + "bias", std::move(ofShift));
        }
        return gradient;
    }

    Result<Tensor> residualSum(const Residual& residual, const LayerRun& run, const Tensor& in,
                               Tensor gradient, const std::string& name)
    {
        Tensor ofShortcut;
        if (residual.shortcut == Shortcut::Conv1x1) {
            ASSIGN_OR_RETURN(
                ofShortcut,
                convolution(shortcutConv(gradient.shape()[1]), in, gradient, name + "shortcut."));
        } else {
            ofShortcut = gradient.clone(m_context.pool);
        }
        ASSIGN_OR_RETURN(
            Tensor sum,
            throughAll(residual.body, run.body, in, std::move(gradient), name + "body."));
        if (!add(sum, ofShortcut, sum, m_context))
            return cancelled();
        return sum;
    }

    const TensorMap& m_weights;
    const Mode m_mode;
    const Gradients m_gradients;
    const std::string_view m_algorithm;
    const ComputeContext& m_context;
};

/// Calls visit(problem) with every convolution that layers are on an input, shortcuts too.
template <typename Visit>
void forConvolutions(const std::vector<Layer>& layers, Shape in, const Visit& visit)
{
    for (const Layer& layer : layers) {
        const Shape out = *outShape(layer, in, {});
        if (const auto* conv = std::get_if<Conv2d>(&layer.type))
            visit(convProblem(*conv, in));
        if (const auto* residual = std::get_if<Residual>(&layer.type)) {
            forConvolutions(residual->body, in, visit);
            if (residual->shortcut == Shortcut::Conv1x1)
                visit(convProblem(shortcutConv(out[1]), in));
        }
        in = out;
    }
}

} // namespace

Result<BackwardRun> runBackward(const BranchSpec& spec, const TensorMap& weights,
                                const SharedTensor& input, const BranchRun& forward,
                                const Tensor& cotangent, Gradients gradients,
                                std::string_view algorithm, const ComputeContext& context)
{
    EXPECTS(forward.layers.size() == spec.layers.size());
    if (cotangent.shape() != forward.output->shape())
        return Error{ErrorCode::Shape,
                     QT_TRANSLATE_NOOP("core", "the cotangent is %1 and the output %2"),
                     {cotangent.shape().text(), forward.output->shape().text()}};
    const auto start = Clock::now();
    Backward backward(weights, spec.mode, gradients, algorithm, context);
    BackwardRun result;
    ASSIGN_OR_RETURN(result.input,
                     backward.throughAll(spec.layers, forward.layers, *input,
                                         cotangent.clone(context.pool), "branch."));
    result.parameters = std::move(backward.parameters);
    result.milliseconds = millisecondsSince(start);
    return result;
}

std::int64_t backwardMacs(const BranchSpec& spec, const Shape& input, Gradients gradients)
{
    const std::int64_t times = gradients == Gradients::OfInput ? 1 : 2;
    std::int64_t sum = 0;
    forConvolutions(spec.layers, input,
                    [&](const ConvProblem& problem) { sum += times * problem.macs(); });
    return sum;
}

std::int64_t backwardBytes(const BranchSpec& spec, const Shape& input, Gradients gradients)
{
    // A gradient, what becomes of it, a copy with zeros for a stride; and scratch beside them. Of
    // residuals one more at each depth, which the third stands for where there is no stride.
    constexpr std::int64_t kFloat = sizeof(float);
    constexpr std::int64_t kScratch = std::int64_t{16} << 20;
    std::int64_t largest = input.elements();
    std::int64_t weights = 0;
    forConvolutions(spec.layers, input, [&](const ConvProblem& p) {
        const std::int64_t spread = p.batch * p.outChannels * p.outSize().height * p.outSize().width
            * p.stride.height * p.stride.width;
        largest = std::max({largest, spread, p.inShape().elements()});
        weights += p.weightShape().elements();
    });
    const std::int64_t ofWeights = gradients == Gradients::OfInput ? 1 : 4; // sums are doubles
    return 4 * largest * kFloat + (1 + ofWeights) * weights * kFloat + kScratch;
}

} // namespace factorscope
