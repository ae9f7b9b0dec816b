#include "core/cost/count_rule.h"

#include "core/branch/layer_traits.h"
#include "core/cost/cost.h"
#include "core/cost/saturating.h"

#include <algorithm>

namespace factorscope {
namespace {

/// Calls visit(layer, shape of its input) for every layer, inner ones and shortcuts too.
template <typename Visit>
void forEachLayer(const std::vector<Layer>& layers, Shape shape, const Visit& visit)
{
    for (const Layer& layer : layers) {
        const Shape out = *outShape(layer, shape, {});
        visit(layer, shape);
        if (const auto* residual = std::get_if<Residual>(&layer.type)) {
            forEachLayer(residual->body, shape, visit);
            if (residual->shortcut == Shortcut::Conv1x1)
                visit(Layer{shortcutConv(out[1])}, shape);
        }
        shape = out;
    }
}

Shape inputOf(const BranchSpec& spec, Extent size)
{
    return {1, spec.inChannels, size.height, size.width};
}

/// Of each layer: what is added for its bias, and for it as an activation.
struct PointwiseCounts {
    std::int64_t biasTerms = 0;
    std::int64_t activations = 0;
};
PointwiseCounts pointwiseCounts(const BranchSpec& spec, Extent size)
{
    PointwiseCounts counts;
    forEachLayer(spec.layers, inputOf(spec, size), [&](const Layer& layer, const Shape& in) {
        const auto* conv = std::get_if<Conv2d>(&layer.type);
        if (conv && conv->bias)
            counts.biasTerms = plus(counts.biasTerms, outShape(layer, in, {})->elements());
        if (worksInPlace(layer))
            counts.activations = plus(counts.activations, in.elements());
    });
    return counts;
}

std::int64_t learned(const BranchSpec& spec, ParameterRole role)
{
    std::int64_t sum = 0;
    for (const Parameter& parameter : parametersOf(spec)) {
        if (parameter.role == role)
            sum = plus(sum, parameter.shape.elements());
    }
    return sum;
}

} // namespace

const char* countPartLabel(CountPart part)
{
    switch (part) {
    case CountPart::Macs:
        return QT_TRANSLATE_NOOP("core", "MACs");
    case CountPart::BiasTerms:
        return QT_TRANSLATE_NOOP("core", "bias terms, one for each output value");
    case CountPart::Activations:
        return QT_TRANSLATE_NOOP("core", "values that an activation is applied to");
    case CountPart::Weights:
        return QT_TRANSLATE_NOOP("core", "weights of convolutions");
    case CountPart::Biases:
        return QT_TRANSLATE_NOOP("core", "biases");
    case CountPart::Norms:
        return QT_TRANSLATE_NOOP("core", "scales and shifts of BatchNorm");
    case CountPart::Outputs:
        return QT_TRANSLATE_NOOP("core", "output values of layers");
    }
    return "";
}

Result<CountParts> countParts(const BranchSpec& spec, Extent size)
{
    ASSIGN_OR_RETURN(const CostReport report, costOf(spec, size));
    const PointwiseCounts pointwise = pointwiseCounts(spec, size);
    CountParts parts;
    parts.amounts
        = {report.total.macs,
           pointwise.biasTerms,
           pointwise.activations,
           report.total.weights,
           learned(spec, ParameterRole::Bias),
           plus(learned(spec, ParameterRole::NormScale), learned(spec, ParameterRole::NormShift)),
           report.total.activationBytes / static_cast<std::int64_t>(sizeof(float))};
    return parts;
}

std::int64_t CountRule::of(const CountParts& parts) const
{
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < times.size(); ++i)
        sum = plus(sum, factorscope::times(parts.amounts[i], times[i]));
    return sum;
}

std::span<const CountRule> countRules()
{
    static constexpr std::array<CountRule, 13> rules{{
        {"macs", QT_TRANSLATE_NOOP("core", "MACs"), {1}, "fvcore, thop, netscope"},
        {"macs-bias",
         QT_TRANSLATE_NOOP("core", "MACs + 1 for each bias"),
         {1, 1},
         "torchinfo, ptflops"},
        {"macs-bias-relu",
         QT_TRANSLATE_NOOP("core", "MACs + 1 for each bias + 1 for each activation"),
         {1, 1, 1},
         "ptflops (PyTorch backend)"},
        {"flops", QT_TRANSLATE_NOOP("core", "2 for each MAC"), {2}, "torch"},
        {"flops-bias",
         QT_TRANSLATE_NOOP("core", "2 for each MAC + 1 for each bias"),
         {2, 1},
         "calflops"},
        {"macs-relu", QT_TRANSLATE_NOOP("core", "MACs + 1 for each activation"), {1, 0, 1}, ""},
        {"flops-relu",
         QT_TRANSLATE_NOOP("core", "2 for each MAC + 1 for each activation"),
         {2, 0, 1},
         ""},
        {"flops-bias-relu",
         QT_TRANSLATE_NOOP("core", "2 for each MAC + 1 for each bias + 1 for each activation"),
         {2, 1, 1},
         ""},
        {"weights", QT_TRANSLATE_NOOP("core", "weights without biases"), {0, 0, 0, 1}, "article"},
        {"weights-biases",
         QT_TRANSLATE_NOOP("core", "weights and biases"),
         {0, 0, 0, 1, 1},
         "p.numel(), netscope, torchinfo"},
        {"params",
         QT_TRANSLATE_NOOP("core", "weights, biases and BatchNorm"),
         {0, 0, 0, 1, 1, 1},
         "p.numel(), torchinfo"},
        {"params-bytes",
         QT_TRANSLATE_NOOP("core", "bytes of all parameters, 4 each"),
         {0, 0, 0, 4, 4, 4},
         ""},
        {"activation-bytes",
         QT_TRANSLATE_NOOP("core", "bytes of the layers' outputs, 4 for each value"),
         {0, 0, 0, 0, 0, 0, 4},
         "article"},
    }};
    return rules;
}

const CountRule* findCountRule(std::string_view id)
{
    const auto found = std::ranges::find(countRules(), id, &CountRule::id);
    return found == countRules().end() ? nullptr : &*found;
}

std::vector<CountLine> countLines(const CountParts& parts, const CountRule& from,
                                  const CountRule& to)
{
    std::vector<CountLine> lines;
    for (std::size_t i = 0; i < kCountPartCount; ++i) {
        const CountLine line{static_cast<CountPart>(i), parts.amounts[i], from.times[i],
                             to.times[i]};
        if (line.amount > 0 && (line.timesFrom > 0 || line.timesTo > 0))
            lines.push_back(line);
    }
    return lines;
}

} // namespace factorscope
