#include "core/bench/candidate.h"

#include "core/branch/executor.h"
#include "core/branch/fusion.h"
#include "core/branch/layer_traits.h"

#include <algorithm>

namespace factorscope {
namespace {

/// The convolutions of a branch, in order. Named branches without residual hold no others.
std::vector<ConvProblem> convolutionsOf(const BranchSpec& spec, Shape shape)
{
    std::vector<ConvProblem> problems;
    for (const Layer& layer : spec.layers) {
        if (const auto* conv = std::get_if<Conv2d>(&layer.type))
            problems.push_back(convProblem(*conv, shape));
        shape = *outShape(layer, shape, {});
    }
    return problems;
}

bool takesAll(const ConvEngine& engine, std::span<const ConvProblem> problems)
{
    return std::ranges::none_of(
        problems, [&](const ConvProblem& problem) { return engine.declines(problem).has_value(); });
}

bool isReference(const ConvEngine& engine)
{
    return &engine == convEngines().back(); // the one that takes everything
}

/// Nothing named means all but the reference, which takes minutes.
bool isMeant(const ConvEngine& engine, std::span<const std::string> algorithms)
{
    if (algorithms.empty())
        return !isReference(engine);
    return std::ranges::any_of(algorithms, [&](const std::string& algorithm) {
        return algorithm == engine.name() || algorithm == label(engine);
    });
}

bool isAutoMeant(std::span<const std::string> algorithms)
{
    return algorithms.empty() || std::ranges::find(algorithms, "auto") != algorithms.end();
}

/// One way to run the branch as the executor names it, and as the table shows it.
struct Choice {
    std::string executed; ///< "auto" or a label
    std::string algorithm;
    std::string variant;
};

/// "gemm", or "winograd F(4x4,3x3) + gemm" where the convolutions chose differently.
std::string chosenByAuto(std::span<const ConvProblem> problems)
{
    std::vector<std::string> labels;
    for (const ConvProblem& problem : problems)
        labels.push_back(label(**chooseEngine("auto", problem)));
    if (std::ranges::adjacent_find(labels, std::not_equal_to{}) == labels.end())
        labels.resize(1);
    std::string text;
    for (const std::string& one : labels)
        text += (text.empty() ? "" : " + ") + one;
    return text;
}

std::vector<Choice> choices(std::span<const ConvProblem> problems,
                            std::span<const std::string> algorithms)
{
    std::vector<Choice> all;
    if (isAutoMeant(algorithms))
        all.push_back({"auto", "auto", chosenByAuto(problems)});
    for (const ConvEngine* engine : convEngines()) {
        if (isMeant(*engine, algorithms) && takesAll(*engine, problems))
            all.push_back(
                {label(*engine), std::string(engine->name()), std::string(engine->variant())});
    }
    return all;
}

std::int64_t scratchBytes(const BranchSpec& spec, Shape shape, const std::string& algorithm,
                          int threads)
{
    std::int64_t floats = 0;
    for (std::size_t i = 0; i < spec.layers.size(); ++i) {
        if (const auto* conv = std::get_if<Conv2d>(&spec.layers[i].type)) {
            const ConvProblem problem = convProblem(*conv, shape);
            floats = std::max(floats, (*chooseEngine(algorithm, problem))->scratchFloats(problem));
        }
        if (const auto pair = fusedPairAt(spec.layers, i, shape, algorithm))
            floats = std::max(floats, scratchFloats(pair->convs));
        shape = *outShape(spec.layers[i], shape, {});
    }
    return floats * threads * std::int64_t{sizeof(float)};
}

} // namespace

std::string Candidate::text() const
{
    return algorithm + (variant.empty() ? "" : " " + variant) + " on "
        + std::string(branchKindName(branch->kind)) + " of " + std::string(branch->workload.name);
}

std::vector<Candidate> ownCandidates(const std::shared_ptr<const BenchBranch>& branch,
                                     std::span<const std::string> algorithms,
                                     const ComputeContext& context)
{
    const std::vector<ConvProblem> problems = convolutionsOf(branch->spec, branch->input->shape());
    std::vector<Candidate> candidates;
    for (Choice& choice : choices(problems, algorithms)) {
        const auto run = [branch, executed = choice.executed, context] {
            return runBranch(branch->spec, branch->weights, branch->input, executed,
                             Capture::Output, context);
        };
        candidates.push_back({.branch = branch,
                              .algorithm = std::move(choice.algorithm),
                              .variant = std::move(choice.variant),
                              .scratchBytes = scratchBytes(branch->spec, branch->input->shape(),
                                                           choice.executed, context.team.size()),
                              .output = [run]() -> Result<SharedTensor> {
                                  ASSIGN_OR_RETURN(const BranchRun ran, run());
                                  return ran.output;
                              },
                              .time = [run]() -> Result<double> {
                                  ASSIGN_OR_RETURN(const BranchRun ran, run());
                                  return ran.milliseconds;
                              }});
    }
    return candidates;
}

std::int64_t ownPeakBytes(const Workload& workload, BranchKind kind,
                          std::span<const std::string> algorithms, int threads)
{
    const BranchSpec spec = benchSpec(workload, kind);
    std::int64_t bytes = 0;
    for (const Choice& choice : choices(convolutionsOf(spec, workload.inShape()), algorithms))
        bytes = std::max(
            bytes, peakBytes(spec, workload.inShape(), choice.executed, Capture::Output, threads));
    return bytes;
}

bool isBenchAlgorithm(std::string_view algorithm)
{
    return algorithm == "auto" || std::ranges::any_of(convEngines(), [&](const ConvEngine* engine) {
               return algorithm == engine->name() || algorithm == label(*engine);
           });
}

} // namespace factorscope
