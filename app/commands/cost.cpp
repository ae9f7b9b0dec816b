#include "core/cost/cost.h"
#include "app/commands/cost_details.h"
#include "app/experiment_options.h"
#include "app/number_text.h"
#include "core/cost/convention.h"
#include "core/cost/cost_json.h"

namespace factorscope {
namespace {

struct Options {
    ExperimentOptions experiment;
    std::string convention;
    CostDetails details;
};

/// What a tool would print for one branch.
struct Counted {
    std::int64_t operations = 0;
    std::int64_t activations = 0; ///< on top, by a backend that counts them
};

Result<Counted> countedBy(const CountingConvention* convention, const BranchSpec& spec, Extent size)
{
    Counted result;
    if (!convention)
        return result;
    ASSIGN_OR_RETURN(result.operations, counted(spec, size, *convention));
    if (convention->backendMayCountRelu) {
        ASSIGN_OR_RETURN(result.activations, countedActivations(spec, size));
    }
    return result;
}

struct Priced {
    BranchSpec spec;
    CostReport report;
    Counted count;
};

Result<Priced> priced(const BranchSpec& spec, Extent size, const CountingConvention* convention)
{
    ASSIGN_OR_RETURN(CostReport report, costOf(spec, size));
    ASSIGN_OR_RETURN(const Counted count, countedBy(convention, spec, size));
    return Priced{spec, std::move(report), count};
}

Json jsonOf(const Priced& priced, const CountingConvention* convention)
{
    Json json = toJson(priced.report);
    if (convention)
        json["counted"] = priced.count.operations;
    if (convention && convention->backendMayCountRelu)
        json["counted_activations"] = priced.count.activations;
    return json;
}

std::vector<std::string> row(const std::string& name, const std::string& shape, const Cost& cost)
{
    return {name,
            shape,
            groupedText(cost.params),
            groupedText(cost.weights),
            groupedText(cost.macs),
            groupedText(cost.flops()),
            groupedText(cost.activationBytes)};
}

std::string textOf(const Priced& priced, const CountingConvention* convention)
{
    std::vector<std::vector<std::string>> rows{
        {priced.spec.name, "output", "params", "weights", "MACs", "FLOPs", "bytes"}};
    for (std::size_t i = 0; i < priced.report.layers.size(); ++i) {
        const LayerCost& layer = priced.report.layers[i];
        rows.push_back(
            row("  " + std::to_string(i) + " " + layer.op, layer.shape.text(), layer.cost));
    }
    rows.push_back(row("  total", "", priced.report.total));
    std::string text = tableText(rows);
    text += "  receptive field " + priced.report.receptiveField.text() + "\n";
    if (convention)
        text += "  " + std::string(convention->id) + " prints "
            + groupedText(priced.count.operations) + "\n";
    if (convention && convention->backendMayCountRelu)
        text += "  one of its backends adds " + groupedText(priced.count.activations)
            + " for activations\n";
    return text;
}

/// One branch alone.
Result<void> costOfOne(const BranchSpec& spec, Extent size, const CountingConvention* convention,
                       const CommandContext& context)
{
    ASSIGN_OR_RETURN(const Priced one, priced(spec, size, convention));
    if (context.json())
        printJson(jsonOf(one, convention));
    else
        print(textOf(one, convention));
    return {};
}

std::string savingText(const std::string& what, double ratio)
{
    return "  " + what + " " + signedPercentText(ratio - 1.0);
}

Result<void> costOfBoth(const Experiment& experiment, Extent size,
                        const CountingConvention* convention, const CommandContext& context)
{
    ASSIGN_OR_RETURN(const Priced original,
                     priced(branchSpec(experiment, BranchKind::Original), size, convention));
    ASSIGN_OR_RETURN(const Priced decomposed,
                     priced(branchSpec(experiment, BranchKind::Decomposed), size, convention));
    const CostRatio ratio = ratioOf(decomposed.report.total, original.report.total);
    const CostRatio saving{1.0 - ratio.params, 1.0 - ratio.weights, 1.0 - ratio.macs,
                           1.0 - ratio.activationBytes};
    const BranchOptions ends = branchOptions(experiment, BranchKind::Original);
    const double parity = parityMidChannels({ends.inChannels, ends.outChannels},
                                            {experiment.inChannels, experiment.outChannels});
    if (context.json()) {
        printJson(Json{{"original", jsonOf(original, convention)},
                       {"decomposed", jsonOf(decomposed, convention)},
                       {"ratio", toJson(ratio)},
                       {"saving", toJson(saving)},
                       {"parity_mid_channels", parity}});
        return {};
    }
    print(textOf(original, convention) + textOf(decomposed, convention));
    print("two 3x3 against the 5x5:" + savingText("params", ratio.params)
          + savingText("weights", ratio.weights) + savingText("MACs", ratio.macs)
          + savingText("bytes", ratio.activationBytes) + "\n");
    print("parity of weights and MACs at C_mid = " + fixedText(parity, 2) + ", here "
          + std::to_string(experiment.midChannels) + "\n");
    return {};
}

/// The branch that was named, or both.
std::vector<BranchSpec> branchesOf(const BranchRequest& request)
{
    if (request.kind || request.spec)
        return {request.branch()};
    return {branchSpec(request.experiment, BranchKind::Original),
            branchSpec(request.experiment, BranchKind::Decomposed)};
}

Result<void> cost(const Options& options, CommandContext& context)
{
    const CountingConvention* convention = findConvention(options.convention);
    if (!options.convention.empty() && !convention)
        return Error{ErrorCode::InvalidArgument,
                     QT_TRANSLATE_NOOP("core", "unknown convention '%1'"),
                     {options.convention}};
    RETURN_IF_ERROR(options.details.check());
    ASSIGN_OR_RETURN(BranchRequest request, options.experiment.described());
    RETURN_IF_ERROR(options.experiment.open(request, context));
    const Extent size = request.sizeOrArticle();
    if (request.spec && !options.details.formulas.empty())
        return Error{ErrorCode::Unsupported,
                     QT_TRANSLATE_NOOP("core", "formulas are of named branches, not of a file"),
                     {}};
    if (options.details.isAskedFor())
        return printCostDetails(options.details, request.experiment, size, branchesOf(request),
                                context);
    if (request.kind || request.spec)
        return costOfOne(request.branch(), size, convention, context);
    return costOfBoth(request.experiment, size, convention, context);
}

} // namespace

void addCost(CLI::App& app, CommandContext& context)
{
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(
        "cost", "parameters, arithmetic and memory; of both branches when none is named");
    context.addCommonOptions(*command);
    options->experiment.addTo(*command, ExperimentOptions::Parts::Branch);
    command->add_option("--convention", options->convention,
                        "also count as a tool does: weights, fvcore, thop, netscope, torchinfo, "
                        "ptflops, torch, calflops");
    options->details.addTo(*command);
    command->callback([options, &context] {
        context.action = [options, &context] { return cost(*options, context); };
    });
}

} // namespace factorscope
