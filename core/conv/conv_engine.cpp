#include "core/conv/conv_engine.h"

#include "core/conv/engines.h"

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

namespace factorscope {
namespace {

std::vector<std::string_view> algorithmNames()
{
    std::vector<std::string_view> names{"auto"};
    for (const ConvEngine* engine : convEngines()) {
        if (names.back() != engine->name())
            names.push_back(engine->name());
    }
    return names;
}

bool isMeant(const ConvEngine& engine, std::string_view algorithm)
{
    return algorithm == "auto" || algorithm == engine.name() || algorithm == label(engine);
}

Result<const ConvEngine*> leastCostly(std::string_view algorithm, const ConvProblem& problem)
{
    const ConvEngine* best = nullptr;
    double leastCost = std::numeric_limits<double>::infinity();
    Error refusal{ErrorCode::InvalidArgument,
                  QT_TRANSLATE_NOOP("core", "unknown algorithm '%1'"),
                  {std::string(algorithm)}};
    for (const ConvEngine* engine : convEngines()) {
        if (!isMeant(*engine, algorithm))
            continue;
        if (std::optional<Error> reason = engine->declines(problem)) {
            refusal = *std::move(reason);
            continue;
        }
        const double cost = engine->estimatedCost(problem);
        if (cost < leastCost) {
            best = engine;
            leastCost = cost;
        }
    }
    if (!best)
        return refusal;
    return best;
}

/// What a thread chose last: to choose takes microseconds, a small layer not many more.
class RecentChoices {
public:
    const ConvEngine* find(std::string_view algorithm, const ConvProblem& problem) const
    {
        const auto found = std::ranges::find_if(m_choices, [&](const Choice& choice) {
            return choice.problem == problem && choice.algorithm == algorithm;
        });
        return found != m_choices.end() ? found->engine : nullptr;
    }
    void add(std::string_view algorithm, const ConvProblem& problem, const ConvEngine* engine)
    {
        m_choices[m_next] = {std::string(algorithm), problem, engine};
        m_next = (m_next + 1) % m_choices.size();
    }

private:
    struct Choice {
        std::string algorithm;
        ConvProblem problem;
        const ConvEngine* engine = nullptr;
    };
    std::array<Choice, 8> m_choices;
    std::size_t m_next = 0;
};

} // namespace

std::string label(const ConvEngine& engine)
{
    std::string text(engine.name());
    if (!engine.variant().empty())
        text.append(" ").append(engine.variant());
    return text;
}

std::span<const ConvEngine* const> convEngines()
{
    static const std::vector<const ConvEngine*> engines = [] {
        const auto winograd = winogradEngines();
        std::vector<const ConvEngine*> all(winograd.begin(), winograd.end());
        const auto rows = winogradRowsEngines();
        all.insert(all.end(), rows.begin(), rows.end());
        all.insert(all.end(), {&directEngine(), &gemmEngine(), &referenceEngine()});
        return all;
    }();
    return engines;
}

std::span<const std::string_view> convAlgorithms()
{
    static const std::vector<std::string_view> names = algorithmNames();
    return names;
}

Result<const ConvEngine*> chooseEngine(std::string_view algorithm, const ConvProblem& problem)
{
    thread_local RecentChoices recent;
    if (const ConvEngine* engine = recent.find(algorithm, problem))
        return engine;
    ASSIGN_OR_RETURN(const ConvEngine* engine, leastCostly(algorithm, problem));
    recent.add(algorithm, problem, engine);
    return engine;
}

Result<const ConvEngine*> engineOrAuto(std::string_view algorithm, const ConvProblem& problem)
{
    auto engine = chooseEngine(algorithm, problem);
    if (engine || engine.error().code != ErrorCode::Unsupported)
        return engine;
    return chooseEngine("auto", problem);
}

SharedTensor prepared(const ConvEngine& engine, const ConvProblem& problem, const Tensor& weights,
                      const ComputeContext& context)
{
    const std::int64_t floats = engine.preparedFloats(problem);
    if (floats == 0)
        return nullptr;
    return weights.derived(label(engine), [&]() -> std::optional<Tensor> {
        Tensor made = Tensor::uninitialized({floats}, context.pool);
        if (!engine.prepare(problem, weights.data(), made.data(), context))
            return {};
        return made;
    });
}

Result<Tensor> convolve(std::string_view algorithm, const ConvProblem& problem, const Tensor& input,
                        const ConvLayer& layer, const ComputeContext& context)
{
    ASSIGN_OR_RETURN(const ConvEngine* engine, chooseEngine(algorithm, problem));
    return convolve(*engine, problem, input, layer, context);
}

Result<Tensor> convolve(const ConvEngine& engine, const ConvProblem& problem, const Tensor& input,
                        const ConvLayer& layer, const ComputeContext& context)
{
    const auto& [weights, bias, slope] = layer;
    EXPECTS(input.shape() == problem.inShape() && weights.shape() == problem.weightShape());
    EXPECTS(!bias || bias->shape() == Shape{problem.outChannels});
    const SharedTensor ready = prepared(engine, problem, weights, context);
    if (!ready && engine.preparedFloats(problem) > 0)
        return cancelled();
    return convolve(engine, problem,
                    {.input = input.data(),
                     .weights = weights.data(),
                     .prepared = ready ? ready->data() : nullptr,
                     .bias = bias ? bias->data() : nullptr,
                     .negativeSlope = slope},
                    context);
}

Result<Tensor> convolve(const ConvEngine& engine, const ConvProblem& problem, ConvData data,
                        const ComputeContext& context)
{
    Tensor scratch = Tensor::uninitialized({engine.scratchFloats(problem) * context.team.size()},
                                           context.pool);
    Tensor output = Tensor::uninitialized(problem.outShape(), context.pool);
    data.output = output.data();
    if (!engine.run(problem, data, scratch.values(), context))
        return cancelled();
    return output;
}

} // namespace factorscope
