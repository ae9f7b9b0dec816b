#include "core/collapse/collapse.h"
#include "app/experiment_options.h"
#include "app/number_text.h"
#include "core/branch/executor.h"
#include "core/branch/layer_traits.h"
#include "core/collapse/comparison.h"
#include "core/collapse/slope_study.h"
#include "core/experiment/prepare.h"
#include "core/file/output_files.h"
#include "core/weights/npy.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace factorscope {
namespace {

constexpr int kMostSlopes = 1001;

struct Options {
    ExperimentOptions experiment;
    std::string output;
    std::string bias;
    std::string padding = std::string(kBorderPaddingNames.front());
    bool isStrict = false;
    std::optional<int> slopes; ///< points of the curve

    BetweenLayers between() const
    {
        return isStrict ? BetweenLayers::Refuse : BetweenLayers::LeaveOut;
    }
};

/// The convolution and how well it stands for the stack.
struct Outcome {
    std::string branch;
    std::string inputName;
    BorderPadding padding = BorderPadding::Same;
    Collapsed collapsed;
    CollapseComparison comparison;
    std::vector<SlopeErrors> curve; ///< where it was asked for

    Extent inputSize{}; ///< that both ran on
    std::int64_t ring() const { return collapsed.ring.widest(); }
};

Result<void> requireSlopes(const std::optional<int>& slopes)
{
    if (!slopes || (*slopes >= 2 && *slopes <= kMostSlopes))
        return {};
    return Error{ErrorCode::InvalidArgument,
                 QT_TRANSLATE_NOOP("core", "the number of slopes %1 is not from 2 to %2"),
                 {std::to_string(*slopes), std::to_string(kMostSlopes)}};
}

std::string listText(const std::vector<std::string>& words)
{
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

std::vector<std::string> pathTexts(const std::vector<LayerPath>& paths)
{
    std::vector<std::string> texts;
    std::ranges::transform(paths, std::back_inserter(texts), pathText);
    return texts;
}

std::vector<std::string> trailingNames(const Collapsed& collapsed)
{
    std::vector<std::string> names;
    for (const Layer& layer : collapsed.trailing)
        names.emplace_back(opName(layer));
    return names;
}

Json jsonOf(Extent extent)
{
    return Json::array({extent.height, extent.width});
}

Json jsonOf(const Ring& ring)
{
    return {{"top", ring.top}, {"left", ring.left}, {"bottom", ring.bottom}, {"right", ring.right}};
}

Json jsonOf(const std::vector<SlopeErrors>& curve)
{
    Json points = Json::array();
    for (const SlopeErrors& point : curve)
        points.push_back({{"slope", point.slope},
                          {"relative_error", point.relative},
                          {"max_error", point.interior}});
    return points;
}

Json jsonOf(const Outcome& outcome)
{
    const AffineMap& map = outcome.collapsed.map;
    const CollapseComparison& comparison = outcome.comparison;
    return {{"branch", outcome.branch},
            {"kernel", jsonOf(map.kernel)},
            {"shape", outcome.collapsed.weights().shape().sizes()},
            {"stride", jsonOf(map.stride)},
            {"padding", jsonOf(map.padding)},
            {"border", kBorderPaddingNames[static_cast<std::size_t>(outcome.padding)]},
            {"ring", outcome.ring()},
            {"ring_sides", jsonOf(comparison.ring)},
            {"max_interior_error", comparison.maxInteriorError},
            {"max_ring_error", comparison.maxRingError},
            {"interior_pixels", comparison.interiorPixels},
            {"ring_pixels", comparison.ringPixels},
            {"left_out", pathTexts(outcome.collapsed.leftOut)},
            {"trailing", trailingNames(outcome.collapsed)},
            {"input", outcome.inputName},
            {"size", jsonOf(outcome.inputSize)}};
}

std::string textOf(const std::vector<SlopeErrors>& curve)
{
    std::vector<std::vector<std::string>> rows{{"slope", "relative error", "largest error"}};
    for (const SlopeErrors& point : curve)
        rows.push_back({significantText(point.slope, 4), significantText(point.relative, 3),
                        significantText(point.interior, 3)});
    return tableText(rows);
}

std::string textOf(const Outcome& outcome)
{
    const AffineMap& map = outcome.collapsed.map;
    const CollapseComparison& comparison = outcome.comparison;
    std::string text = outcome.branch + ": one convolution of "
        + outcome.collapsed.weights().shape().text() + ", stride " + map.stride.text()
        + ", padding " + map.padding.text();
    const std::vector<std::string> trailing = trailingNames(outcome.collapsed);
    text += (trailing.empty() ? "" : ", then " + listText(trailing)) + "\n";
    text += "on " + outcome.inputName + " at " + outcome.inputSize.text()
        + ", relative to the largest output:\n";
    text += "  inside, " + groupedText(comparison.interiorPixels) + " pixels: off by at most "
        + significantText(comparison.maxInteriorError, 3) + "\n";
    text += "  ring of " + std::to_string(outcome.ring()) + ", "
        + groupedText(comparison.ringPixels) + " pixels: off by at most "
        + significantText(comparison.maxRingError, 3) + "\n";
    return text + explanation(outcome.padding) + "\n";
}

/// What a comparison on nothing in particular runs on.
Extent defaultSize(const BranchRequest& request, const Collapsed& collapsed)
{
    constexpr std::int64_t kLeast = 64;
    if (request.experiment.size.height > 0)
        return request.experiment.size;
    return {std::max(kLeast, 2 * collapsed.map.kernel.height),
            std::max(kLeast, 2 * collapsed.map.kernel.width)};
}

/// The input that was asked for; numbers drawn after the weights where none was.
Result<SharedTensor> inputFor(const BranchRequest& request, Outcome& outcome,
                              TorchGenerator& generator, CommandContext& context)
{
    Experiment experiment = request.experiment;
    outcome.inputName = request.inputName;
    if (!experiment.inputTensor && !experiment.picture) {
        experiment.lift = Lift::Randn;
        experiment.size = defaultSize(request, outcome.collapsed);
        outcome.inputName = "seeded normal numbers";
    }
    return inputOf(experiment, outcome.collapsed.map.inChannels, generator,
                   context.memoryLimitBytes(), context.interrupt().token());
}

Result<Outcome> collapsedAndCompared(const Options& options, const BranchRequest& request,
                                     BorderPadding padding, CommandContext& context)
{
    const Experiment& experiment = request.experiment;
    const std::int64_t limit = context.memoryLimitBytes();
    Outcome outcome;
    outcome.padding = padding;
    ASSIGN_OR_RETURN(const BranchSpec spec, withBorderPadding(request.branch(), padding));
    outcome.branch = spec.name;
    TorchGenerator generator(experiment.seed);
    ASSIGN_OR_RETURN(const SharedWeights weights,
                     request.spec ? weightsOf(experiment, *request.spec, generator, limit)
                                  : weightsOf(experiment, *request.kind, generator, limit));
    ASSIGN_OR_RETURN(outcome.collapsed,
                     collapse(spec, *weights, options.between(), context.compute()));
    ASSIGN_OR_RETURN(const SharedTensor input, inputFor(request, outcome, generator, context));
    outcome.inputSize = {input->shape()[2], input->shape()[3]};
    ASSIGN_OR_RETURN(outcome.comparison,
                     compared(spec, *weights, outcome.collapsed, input, experiment.algorithm,
                              context.compute()));
    if (options.slopes) {
        ASSIGN_OR_RETURN(const SlopeStudy study,
                         studySlopes(spec, *weights, outcome.collapsed, input, experiment.algorithm,
                                     context.compute()));
        ASSIGN_OR_RETURN(outcome.curve,
                         slopeCurve(study, {}, *options.slopes - 1, context.compute()));
        std::ranges::reverse(outcome.curve); // from linear on
    }
    return outcome;
}

void report(const Options& options, const Outcome& outcome, CommandContext& context)
{
    const std::vector<LayerPath>& leftOut = outcome.collapsed.leftOut;
    if (!leftOut.empty())
        context.warn(std::string(leftOut.size() == 1 ? "the activation at layer "
                                                     : "the activations at layers ")
                     + listText(pathTexts(leftOut)) + " of '" + outcome.branch
                     + "' left out: the convolution is that of the linear stack");
    if (std::isnan(outcome.comparison.maxInteriorError)
        || std::isnan(outcome.comparison.maxRingError))
        context.warn("the outputs that are compared have values that are not finite");
    if (context.json()) {
        Json json = jsonOf(outcome);
        if (!outcome.curve.empty())
            json["slopes"] = jsonOf(outcome.curve);
        printJson(json);
        return;
    }
    print(textOf(outcome));
    if (!outcome.curve.empty())
        print(textOf(outcome.curve));
    for (const std::string& path : {options.output, options.bias})
        if (!path.empty())
            print("wrote " + path + "\n");
}

Result<void> collapse(const Options& options, CommandContext& context)
{
    ASSIGN_OR_RETURN(const BorderPadding padding, borderPaddingFromText(options.padding));
    RETURN_IF_ERROR(requireSlopes(options.slopes));
    RETURN_IF_ERROR(options.experiment.requireBranch());
    ASSIGN_OR_RETURN(BranchRequest request, options.experiment.described());
    RETURN_IF_ERROR(options.experiment.open(request, context));
    ASSIGN_OR_RETURN(const Outcome outcome,
                     collapsedAndCompared(options, request, padding, context));
    const std::stop_token stop = context.interrupt().token();
    OutputFiles files;
    const Interrupt::Files guarded(context.interrupt(), files);
    RETURN_IF_ERROR(addNpy(files, options.output, outcome.collapsed.weights(), stop));
    if (!options.bias.empty()) {
        RETURN_IF_ERROR(addNpy(files, options.bias, outcome.collapsed.bias(), stop));
    }
    report(options, outcome, context);
    return context.commit(files);
}

} // namespace

void addCollapse(CLI::App& app, CommandContext& context)
{
    auto options = std::make_shared<Options>();
    CLI::App* command
        = app.add_subcommand("collapse", "the one convolution that a linear stack equals");
    context.addCommonOptions(*command);
    options->experiment.addTo(*command, ExperimentOptions::Parts::BranchWeightsAndInput);
    command->add_option("--output", options->output, "the kernel (C_out,C_in,kh,kw), FILE.npy")
        ->required();
    command->add_option("--bias", options->bias, "its bias (C_out), FILE.npy");
    command->add_flag("--strict", options->isStrict,
                      "an activation between is an error; without this it is left out");
    command->add_option("--padding", options->padding,
                        "same: as the layers pad; valid: none pads; once: the first pads for all");
    command->add_option(
        "--slopes", options->slopes,
        "also the error at so many slopes of the activation between, from linear (1) "
        "to ReLU (0), inside the ring");
    command->callback([options, &context] {
        context.action = [options, &context] { return collapse(*options, context); };
    });
}

} // namespace factorscope
