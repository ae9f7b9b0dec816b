#include "app/experiment_options.h"
#include "app/number_text.h"
#include "core/branch/executor.h"
#include "core/experiment/prepare.h"
#include "core/file/output_files.h"
#include "core/fit/representation.h"
#include "core/timing/timing.h"
#include "core/weights/kernel_text.h"
#include "core/weights/npy.h"
#include "core/weights/safetensors.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace factorscope {
namespace {

struct Options {
    ExperimentOptions experiment;
    std::string target;
    std::string output;
    bool isLinear = false;
    int steps = FitOptions{}.steps;
    std::optional<int> starts;
    int curve = 0; ///< up to so many mid channels; 0: one fit
};

/// What is to be approximated.
struct Target {
    Tensor bank; ///< (C_out,C_in,5,5)
    std::optional<Tensor> bias;
};

Error invalid(const char* text, std::vector<std::string> arguments)
{
    return {ErrorCode::InvalidArgument, text, std::move(arguments)};
}

/// What the command line alone decides.
Result<void> requireOptions(const Options& options, const BranchRequest& request)
{
    const Experiment& experiment = request.experiment;
    if (!options.isLinear)
        return invalid(QT_TRANSLATE_NOOP("core", "only the linear fit is there: add --linear"), {});
    const bool isOther = request.kind && *request.kind != BranchKind::Original
        && *request.kind != BranchKind::Decomposed;
    if (isOther || options.experiment.hasBranchFile())
        return invalid(QT_TRANSLATE_NOOP("core", "fit is for the branch 'decomposed' only"), {});
    if (experiment.batchNorm || experiment.residual != ResidualKind::None)
        return invalid(
            QT_TRANSLATE_NOOP("core", "the linear fit is without BatchNorm and residual"), {});
    if (!options.target.empty() && (experiment.kernels || options.experiment.hasWeights()))
        return invalid(
            QT_TRANSLATE_NOOP("core",
                              "the kernels come from '%1' or from --kernels or --weights, not "
                              "both"),
            {options.target});
    if (options.curve > 0 && !options.output.empty())
        return invalid(QT_TRANSLATE_NOOP("core", "--curve writes no weights to '%1'"),
                       {options.output});
    return {};
}

/// One hand-made kernel is one kernel, unless channels are named.
void chooseChannels(const ExperimentOptions& options, Experiment& experiment)
{
    const bool isOneKernel = experiment.kernels && *experiment.kernels != HandMade::Matched;
    if (!isOneKernel || options.hasPreset() || options.names("in-channels")
        || options.names("out-channels"))
        return;
    experiment.inChannels = 1;
    experiment.outChannels = 1;
    if (!options.names("mid-channels"))
        experiment.midChannels = 1;
}

/// The numbers themselves, a text file with those of one kernel, or FILE.npy with one or a bank.
Result<Tensor> openTarget(const std::string& target, CommandContext& context)
{
    if (isTypedKernel(target)) {
        ASSIGN_OR_RETURN(const Kernel5x5 kernel, typedKernel(target));
        return bankOfKernel(kernel)->clone();
    }
    context.noteFileOpened();
    ASSIGN_OR_RETURN(const bool isNpy, isNpyFile(target));
    if (isNpy)
        return readNpy(target, context.memoryLimitBytes(), context.interrupt().token());
    ASSIGN_OR_RETURN(const Kernel5x5 kernel, readKernel(target));
    return bankOfKernel(kernel)->clone();
}

Result<Target> readTarget(const Options& options, BranchRequest& request, CommandContext& context)
{
    ASSIGN_OR_RETURN(Tensor bank, openTarget(options.target, context));
    if (bank.shape() == Shape{5, 5})
        bank.reshape({1, 1, 5, 5});
    const Shape& shape = bank.shape();
    if (shape.rank() != 4 || shape[0] < 1 || shape[1] < 1 || shape[2] != 5 || shape[3] != 5)
        return Error{
            ErrorCode::Shape,
            QT_TRANSLATE_NOOP("core", "'%1' has the shape %2, not 5x5 or (C_out,C_in,5,5)"),
            {options.target, shape.text()}};
    if (!std::ranges::all_of(bank.values(), [](float value) { return std::isfinite(value); }))
        return Error{ErrorCode::Format,
                     QT_TRANSLATE_NOOP("core", "'%1' has values that are no numbers"),
                     {options.target}};
    Experiment& experiment = request.experiment;
    const auto differs = [&](const char* name, std::int64_t asked, std::int64_t there) {
        return options.experiment.names(name) && asked != there;
    };
    if (differs("in-channels", experiment.inChannels, shape[1])
        || differs("out-channels", experiment.outChannels, shape[0]))
        return Error{
            ErrorCode::Shape,
            QT_TRANSLATE_NOOP("core", "'%1' has %2 input and %3 output channels, not %4 and %5"),
            {options.target, std::to_string(shape[1]), std::to_string(shape[0]),
             std::to_string(experiment.inChannels), std::to_string(experiment.outChannels)}};
    if (!options.experiment.names("mid-channels"))
        experiment.midChannels = shape[0];
    return Target{std::move(bank), {}};
}

/// The 5×5 of the experiment.
Result<Target> originalTarget(const BranchRequest& request, CommandContext& context)
{
    TorchGenerator generator(request.experiment.seed);
    ASSIGN_OR_RETURN(
        const SharedWeights weights,
        weightsOf(request.experiment, BranchKind::Original, generator, context.memoryLimitBytes()));
    RETURN_IF_ERROR(requireWeights(branchSpec(request.experiment, BranchKind::Original), *weights));
    Target target{weights->at("branch.0.weight").clone(), {}};
    if (const auto bias = weights->find("branch.0.bias"); bias != weights->end())
        target.bias = bias->second.clone();
    return target;
}

/// A line on stderr now and then; none where it is quick.
class ProgressLines {
public:
    void tell(const std::string& sentence)
    {
        constexpr double kPauseMs = 1000.0;
        if (millisecondsSince(m_last) < kPauseMs)
            return;
        m_last = Clock::now();
        printMessage("progress", sentence);
    }

private:
    Clock::time_point m_last = Clock::now();
};

Json jsonOf(const std::vector<FitStep>& steps)
{
    Json rows = Json::array();
    for (const FitStep& step : steps)
        rows.push_back(
            {{"step", step.step}, {"loss", step.loss}, {"relative_error", step.relativeError}});
    return rows;
}

std::string kernelText(const Tensor& kernel)
{
    std::vector<std::vector<std::string>> rows;
    for (std::size_t y = 0; y < 5; ++y) {
        rows.push_back({""});
        for (std::size_t x = 0; x < 5; ++x)
            rows.back().push_back(fixedText(kernel.values()[y * 5 + x], 5));
    }
    return tableText(rows);
}

std::string errorText(double relativeError)
{
    constexpr double kReadable = 1e-6;
    return relativeError < kReadable ? "below 0.000001" : fixedText(relativeError, 6);
}

std::string textOf(const BankFit& fit, const Tensor& bank)
{
    const std::int64_t out = bank.shape()[0];
    const std::int64_t in = bank.shape()[1];
    const std::int64_t mid = fit.first->shape()[0];
    std::string text = std::to_string(in) + " -> " + std::to_string(mid) + " -> "
        + std::to_string(out) + ", linear: relative error " + errorText(fit.relativeError)
        + "\n  start " + std::to_string(fit.winner + 1) + " of " + std::to_string(fit.starts)
        + ", which " + std::to_string(fit.reached) + " reach within 1 %, "
        + std::to_string(fit.steps.size() - 1) + " steps, " + fixedText(fit.milliseconds, 0)
        + " ms\n  free numbers: " + groupedText(stackFreedom(in, mid, out)) + " at most of "
        + groupedText(25 * in * out) + "; by count C_mid = "
        + std::to_string(leastMidChannelsByFreedom(in, out)) + " suffices\n";
    if (in == 1 && out == 1)
        text += "  the 5x5 that the stack equals:\n" + kernelText(*fit.approximation);
    return text;
}

Json jsonOf(const std::vector<BankFit>& curve, const Tensor& bank)
{
    Json rows = Json::array();
    for (const BankFit& fit : curve) {
        const std::int64_t mid = fit.first->shape()[0];
        rows.push_back({{"mid_channels", mid},
                        {"relative_error", fit.relativeError},
                        {"freedom", stackFreedom(bank.shape()[1], mid, bank.shape()[0])},
                        {"freedom_of_target", bank.elements()},
                        {"starts", fit.starts},
                        {"milliseconds", fit.milliseconds}});
    }
    return rows;
}

std::string textOf(const std::vector<BankFit>& curve, const Tensor& bank)
{
    std::vector<std::vector<std::string>> rows{
        {"C_mid", "relative error", "free numbers", "of", "starts", "ms"}};
    for (const BankFit& fit : curve) {
        const std::int64_t mid = fit.first->shape()[0];
        rows.push_back({std::to_string(mid), errorText(fit.relativeError),
                        groupedText(stackFreedom(bank.shape()[1], mid, bank.shape()[0])),
                        groupedText(bank.elements()), std::to_string(fit.starts),
                        fixedText(fit.milliseconds, 0)});
    }
    return tableText(rows);
}

/// Residuals for C_mid = 1, 2, …
Result<void> printCurve(const Target& target, FitOptions fitOptions, CommandContext& context)
{
    ProgressLines lines;
    ASSIGN_OR_RETURN(
        const std::vector<BankFit> curve,
        bankFitCurve(target.bank, fitOptions, context.compute(), [&](const BankFit& fit) {
            lines.tell("C_mid = " + std::to_string(fit.first->shape()[0]) + ": relative error "
                       + errorText(fit.relativeError));
        }));
    if (context.json())
        printJson(jsonOf(curve, target.bank));
    else
        print(textOf(curve, target.bank));
    return {};
}

/// Names as of a branch with nothing between its halves, unless --between says what stands there.
Result<void> addWeights(OutputFiles& files, const Options& options, const Experiment& experiment,
                        const Target& target, const BankFit& fit, CommandContext& context)
{
    BranchOptions branch = branchOptions(experiment, BranchKind::Decomposed);
    if (!options.experiment.names("between"))
        branch.between = Between::None;
    branch.outChannels = target.bank.shape()[0];
    branch.inChannels = target.bank.shape()[1];
    const TensorMap weights = stackWeights(fit, branch, target.bias ? &*target.bias : nullptr);
    return addSafetensors(files, options.output, weights, context.interrupt().token());
}

Result<void> fitOnce(const Options& options, const Experiment& experiment, const Target& target,
                     const FitOptions& fitOptions, CommandContext& context)
{
    ProgressLines lines;
    ASSIGN_OR_RETURN(
        const BankFit fit,
        fitKernels(target.bank, fitOptions, context.compute(), [&](const FitProgress& progress) {
            lines.tell(std::to_string(progress.starts) + " starts, relative error "
                       + errorText(progress.relativeError));
        }));
    OutputFiles files;
    const Interrupt::Files guarded(context.interrupt(), files);
    if (!options.output.empty()) {
        RETURN_IF_ERROR(addWeights(files, options, experiment, target, fit, context));
    }
    if (context.json())
        printJson(jsonOf(fit.steps));
    else
        print(textOf(fit, target.bank));
    return context.commit(files);
}

Result<void> fit(const Options& options, CommandContext& context)
{
    ASSIGN_OR_RETURN(BranchRequest request, options.experiment.described());
    RETURN_IF_ERROR(requireOptions(options, request));
    request.kind = BranchKind::Original; // whose weights are the target
    chooseChannels(options.experiment, request.experiment);
    RETURN_IF_ERROR(options.experiment.open(request, context));
    ASSIGN_OR_RETURN(const Target target,
                     options.target.empty() ? originalTarget(request, context)
                                            : readTarget(options, request, context));
    const Experiment& experiment = request.experiment;
    FitOptions fitOptions{.midChannels = static_cast<int>(experiment.midChannels),
                          .starts = options.starts,
                          .steps = options.steps,
                          .seed = experiment.seed};
    if (options.curve == 0)
        return fitOnce(options, experiment, target, fitOptions, context);
    fitOptions.midChannels = options.curve;
    return printCurve(target, fitOptions, context);
}

} // namespace

void addFit(CLI::App& app, CommandContext& context)
{
    auto options = std::make_shared<Options>();
    CLI::App* command
        = app.add_subcommand("fit", "the two 3x3 that come closest to a 5x5, or to a bank of them");
    command->footer("The target is the 5x5 of the experiment: --kernels, --weights of an original "
                    "branch, or the seeded one; or --target. One hand-made kernel is fitted with 1 "
                    "-> 1 -> 1 channels unless channels are named.\n--json prints the way of the "
                    "best start as [{step, loss, relative_error}], the last being the result; the "
                    "loss is the sum of squared differences.");
    context.addCommonOptions(*command);
    options->experiment.addTo(*command, ExperimentOptions::Parts::BranchAndWeights);
    command->add_flag("--linear", options->isLinear, "with nothing between the two 3x3");
    command->add_option("--target", options->target,
                        "kernels to come close to: FILE.npy of (5,5) or (C_out,C_in,5,5), a text "
                        "file with 25 numbers, or the numbers themselves");
    command->add_option("--steps", options->steps, "of one start, at most")
        ->check(CLI::Range(1, kMostSteps));
    command
        ->add_option("--starts", options->starts,
                     "at random; 300 for one kernel, for a bank as many as pay")
        ->check(CLI::Range(0, kMostStarts));
    command->add_option("--curve", options->curve, "instead the errors for C_mid = 1 ... N")
        ->check(CLI::Range(1, kMostMidChannels));
    command->add_option("--output", options->output,
                        "the fit as weights of the branch decomposed with --between none, "
                        "FILE.safetensors");
    command->callback([options, &context] {
        context.action = [options, &context] { return fit(*options, context); };
    });
}

} // namespace factorscope
