#include "core/conv/conv_engine.h"

#include "core/conv/engines.h"

#include <algorithm>
#include <array>
#include <vector>

namespace factorscope {
namespace {

std::vector<std::string_view> algorithmNames()
{
    std::vector<std::string_view> names{"auto"};
    for (const ConvEngine* engine : convEngines())
        names.push_back(engine->name());
    return names;
}

} // namespace

std::span<const ConvEngine* const> convEngines()
{
    static const std::array<const ConvEngine*, 2> engines{&gemmEngine(), &referenceEngine()};
    return engines;
}

std::span<const std::string_view> convAlgorithms()
{
    static const std::vector<std::string_view> names = algorithmNames();
    return names;
}

Result<const ConvEngine*> chooseEngine(std::string_view algorithm, const ConvProblem& problem)
{
    for (const ConvEngine* engine : convEngines()) {
        if (algorithm != "auto" && algorithm != engine->name())
            continue;
        const std::optional<Error> reason = engine->declines(problem);
        if (!reason)
            return engine;
        if (algorithm != "auto")
            return *reason;
    }
    return Error{ErrorCode::InvalidArgument, QT_TRANSLATE_NOOP("core", "unknown algorithm '%1'"),
                 {std::string(algorithm)}};
}

Result<Tensor> convolve(std::string_view algorithm, const ConvProblem& problem, const Tensor& input,
                        const Tensor& weights, const Tensor* bias, const ComputeContext& context)
{
    EXPECTS(input.shape() == problem.inShape() && weights.shape() == problem.weightShape());
    EXPECTS(!bias || bias->shape() == Shape{problem.outChannels});
    ASSIGN_OR_RETURN(const ConvEngine* engine, chooseEngine(algorithm, problem));
    Tensor scratch = Tensor::uninitialized(
        {engine->scratchFloats(problem) * context.team.size()}, context.pool);
    Tensor output = Tensor::uninitialized(problem.outShape(), context.pool);
    const ConvData data{.input = input.data(),
                        .weights = weights.data(),
                        .bias = bias ? bias->data() : nullptr,
                        .output = output.data()};
    if (!engine->run(problem, data, scratch.values(), context))
        return cancelled();
    return output;
}

} // namespace factorscope
