#include "app/experiment_options.h"
#include "app/number_text.h"
#include "core/experiment/evaluate.h"
#include "core/experiment/prepare.h"
#include "core/file/output_files.h"
#include "core/weights/npy.h"

#include <algorithm>
#include <filesystem>

namespace factorscope {
namespace {

struct Options {
    ExperimentOptions experiment;
    std::string output;
    std::string activations;
};

Result<void> addResults(OutputFiles& files, const Options& options, const BranchRun& run,
                        const std::stop_token& stop)
{
    if (!options.activations.empty()) {
        const std::filesystem::path directory = options.activations;
        RETURN_IF_ERROR(files.addDirectory(directory));
        for (std::size_t i = 0; i < run.layers.size(); ++i) {
            RETURN_IF_ERROR(addNpy(files, directory / (std::to_string(i) + ".npy"),
                                   *run.layers[i].activation, stop));
        }
    }
    return addNpy(files, options.output, *run.output, stop);
}

/// Each algorithm once, in the order of the layers.
void collectAlgorithms(const std::vector<LayerRun>& layers, std::vector<std::string>& names)
{
    for (const LayerRun& layer : layers) {
        if (!layer.algorithm.empty() && std::ranges::find(names, layer.algorithm) == names.end())
            names.push_back(layer.algorithm);
        collectAlgorithms(layer.body, names);
    }
}

std::string algorithms(const BranchRun& run)
{
    std::vector<std::string> names;
    collectAlgorithms(run.layers, names);
    std::string text;
    for (const std::string& name : names)
        text += (text.empty() ? "" : ", ") + name;
    return text;
}

Json jsonOf(const NonFinite& values)
{
    return {{"nan", values.nan}, {"infinite", values.infinite}};
}

void report(const Options& options, const BranchEvaluation& evaluation, CommandContext& context)
{
    const Shape& shape = evaluation.run.output->shape();
    const auto count = [](const NonFinite& values) {
        return std::to_string(values.nan) + " NaN and " + std::to_string(values.infinite)
            + " infinite values";
    };
    if (evaluation.inWeights != NonFinite{})
        context.warn("the weights have " + count(evaluation.inWeights));
    if (evaluation.inOutput != NonFinite{})
        context.warn("the output has " + count(evaluation.inOutput));
    if (context.json()) {
        printJson(Json{{"branch", evaluation.spec.name},
                       {"output", options.output},
                       {"shape", shape.sizes()},
                       {"algorithm", algorithms(evaluation.run)},
                       {"threads", context.compute().team.size()},
                       {"milliseconds", evaluation.run.milliseconds},
                       {"nan", evaluation.inOutput.nan},
                       {"infinite", evaluation.inOutput.infinite},
                       {"in_weights", jsonOf(evaluation.inWeights)}});
        return;
    }
    print(evaluation.spec.name + ": " + evaluation.input->shape().text() + " to " + shape.text()
          + " in " + fixedText(evaluation.run.milliseconds, 1) + " ms, "
          + groupedText(evaluation.cost.total.macs) + " MACs an image\n");
    print("wrote " + options.output + "\n");
}

/// What the command line must have and has not.
Result<void> requireOptions(const Options& options, const Experiment& experiment)
{
    const bool isRandom = experiment.lift == Lift::Randn;
    RETURN_IF_ERROR(options.experiment.requireBranch());
    if (!isRandom && !options.experiment.hasInput())
        return Error{
            ErrorCode::InvalidArgument, QT_TRANSLATE_NOOP("core", "--input is missing"), {}};
    if (isRandom && experiment.size.height == 0)
        return Error{
            ErrorCode::InvalidArgument, QT_TRANSLATE_NOOP("core", "--size is missing"), {}};
    return {};
}

Result<void> forward(const Options& options, CommandContext& context)
{
    ASSIGN_OR_RETURN(BranchRequest request, options.experiment.described());
    Experiment& experiment = request.experiment;
    RETURN_IF_ERROR(requireOptions(options, experiment));
    RETURN_IF_ERROR(options.experiment.open(request, context));
    RETURN_IF_ERROR(liftPicture(experiment, request.branch().inChannels, context.memoryLimitBytes(),
                                context.interrupt().token()));
    const Capture capture = options.activations.empty() ? Capture::Output : Capture::Activations;
    ASSIGN_OR_RETURN(const BranchEvaluation evaluation,
                     request.spec
                         ? evaluateBranch(experiment, *request.spec, capture, context.compute())
                         : evaluateBranch(experiment, *request.kind, capture, context.compute()));
    OutputFiles files;
    const Interrupt::Files guarded(context.interrupt(), files);
    RETURN_IF_ERROR(addResults(files, options, evaluation.run, context.interrupt().token()));
    report(options, evaluation, context);
    return context.commit(files);
}

} // namespace

void addForward(CLI::App& app, CommandContext& context)
{
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("forward", "run a branch and write what it makes");
    context.addCommonOptions(*command);
    options->experiment.addTo(*command, ExperimentOptions::Parts::BranchWeightsAndInput);
    command->add_option("--output", options->output, "the output, FILE.npy")->required();
    command->add_option("--activations", options->activations,
                        "a folder for <layer>.npy after each layer");
    command->callback([options, &context] {
        context.action = [options, &context] { return forward(*options, context); };
    });
}

} // namespace factorscope
