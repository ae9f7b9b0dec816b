#include "core/receptive/receptive_field.h"
#include "app/experiment_options.h"
#include "app/number_text.h"
#include "app/position_text.h"
#include "core/branch/executor.h"
#include "core/experiment/deep_branch.h"
#include "core/experiment/prepare.h"
#include "core/file/output_files.h"
#include "core/receptive/effective_field.h"
#include "core/tensor/memory.h"
#include "core/weights/npy.h"

#include <cmath>

namespace factorscope {
namespace {

constexpr std::int64_t kMostBlocks = 64;
constexpr std::int64_t kMostPositions = 65536;

struct Options {
    ExperimentOptions experiment;
    std::string at;
    std::string output;
    bool isEffective = false;
    std::int64_t channel = -1; ///< of the output; none: all
    std::int64_t positions = 1;
    std::int64_t blocks = 1;
};

/// What an output position sees.
struct Seen {
    TheoreticalField field;
    Position at;
    Extent size; ///< of the input
    PathCounts paths;
    std::optional<EffectiveField> effective;
};

Json jsonOf(const PixelBox& box)
{
    return Json::array({box.y0, box.x0, box.y1, box.x1});
}

Json jsonOf(const PathCounts& paths)
{
    Json rows = Json::array();
    for (std::int64_t y = paths.box.y0; y <= paths.box.y1; ++y) {
        Json row = Json::array();
        for (std::int64_t x = paths.box.x0; x <= paths.box.x1; ++x)
            row.push_back(std::llround(paths.at(y, x)));
        rows.push_back(std::move(row));
    }
    return rows;
}

std::string textOf(const PixelBox& box)
{
    return std::to_string(box.y0) + "," + std::to_string(box.x0) + " to " + std::to_string(box.y1)
        + "," + std::to_string(box.x1);
}

std::string textOf(const TheoreticalField& field, const PixelBox& box, const PathCounts& paths)
{
    std::string text = "receptive field " + field.size.text() + ", stride " + field.stride.text()
        + ", padding " + field.padding.text() + "\npixels " + textOf(box) + ", on the image "
        + textOf(paths.box) + "\npaths from each pixel:\n";
    constexpr std::int64_t kReadable = 24;
    if (paths.box.width() > kReadable || paths.box.height() > kReadable)
        return text + "  (" + std::to_string(paths.box.height()) + "x"
            + std::to_string(paths.box.width()) + ", see --json or --output)\n";
    std::vector<std::vector<std::string>> rows;
    for (std::int64_t y = paths.box.y0; y <= paths.box.y1; ++y) {
        rows.push_back({""});
        for (std::int64_t x = paths.box.x0; x <= paths.box.x1; ++x)
            rows.back().push_back(fixedText(paths.at(y, x), 0));
    }
    return text + tableText(rows);
}

std::string textOf(const EffectiveField& field)
{
    if (field.isSilent())
        return "effective field: silent, no input moves any of " + std::to_string(field.outputs)
            + " outputs\n";
    const FieldSpread spread = spreadOf(field);
    std::string text = "effective field of " + std::to_string(field.outputs) + " outputs, "
        + std::to_string(field.silentOutputs) + " of them silent: sigma "
        + fixedText(spread.sigmaY, 4) + " down, " + fixedText(spread.sigmaX, 4)
        + " across\nmass within";
    for (std::size_t r = 0; r < spread.mass.size(); ++r)
        text += ' ' + std::to_string(r) + ": " + fixedText(100.0 * spread.mass[r], 1) + " %"
            + (r + 1 < spread.mass.size() ? "," : "\n");
    return text;
}

Json jsonOf(const EffectiveField& field)
{
    const FieldSpread spread = spreadOf(field);
    return {{"sigma", {spread.sigmaY, spread.sigmaX}},
            {"mass", spread.mass},
            {"silent", field.isSilent()},
            {"outputs", field.outputs},
            {"silent_outputs", field.silentOutputs}};
}

/// The path counts or the effective field of one position on the whole image (H,W); that of
/// several, which lie over each other, by itself.
Result<void> addMap(OutputFiles& files, const std::string& path, const Seen& seen, bool isOfSeveral,
                    CommandContext& context)
{
    const Extent size = isOfSeveral ? seen.effective->size : seen.size;
    RETURN_IF_ERROR(requireMemory(size.height * size.width * std::int64_t{sizeof(float)},
                                  context.memoryLimitBytes(),
                                  QT_TRANSLATE_NOOP("core", "the size")));
    Tensor map = Tensor::zeros({size.height, size.width});
    const PixelBox own = fieldBox(seen.field, seen.at.y, seen.at.x);
    const PixelBox box
        = isOfSeveral ? PixelBox{0, 0, size.height - 1, size.width - 1} : clippedTo(own, size);
    const std::int64_t top = isOfSeveral ? 0 : own.y0;
    const std::int64_t left = isOfSeveral ? 0 : own.x0;
    for (std::int64_t y = box.y0; y <= box.y1; ++y)
        for (std::int64_t x = box.x0; x <= box.x1; ++x)
            map.data()[y * size.width + x] = static_cast<float>(
                seen.effective ? seen.effective->at(y - top, x - left) : seen.paths.at(y, x));
    return addNpy(files, path, map, context.interrupt().token());
}

void report(const Seen& seen, const CommandContext& context)
{
    const auto& [field, at, size, paths, effective] = seen;
    const PixelBox box = fieldBox(field, at.y, at.x);
    if (!context.json()) {
        print(textOf(field, box, paths) + (effective ? textOf(*effective) : ""));
        return;
    }
    Json json{{"size", {field.size.height, field.size.width}},
              {"stride", {field.stride.height, field.stride.width}},
              {"padding", {field.padding.height, field.padding.width}},
              {"at", {at.y, at.x}},
              {"box", jsonOf(box)},
              {"clipped", jsonOf(clippedTo(box, size))},
              {"paths", jsonOf(paths)}};
    if (effective)
        json["effective"] = jsonOf(*effective);
    printJson(json);
}

Error invalid(const char* text, std::vector<std::string> arguments)
{
    return {ErrorCode::InvalidArgument, text, std::move(arguments)};
}

Result<void> requireOptions(const Options& options)
{
    RETURN_IF_ERROR(options.experiment.requireBranch());
    if (options.blocks < 1 || options.blocks > kMostBlocks)
        return invalid(QT_TRANSLATE_NOOP("core", "--blocks is from 1 to %1, not %2"),
                       {std::to_string(kMostBlocks), std::to_string(options.blocks)});
    if (options.blocks > 1 && options.experiment.hasBranchFile())
        return invalid(QT_TRANSLATE_NOOP("core", "--blocks is for the named branches"), {});
    if (options.positions < 1 || options.positions > kMostPositions)
        return invalid(QT_TRANSLATE_NOOP("core", "--positions is from 1 to %1, not %2"),
                       {std::to_string(kMostPositions), std::to_string(options.positions)});
    if (options.positions > 1 && !options.at.empty())
        return invalid(QT_TRANSLATE_NOOP("core", "--positions chooses them itself, without --at"),
                       {});
    if (!options.isEffective && (options.positions > 1 || options.channel >= 0))
        return invalid(QT_TRANSLATE_NOOP("core", "--positions and --channel are for --effective"),
                       {});
    return {};
}

/// Weights of the branch, with those of the blocks behind it.
Result<DeepBranch> weighted(const Options& options, const BranchRequest& request,
                            TorchGenerator& generator, CommandContext& context)
{
    const Experiment& experiment = request.experiment;
    const std::int64_t limit = context.memoryLimitBytes();
    if (request.spec) {
        ASSIGN_OR_RETURN(const SharedWeights weights,
                         weightsOf(experiment, *request.spec, generator, limit));
        RETURN_IF_ERROR(requireWeights(*request.spec, *weights));
        return DeepBranch{*request.spec, weights};
    }
    ASSIGN_OR_RETURN(const SharedWeights weights,
                     weightsOf(experiment, *request.kind, generator, limit));
    RETURN_IF_ERROR(requireWeights(request.branch(), *weights));
    return deepBranch(experiment, *request.kind, options.blocks, weights, limit);
}

/// What was asked for; ones, which every ReLU of positive kernels lets through, where nothing was.
Result<SharedTensor> inputFor(Experiment experiment, std::int64_t channels,
                              TorchGenerator& generator, CommandContext& context)
{
    const bool isGiven
        = experiment.inputTensor || experiment.picture || experiment.lift == Lift::Randn;
    if (!isGiven) {
        const Extent size = experiment.size;
        RETURN_IF_ERROR(
            requireMemory(channels * size.height * size.width * std::int64_t{sizeof(float)},
                          context.memoryLimitBytes(), QT_TRANSLATE_NOOP("core", "the size")));
        experiment.inputTensor = std::make_shared<const Tensor>(
            Tensor::filled({1, channels, size.height, size.width}, 1.0F));
    }
    return inputOf(experiment, channels, generator, context.memoryLimitBytes(),
                   context.interrupt().token());
}

/// By gradient, at the position or at several.
Result<EffectiveField> effective(const Options& options, const BranchRequest& request,
                                 const Seen& seen, Extent output, CommandContext& context)
{
    TorchGenerator generator(request.experiment.seed);
    ASSIGN_OR_RETURN(const DeepBranch branch, weighted(options, request, generator, context));
    Experiment experiment = request.experiment;
    experiment.size = seen.size;
    ASSIGN_OR_RETURN(const SharedTensor input,
                     inputFor(std::move(experiment), branch.spec.inChannels, generator, context));
    std::vector<Position> positions{seen.at};
    if (options.positions > 1)
        positions = spreadPositions(seen.field, seen.size, output, options.positions);
    const auto channel = options.channel >= 0 ? std::optional(options.channel) : std::nullopt;
    return effectiveField(branch.spec, *branch.weights, input, positions, channel,
                          context.compute());
}

Result<void> receptiveField(const Options& options, CommandContext& context)
{
    Seen seen;
    if (!options.at.empty()) {
        ASSIGN_OR_RETURN(seen.at, positionFromText(options.at));
    }
    ASSIGN_OR_RETURN(BranchRequest request, options.experiment.described());
    RETURN_IF_ERROR(requireOptions(options));
    RETURN_IF_ERROR(options.experiment.open(request, context));
    const Experiment& experiment = request.experiment;
    seen.size = request.sizeOrArticle();
    if (experiment.inputTensor || (experiment.picture && experiment.size.height == 0)) {
        ASSIGN_OR_RETURN(seen.size, inputSize(experiment));
    }
    const BranchSpec spec
        = request.spec ? *request.spec : deepSpec(experiment, *request.kind, options.blocks);
    ASSIGN_OR_RETURN(const Extent out, outputSize(spec, seen.size));
    if (options.at.empty())
        seen.at = {out.height / 2, out.width / 2};
    seen.field = theoreticalField(spec);
    ASSIGN_OR_RETURN(seen.paths, pathCounts(spec, seen.size, seen.at.y, seen.at.x));
    if (options.isEffective) {
        ASSIGN_OR_RETURN(seen.effective, effective(options, request, seen, out, context));
    }
    OutputFiles files;
    const Interrupt::Files guarded(context.interrupt(), files);
    if (!options.output.empty()) {
        RETURN_IF_ERROR(addMap(files, options.output, seen, options.positions > 1, context));
    }
    report(seen, context);
    return context.commit(files);
}

} // namespace

void addReceptiveField(CLI::App& app, CommandContext& context)
{
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("rf", "what an output pixel of a branch sees");
    context.addCommonOptions(*command);
    options->experiment.addTo(*command, ExperimentOptions::Parts::BranchWeightsAndInput);
    command->add_option("--at", options->at, "the output pixel Y,X; the middle when not given");
    command->add_flag(
        "--effective", options->isEffective,
        "also how much each pixel matters, by gradient on the input; ones where there "
        "is none");
    command->add_option("--channel", options->channel,
                        "of the effective field: one output channel, from 0; the mean over all "
                        "when not given");
    command->add_option("--positions", options->positions,
                        "of the effective field: the mean over about so many output pixels");
    command->add_option("--blocks", options->blocks, "so many blocks of the branch in a row");
    command->add_option("--output", options->output,
                        "path counts, or the effective field, on the whole image, FILE.npy");
    command->callback([options, &context] {
        context.action = [options, &context] { return receptiveField(*options, context); };
    });
}

} // namespace factorscope
