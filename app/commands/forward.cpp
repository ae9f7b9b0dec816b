#include "app/experiment_options.h"
#include "app/number_text.h"
#include "core/experiment/evaluate.h"
#include "core/file/output_files.h"
#include "core/weights/npy.h"

#include <filesystem>

namespace factorscope {
namespace {

struct Options {
    ExperimentOptions experiment;
    std::string output;
    std::string activations;
};

Result<void> writeResults(const Options& options, const BranchRun& run, CommandContext& context)
{
    const Interrupt::Writing writing(context.interrupt());
    const std::stop_token stop = context.interrupt().token();
    OutputFiles files;
    if (!options.activations.empty()) {
        const std::filesystem::path directory = options.activations;
        RETURN_IF_ERROR(files.addDirectory(directory));
        for (std::size_t i = 0; i < run.layers.size(); ++i) {
            RETURN_IF_ERROR(addNpy(files, directory / (std::to_string(i) + ".npy"),
                                   *run.layers[i].activation, stop));
        }
    }
    RETURN_IF_ERROR(addNpy(files, options.output, *run.output, stop));
    return files.commit();
}

std::string algorithms(const BranchRun& run)
{
    std::string text;
    for (const LayerRun& layer : run.layers) {
        if (!layer.algorithm.empty() && text.find(layer.algorithm) == std::string::npos)
            text += (text.empty() ? "" : ", ") + layer.algorithm;
    }
    return text;
}

void report(const Options& options, const BranchEvaluation& evaluation, CommandContext& context)
{
    const Shape& shape = evaluation.run.output->shape();
    const auto count = [](const NonFinite& values) {
        return std::to_string(values.nan) + " NaN and " + std::to_string(values.infinite) + " infinite values";
    };
    if (evaluation.inWeights != NonFinite{})
        printMessage("warning", "the weights have " + count(evaluation.inWeights));
    if (evaluation.inOutput != NonFinite{})
        printMessage("warning", "the output has " + count(evaluation.inOutput));
    if (context.json()) {
        printJson(Json{{"branch", evaluation.spec.name},
                   {"output", options.output},
                   {"shape", shape.sizes()},
                   {"algorithm", algorithms(evaluation.run)},
                   {"threads", context.compute().team.size()},
                   {"milliseconds", evaluation.run.milliseconds},
                   {"nan", evaluation.inOutput.nan},
                   {"infinite", evaluation.inOutput.infinite}});
        return;
    }
    print(evaluation.spec.name + ": " + evaluation.input->shape().text() + " to " + shape.text()
          + " in " + fixedText(evaluation.run.milliseconds, 1) + " ms, "
          + groupedText(evaluation.cost.total.macs) + " MACs an image\n");
    print("wrote " + options.output + "\n");
}

Result<void> forward(const Options& options, CommandContext& context)
{
    ASSIGN_OR_RETURN(const BranchRequest request, options.experiment.resolve(context));
    const Experiment& experiment = request.experiment;
    const bool isRandom = experiment.lift == Lift::Randn;
    if (!request.kind && !request.spec)
        return Error{ErrorCode::InvalidArgument, QT_TRANSLATE_NOOP("core", "--branch is missing"), {}};
    if (!isRandom && !options.experiment.hasInput())
        return Error{ErrorCode::InvalidArgument, QT_TRANSLATE_NOOP("core", "--input is missing"), {}};
    if (isRandom && experiment.size.height == 0)
        return Error{ErrorCode::InvalidArgument, QT_TRANSLATE_NOOP("core", "--size is missing"), {}};
    const Capture capture = options.activations.empty() ? Capture::Output : Capture::Activations;
    ASSIGN_OR_RETURN(const BranchEvaluation evaluation,
                     request.spec ? evaluateBranch(experiment, *request.spec, capture, context.compute())
                                  : evaluateBranch(experiment, *request.kind, capture, context.compute()));
    RETURN_IF_ERROR(writeResults(options, evaluation.run, context));
    report(options, evaluation, context);
    return {};
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
