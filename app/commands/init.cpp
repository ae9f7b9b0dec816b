#include "app/experiment_options.h"
#include "core/branch/executor.h"
#include "core/experiment/prepare.h"
#include "core/file/output_files.h"
#include "core/weights/safetensors.h"

namespace factorscope {
namespace {

struct Options {
    ExperimentOptions experiment;
    std::string output;
};

void report(const Options& options, const TensorMap& weights, const CommandContext& context)
{
    if (!context.json()) {
        print("wrote " + options.output + "\n");
        return;
    }
    Json tensors = Json::object();
    for (const auto& [name, tensor] : weights)
        tensors[name] = tensor.shape().sizes();
    printJson(Json{{"output", options.output}, {"tensors", tensors}});
}

Result<void> init(const Options& options, CommandContext& context)
{
    ASSIGN_OR_RETURN(BranchRequest request, options.experiment.described());
    RETURN_IF_ERROR(options.experiment.requireBranch());
    RETURN_IF_ERROR(options.experiment.open(request, context));
    const std::int64_t limit = context.memoryLimitBytes();
    TorchGenerator generator(request.experiment.seed);
    ASSIGN_OR_RETURN(const SharedWeights weights,
                     request.spec ? weightsOf(request.experiment, *request.spec, generator, limit)
                                  : weightsOf(request.experiment, *request.kind, generator, limit));
    RETURN_IF_ERROR(requireWeights(request.branch(), *weights));
    OutputFiles files;
    const Interrupt::Files guarded(context.interrupt(), files);
    RETURN_IF_ERROR(addSafetensors(files, options.output, *weights, context.interrupt().token()));
    report(options, *weights, context);
    return context.commit(files);
}

} // namespace

void addInit(CLI::App& app, CommandContext& context)
{
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("init", "write the weights of a branch");
    context.addCommonOptions(*command);
    options->experiment.addTo(*command, ExperimentOptions::Parts::BranchAndWeights);
    command->add_option("--output", options->output, "FILE.safetensors")->required();
    command->callback([options, &context] {
        context.action = [options, &context] { return init(*options, context); };
    });
}

} // namespace factorscope
