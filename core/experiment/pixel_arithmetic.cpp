#include "core/experiment/pixel_arithmetic.h"

#include "core/experiment/fields.h"

#include <algorithm>

namespace factorscope {
namespace {

std::int64_t within(std::int64_t index, std::int64_t count)
{
    return std::clamp<std::int64_t>(index, 0, count - 1);
}

/// Of the last convolution that ran.
std::string algorithmOf(const std::vector<LayerRun>& layers)
{
    for (std::size_t i = layers.size(); i-- > 0;) {
        const LayerRun& run = layers[i];
        std::string algorithm = run.body.empty() ? run.algorithm : algorithmOf(run.body);
        if (!algorithm.empty())
            return algorithm;
    }
    return {};
}

using Found = std::shared_ptr<const BranchArithmetic>;

Result<Found> found(const BranchEvaluation& branch, const ArithmeticQuestion& question,
                    const ComputeContext& context)
{
    const Shape& shape = branch.run.output->shape();
    const Position at{within(question.position.y, shape[2]), within(question.position.x, shape[3])};
    const std::int64_t channel = within(question.outChannel, shape[1]);
    ASSIGN_OR_RETURN(
        PixelTrace trace,
        PixelTrace::of(branch.spec, branch.weights, branch.input, at, channel, context));
    const float computed = branch.run.output->data()[(channel * shape[2] + at.y) * shape[3] + at.x];
    return Found(std::make_shared<const BranchArithmetic>(
        BranchArithmetic{std::move(trace), computed, algorithmOf(branch.run.layers)}));
}

} // namespace

Result<ArithmeticFindings> arithmeticFindings(const BothEvaluated& both,
                                              const ArithmeticQuestion& question,
                                              const ComputeContext& context)
{
    const Shape& shape = both.factorised.run.output->shape();
    ArithmeticFindings findings;
    findings.question
        = {{within(question.position.y, shape[2]), within(question.position.x, shape[3])},
           within(question.outChannel, std::max(shape[1], both.original.run.output->shape()[1]))};
    Result<Found> original = found(both.original, findings.question, context);
    Result<Found> factorised
        = original ? found(both.factorised, findings.question, context) : original;
    if (original && factorised) {
        findings.original = *std::move(original);
        findings.factorised = *std::move(factorised);
        return findings;
    }
    const Error& error = original ? factorised.error() : original.error();
    if (error.code == ErrorCode::Cancelled)
        return error;
    findings.whyNot = error;
    return findings;
}

Multiplications multiplicationsOf(const Experiment& experiment, Channels channels)
{
    return multiplications(branchSpec(experiment, BranchKind::Original), firstHalf(experiment),
                           secondHalf(experiment), channels);
}

} // namespace factorscope
