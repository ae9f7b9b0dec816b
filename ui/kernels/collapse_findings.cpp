#include "ui/kernels/collapse_findings.h"

#include "core/branch/layer_traits.h"
#include "core/result/expects.h"

#include <algorithm>
#include <utility>

namespace factorscope {
namespace {

struct Branch {
    BranchSpec spec;
    std::shared_ptr<const TensorMap> weights;
};

/// The same tensors by the names of another branch that has them in the same order.
std::shared_ptr<const TensorMap> renamed(const TensorMap& tensors, const BranchSpec& from,
                                         const BranchSpec& to)
{
    const std::vector<Parameter> old = parametersOf(from);
    const std::vector<Parameter> now = parametersOf(to);
    EXPECTS(old.size() == now.size());
    TensorMap named;
    for (std::size_t i = 0; i < old.size(); ++i)
        named.emplace(now[i].name, tensors.at(old[i].name).clone());
    return std::make_shared<const TensorMap>(std::move(named));
}

/// The factorised branch with an activation between.
Branch activatedBranch(const BothEvaluated& both)
{
    const BranchEvaluation& factorised = both.factorised;
    if (both.experiment.between != Between::None)
        return {factorised.spec, factorised.weights};
    Experiment experiment = both.experiment;
    experiment.between = Between::Relu;
    const BranchSpec spec = branchSpec(experiment, experiment.factorised);
    return {spec, renamed(*factorised.weights, factorised.spec, spec)};
}

constexpr int kCurveSteps = 40;

} // namespace

Result<std::shared_ptr<const CollapseFindings>>
findCollapse(const std::shared_ptr<const BothEvaluated>& both, BorderPadding padding,
             const ComputeContext& context)
{
    const Branch branch = activatedBranch(*both);
    ASSIGN_OR_RETURN(const BranchSpec spec, withBorderPadding(branch.spec, padding));
    CollapseFindings findings;
    findings.both = both;
    findings.padding = padding;
    ASSIGN_OR_RETURN(
        findings.original,
        collapse(both->original.spec, *both->original.weights, BetweenLayers::LeaveOut, context));
    ASSIGN_OR_RETURN(findings.factorised,
                     collapse(spec, *branch.weights, BetweenLayers::LeaveOut, context));
    ASSIGN_OR_RETURN(findings.study,
                     studySlopes(spec, *branch.weights, findings.factorised, both->factorised.input,
                                 both->experiment.algorithm, context));
    return std::make_shared<const CollapseFindings>(std::move(findings));
}

Result<CollapseAtSlope> collapseAtSlope(const std::shared_ptr<const CollapseFindings>& findings,
                                        std::int64_t channel, double slope,
                                        const CollapseAtSlope& earlier,
                                        const ComputeContext& context)
{
    CollapseAtSlope at;
    at.findings = findings;
    at.channel = channel;
    at.errors = slopeErrors(findings->study, channel, slope);
    at.maps = slopeMaps(findings->study, channel, slope);
    at.curve = earlier.curve;
    if (!at.curve || earlier.findings != findings || earlier.channel != channel) {
        ASSIGN_OR_RETURN(std::vector<SlopeErrors> curve,
                         slopeCurve(findings->study, channel, kCurveSteps, context));
        at.curve = std::make_shared<const std::vector<SlopeErrors>>(std::move(curve));
    }
    return at;
}

Result<CollapseAtSlope> collapseOf(const std::shared_ptr<const BothEvaluated>& both,
                                   const ViewSettings& settings, const ComputeContext& context)
{
    ASSIGN_OR_RETURN(const auto findings, findCollapse(both, settings.kernels.padding, context));
    const std::int64_t channel
        = std::min(settings.outChannel, findings->study.linear->shape()[1] - 1);
    const double slope = settings.kernels.slope.value_or(slopeBetween(both->experiment));
    return collapseAtSlope(findings, channel, slope, {}, context);
}

} // namespace factorscope
