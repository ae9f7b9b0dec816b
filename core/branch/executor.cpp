#include "core/branch/executor.h"

#include "core/branch/fusion.h"
#include "core/branch/layer_traits.h"
#include "core/branch/pointwise.h"
#include "core/timing/timing.h"

#include <algorithm>
#include <optional>

namespace factorscope {
namespace {

/// What a layer hands to the next: a tensor that may be seen by others, or one of its own that may
/// be written over.
struct Flow {
    SharedTensor shared;
    std::shared_ptr<Tensor> own;

    explicit Flow(SharedTensor tensor) : shared(std::move(tensor)) {}
    explicit Flow(Tensor tensor) : own(std::make_shared<Tensor>(std::move(tensor)))
    {
        shared = own;
    }
    const Tensor& operator*() const { return *shared; }
};

/// Runs the layers of one branch; holds what they have in common.
class Execution {
public:
    Execution(const TensorMap& weights, std::string_view algorithm, Capture capture, Mode mode,
              const ComputeContext& context)
        : m_weights(weights), m_algorithm(algorithm), m_capture(capture), m_mode(mode),
          m_context(context)
    {}

    /// Runs layers one after the other, `prefix` before the names of their tensors.
    Result<Flow> runAll(const std::vector<Layer>& layers, Flow flow, const std::string& prefix,
                        std::vector<LayerRun>& runs)
    {
        for (std::size_t i = 0; i < layers.size(); ++i) {
            if (const auto pair = pairAt(layers, i, (*flow).shape())) {
                ASSIGN_OR_RETURN(const bool hasRun, runPair(*pair, flow, prefix, runs));
                if (hasRun) {
                    i = pair->end - 1;
                    continue;
                }
            }
            const auto start = Clock::now();
            const std::string name = prefix + std::to_string(i) + ".";
            LayerRun run;
            if (m_capture == Capture::Output && runsWithConvolution(layers, i)) {
                runs.push_back(std::move(run)); // it has run with the convolution
                continue;
            }
            const auto slope = m_capture == Capture::Output ? slopeBehind(layers, i) : std::nullopt;
            ASSIGN_OR_RETURN(flow, runOne(layers[i], slope, std::move(flow), name, run));
            run.milliseconds = millisecondsSince(start);
            if (m_capture == Capture::Activations) {
                run.activation = flow.shared;
                flow.own = nullptr; // from now on others see it
            }
            runs.push_back(std::move(run));
        }
        return flow;
    }

private:
    /// `slope`: of the activation that runs with it.
    Result<Flow> runOne(const Layer& layer, std::optional<float> slope, Flow flow,
                        const std::string& name, LayerRun& run)
    {
        return std::visit(
            Visitor{
                [&](const Conv2d& conv) {
                    return convolution(conv, slope, *flow, name, run.algorithm);
                },
                [&](const Relu&) { return activation(*slopeOf(layer), std::move(flow)); },
                [&](const LeakyRelu&) { return activation(*slopeOf(layer), std::move(flow)); },
                [&](const BatchNorm& norm) { return normalization(norm, std::move(flow), name); },
                [&](const Residual& residual) {
                    return residualSum(residual, std::move(flow), name, run.body);
                },
            },
            layer.type);
    }

    std::optional<FusedPair> pairAt(const std::vector<Layer>& layers, std::size_t i,
                                    const Shape& in) const
    {
        if (m_capture != Capture::Output)
            return {};
        return fusedPairAt(layers, i, in, m_algorithm);
    }

    /// Both convolutions at once, and what is told of them. False where values are not finite.
    Result<bool> runPair(const FusedPair& pair, Flow& flow, const std::string& prefix,
                         std::vector<LayerRun>& runs)
    {
        const auto start = Clock::now();
        const auto& [first, second] = pair.convs;
        const auto nameOf = [&](std::size_t i) { return prefix + std::to_string(i) + "."; };
        ASSIGN_OR_RETURN(std::optional<Tensor> out,
                         convolvePair(pair.convs, convLayer(pair.firstSlope, nameOf(pair.first)),
                                      convLayer(pair.secondSlope, nameOf(pair.second)), *flow,
                                      m_context));
        if (!out)
            return false;
        flow = Flow(*std::move(out));
        const std::size_t before = runs.size();
        runs.resize(before + pair.end - pair.first);
        runs[before].algorithm = label(first.engine);
        LayerRun& last = runs[before + pair.second - pair.first];
        last.algorithm = label(second.engine);
        last.milliseconds = millisecondsSince(start);
        return true;
    }

    const Tensor& weight(const std::string& name) const { return m_weights.at(name); }

    /// `slope`: of the activation behind it.
    ConvLayer convLayer(std::optional<float> slope, const std::string& name) const
    {
        const auto bias = m_weights.find(name + "bias");
        return {.weights = weight(name + "weight"),
                .bias = bias != m_weights.end() ? &bias->second : nullptr,
                .negativeSlope = slope};
    }

    Result<Flow> convolution(const Conv2d& conv, std::optional<float> negativeSlope,
                             const Tensor& in, const std::string& name, std::string& algorithm)
    {
        const ConvProblem problem = convProblem(conv, in.shape());
        ASSIGN_OR_RETURN(const ConvEngine* engine, engineOrAuto(m_algorithm, problem));
        algorithm = label(*engine);
        ASSIGN_OR_RETURN(Tensor out,
                         convolve(*engine, problem, in, convLayer(negativeSlope, name), m_context));
        return Flow(std::move(out));
    }

    /// A tensor to write the result of a pointwise layer to: its input when nobody else sees it.
    Flow writable(Flow flow)
    {
        if (flow.own)
            return flow;
        return Flow(Tensor::uninitialized((*flow).shape(), m_context.pool));
    }

    Result<Flow> activation(float slope, Flow in)
    {
        Flow out = writable(in);
        if (!leakyRelu(*in, slope, *out.own, m_context))
            return cancelled();
        return out;
    }

    Result<Flow> normalization(const BatchNorm& norm, Flow in, const std::string& name)
    {
        std::vector<ChannelMoments> moments;
        if (m_mode == Mode::Train)
            moments = batchMoments(*in, m_context);
        else
            moments = runningMoments(weight(name + "running_mean"), weight(name + "running_var"));
        Flow out = writable(in);
        if (moments.empty()
            || !normalize(*in, moments, norm.eps, weight(name + "weight"), weight(name + "bias"),
                          *out.own, m_context))
            return cancelled();
        return out;
    }

    Result<Flow> residualSum(const Residual& residual, Flow in, const std::string& name,
                             std::vector<LayerRun>& runs)
    {
        in.own = nullptr; // the shortcut needs it after the body
        ASSIGN_OR_RETURN(Flow body, runAll(residual.body, in, name + "body.", runs));
        Flow shortcut = in;
        if (residual.shortcut == Shortcut::Conv1x1) {
            std::string ignored;
            ASSIGN_OR_RETURN(shortcut,
                             convolution(shortcutConv((*body).shape()[1]), {}, *in,
                                         name + "shortcut.", ignored));
        }
        Flow sum = writable(body);
        if (!add(*body, *shortcut, *sum.own, m_context))
            return cancelled();
        return sum;
    }

    const TensorMap& m_weights;
    const std::string_view m_algorithm;
    const Capture m_capture;
    const Mode m_mode;
    const ComputeContext& m_context;
};

Result<void> requireTrainable(const BranchSpec& spec, const std::vector<Layer>& layers, Shape shape)
{
    for (const Layer& layer : layers) {
        const bool isNorm = std::holds_alternative<BatchNorm>(layer.type);
        if (spec.mode == Mode::Train && isNorm && shape[0] * shape[2] * shape[3] == 1)
            return Error{ErrorCode::Shape,
                         QT_TRANSLATE_NOOP("core",
                                           "batch_norm in training mode needs more than one "
                                           "value for each channel, and %1 has one"),
                         {shape.text()}};
        if (const auto* residual = std::get_if<Residual>(&layer.type)) {
            RETURN_IF_ERROR(requireTrainable(spec, residual->body, shape));
        }
        ASSIGN_OR_RETURN(shape, outShape(layer, shape, {}));
    }
    return {};
}

std::int64_t bytesOf(const Shape& shape)
{
    return shape.elements() * std::int64_t{sizeof(float)};
}

/// What a list of layers takes beside its input.
struct Memory {
    std::int64_t kept = 0; ///< when the last has run: all activations, or the last one
    std::int64_t peak = 0; ///< until then
    std::int64_t weights = 0; ///< of that, what engines have made of the weights, which stays
};

/// Follows the tensors of Execution without computing any.
class MemoryModel {
public:
    MemoryModel(std::string_view algorithm, Capture capture, int threads)
        : m_algorithm(algorithm), m_keepsAll(capture == Capture::Activations), m_threads(threads)
    {}

    Memory ofAll(const std::vector<Layer>& layers, Shape shape) const
    {
        Memory sum;
        for (std::size_t i = 0; i < layers.size(); ++i) {
            const Layer& layer = layers[i];
            const auto pair
                = m_keepsAll ? std::nullopt : fusedPairAt(layers, i, shape, m_algorithm);
            if (pair) {
                const Memory both = ofPair(pair->convs);
                sum.peak = std::max(sum.peak, sum.weights + sum.kept + both.peak);
                sum.kept = both.kept;
                sum.weights += both.weights;
                shape = pair->convs.second.problem.outShape();
                i = pair->end - 1;
                continue;
            }
            const bool hasOwn = !m_keepsAll && sum.kept > 0; // that may be written over
            const Memory one = ofOne(layer, shape, hasOwn);
            sum.peak = std::max(sum.peak, sum.weights + sum.kept + one.peak);
            sum.kept = one.kept + (m_keepsAll || one.peak == 0 ? sum.kept : 0);
            sum.weights += one.weights;
            shape = *outShape(layer, shape, {});
        }
        return sum;
    }

private:
    Memory ofOne(const Layer& layer, const Shape& in, bool inPlace) const
    {
        if (const auto* conv = std::get_if<Conv2d>(&layer.type))
            return ofConvolution(*conv, in);
        if (const auto* residual = std::get_if<Residual>(&layer.type))
            return ofResidual(*residual, in);
        return inPlace ? Memory{} : Memory{.kept = bytesOf(in), .peak = bytesOf(in)};
    }

    Memory ofConvolution(const Conv2d& conv, const Shape& in) const
    {
        constexpr std::int64_t kFloat = sizeof(float);
        const ConvProblem problem = convProblem(conv, in);
        const std::int64_t out = bytesOf(problem.outShape());
        const auto engine = engineOrAuto(m_algorithm, problem);
        if (!engine)
            return {.kept = out, .peak = out};
        const std::int64_t weights = (*engine)->preparedFloats(problem) * kFloat;
        const std::int64_t scratch = (*engine)->scratchFloats(problem) * m_threads * kFloat;
        return {.kept = out, .peak = weights + out + scratch, .weights = weights};
    }

    /// Of two convolutions that run as one, as they do while values are finite.
    Memory ofPair(const ConvPair& pair) const
    {
        constexpr std::int64_t kFloat = sizeof(float);
        const auto& [first, second] = pair;
        const std::int64_t out = bytesOf(second.problem.outShape());
        const std::int64_t weights = kFloat
            * (first.engine.preparedFloats(first.problem)
               + second.engine.preparedFloats(second.problem));
        const std::int64_t scratch = scratchFloats(pair) * m_threads * kFloat;
        const std::int64_t between = betweenFloats(pair) * kFloat;
        return {.kept = out, .peak = weights + out + scratch + between, .weights = weights};
    }

    Memory ofResidual(const Residual& residual, const Shape& in) const
    {
        Memory sum = ofAll(residual.body, in);
        const std::int64_t channels = channelsAfter(residual.body, in[1]);
        const std::int64_t out = bytesOf({in[0], channels, in[2], in[3]});
        Memory shortcut;
        if (residual.shortcut == Shortcut::Conv1x1)
            shortcut = ofConvolution(shortcutConv(channels), in);
        const std::int64_t made = m_keepsAll ? out : 0; // else the body's own end takes the sum
        const std::int64_t before = sum.weights + sum.kept;
        sum.weights += shortcut.weights;
        sum.peak = std::max(
            {sum.peak, before + shortcut.peak, sum.weights + sum.kept + shortcut.kept + made});
        sum.kept += made;
        return sum;
    }

    const std::string_view m_algorithm;
    const bool m_keepsAll;
    const int m_threads;
};

} // namespace

Result<BranchRun> runBranch(const BranchSpec& spec, const TensorMap& weights,
                            const SharedTensor& input, std::string_view algorithm, Capture capture,
                            const ComputeContext& context)
{
    RETURN_IF_ERROR(layerShapes(spec, input->shape()));
    RETURN_IF_ERROR(requireTrainable(spec, spec.layers, input->shape()));
    RETURN_IF_ERROR(requireWeights(spec, weights));
    const auto start = Clock::now();
    BranchRun result;
    Execution execution(weights, algorithm, capture, spec.mode, context);
    ASSIGN_OR_RETURN(const Flow out,
                     execution.runAll(spec.layers, Flow(input), "branch.", result.layers));
    result.output = out.shared;
    result.milliseconds = millisecondsSince(start);
    return result;
}

Result<void> requireWeights(const BranchSpec& spec, const TensorMap& weights)
{
    const std::vector<Parameter> parameters = parametersOf(spec);
    for (const Parameter& parameter : parameters) {
        const auto found = weights.find(parameter.name);
        if (found == weights.end())
            return Error{ErrorCode::Shape,
                         QT_TRANSLATE_NOOP("core", "the weights lack the tensor '%1'"),
                         {parameter.name}};
        if (found->second.shape() != parameter.shape)
            return Error{ErrorCode::Shape,
                         QT_TRANSLATE_NOOP("core", "the tensor '%1' is %2 and the branch takes %3"),
                         {parameter.name, found->second.shape().text(), parameter.shape.text()}};
    }
    for (const auto& [name, tensor] : weights) {
        if (std::ranges::find(parameters, name, &Parameter::name) == parameters.end())
            return Error{ErrorCode::Shape,
                         QT_TRANSLATE_NOOP(
                             "core", "the weights have a tensor '%1' that the branch does not"),
                         {name}};
    }
    return {};
}

std::int64_t peakBytes(const BranchSpec& spec, const Shape& input, std::string_view algorithm,
                       Capture capture, int threads)
{
    return MemoryModel(algorithm, capture, threads).ofAll(spec.layers, input).peak;
}

} // namespace factorscope
