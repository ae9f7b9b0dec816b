#include "core/branch/backward.h"
#include "app/experiment_options.h"
#include "app/number_text.h"
#include "core/experiment/evaluate.h"
#include "core/experiment/prepare.h"
#include "core/file/output_files.h"
#include "core/tensor/memory.h"
#include "core/weights/npy.h"
#include "core/weights/safetensors.h"

namespace factorscope {
namespace {

struct Options {
    ExperimentOptions experiment;
    std::string cotangent;
    std::string inputGradient;
    std::string weightGradients;

    Gradients gradients() const
    {
        return weightGradients.empty() ? Gradients::OfInput : Gradients::OfInputAndParameters;
    }
};

Error missing(const char* text)
{
    return {ErrorCode::InvalidArgument, text, {}};
}

/// What the command line must have and has not.
Result<void> requireOptions(const Options& options, const Experiment& experiment)
{
    RETURN_IF_ERROR(options.experiment.requireBranch());
    const bool isRandom = experiment.lift == Lift::Randn;
    if (!isRandom && !options.experiment.hasInput())
        return missing(QT_TRANSLATE_NOOP("core", "--input is missing"));
    if (isRandom && experiment.size.height == 0)
        return missing(QT_TRANSLATE_NOOP("core", "--size is missing"));
    if (options.inputGradient.empty() && options.weightGradients.empty())
        return missing(
            QT_TRANSLATE_NOOP("core", "neither --grad-input nor --grad-weights is given"));
    return {};
}

void report(const Options& options, const BranchEvaluation& evaluation, const BackwardRun& run,
            CommandContext& context)
{
    if (!context.json()) {
        print(evaluation.spec.name + ": forward in " + fixedText(evaluation.run.milliseconds, 1)
              + " ms, backward in " + fixedText(run.milliseconds, 1) + " ms\n");
        for (const std::string& path : {options.inputGradient, options.weightGradients})
            if (!path.empty())
                print("wrote " + path + "\n");
        return;
    }
    Json gradients = Json::object();
    for (const auto& [name, tensor] : run.parameters)
        gradients[name] = tensor.shape().sizes();
    printJson(Json{{"branch", evaluation.spec.name},
                   {"grad_input", run.input.shape().sizes()},
                   {"gradients", gradients},
                   {"threads", context.compute().team.size()},
                   {"forward_milliseconds", evaluation.run.milliseconds},
                   {"milliseconds", run.milliseconds}});
}

Result<BackwardRun> gradientsOf(const Options& options, const BranchEvaluation& evaluation,
                                const std::string& algorithm, const Tensor& cotangent,
                                CommandContext& context)
{
    RETURN_IF_ERROR(requireMemory(
        backwardBytes(evaluation.spec, evaluation.input->shape(), options.gradients()),
        context.memoryLimitBytes(), QT_TRANSLATE_NOOP("core", "the size or the channels")));
    return runBackward(evaluation.spec, *evaluation.weights, evaluation.input, evaluation.run,
                       cotangent, options.gradients(), algorithm, context.compute());
}

Result<void> backward(const Options& options, CommandContext& context)
{
    ASSIGN_OR_RETURN(BranchRequest request, options.experiment.described());
    Experiment& experiment = request.experiment;
    RETURN_IF_ERROR(requireOptions(options, experiment));
    RETURN_IF_ERROR(options.experiment.open(request, context));
    context.noteFileOpened();
    ASSIGN_OR_RETURN(
        const Tensor cotangent,
        readNpy(options.cotangent, context.memoryLimitBytes(), context.interrupt().token()));
    RETURN_IF_ERROR(liftPicture(experiment, request.branch().inChannels, context.memoryLimitBytes(),
                                context.interrupt().token()));
    ASSIGN_OR_RETURN(
        const BranchEvaluation evaluation,
        request.spec
            ? evaluateBranch(experiment, *request.spec, Capture::Activations, context.compute())
            : evaluateBranch(experiment, *request.kind, Capture::Activations, context.compute()));
    ASSIGN_OR_RETURN(const BackwardRun run,
                     gradientsOf(options, evaluation, experiment.algorithm, cotangent, context));
    OutputFiles files;
    const Interrupt::Files guarded(context.interrupt(), files);
    if (!options.inputGradient.empty()) {
        RETURN_IF_ERROR(
            addNpy(files, options.inputGradient, run.input, context.interrupt().token()));
    }
    if (!options.weightGradients.empty()) {
        RETURN_IF_ERROR(addSafetensors(files, options.weightGradients, run.parameters,
                                       context.interrupt().token()));
    }
    report(options, evaluation, run, context);
    return context.commit(files);
}

} // namespace

void addBackward(CLI::App& app, CommandContext& context)
{
    auto options = std::make_shared<Options>();
    CLI::App* command
        = app.add_subcommand("backward", "the gradients of a branch's input and parameters");
    context.addCommonOptions(*command);
    options->experiment.addTo(*command, ExperimentOptions::Parts::BranchWeightsAndInput);
    command
        ->add_option("--cotangent", options->cotangent,
                     "the gradient that arrives at the output, FILE.npy of its shape")
        ->required();
    command->add_option("--grad-input", options->inputGradient,
                        "the gradient of the input, FILE.npy");
    command->add_option("--grad-weights", options->weightGradients,
                        "the gradients of the parameters by their names, FILE.safetensors");
    command->callback([options, &context] {
        context.action = [options, &context] { return backward(*options, context); };
    });
}

} // namespace factorscope
