#include "app/experiment_options.h"
#include "app/number_text.h"
#include "app/position_text.h"
#include "core/file/output_files.h"
#include "core/receptive/receptive_field.h"
#include "core/tensor/memory.h"
#include "core/weights/npy.h"

#include <cmath>

namespace factorscope {
namespace {

struct Options {
    ExperimentOptions experiment;
    std::string at;
    std::string output;
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

/// The path counts on the whole image, (H,W).
Result<void> addMap(OutputFiles& files, const std::string& path, const PathCounts& paths,
                    Extent size, CommandContext& context)
{
    RETURN_IF_ERROR(requireMemory(size.height * size.width * std::int64_t{sizeof(float)},
                                  context.memoryLimitBytes(),
                                  QT_TRANSLATE_NOOP("core", "the size")));
    Tensor map = Tensor::zeros({size.height, size.width});
    for (std::int64_t y = paths.box.y0; y <= paths.box.y1; ++y)
        for (std::int64_t x = paths.box.x0; x <= paths.box.x1; ++x)
            map.data()[y * size.width + x] = static_cast<float>(paths.at(y, x));
    return addNpy(files, path, map, context.interrupt().token());
}

void report(const TheoreticalField& field, Position at, Extent size, const PathCounts& paths,
            const CommandContext& context)
{
    const PixelBox box = fieldBox(field, at.y, at.x);
    if (!context.json()) {
        print(textOf(field, box, paths));
        return;
    }
    printJson(Json{{"size", {field.size.height, field.size.width}},
                   {"stride", {field.stride.height, field.stride.width}},
                   {"padding", {field.padding.height, field.padding.width}},
                   {"at", {at.y, at.x}},
                   {"box", jsonOf(box)},
                   {"clipped", jsonOf(clippedTo(box, size))},
                   {"paths", jsonOf(paths)}});
}

Result<void> receptiveField(const Options& options, CommandContext& context)
{
    Position at;
    if (!options.at.empty()) {
        ASSIGN_OR_RETURN(at, positionFromText(options.at));
    }
    ASSIGN_OR_RETURN(BranchRequest request, options.experiment.described());
    RETURN_IF_ERROR(options.experiment.requireBranch());
    RETURN_IF_ERROR(options.experiment.open(request, context));
    const BranchSpec spec = request.branch();
    const Extent size = request.sizeOrArticle();
    ASSIGN_OR_RETURN(const Extent out, outputSize(spec, size));
    if (options.at.empty())
        at = {out.height / 2, out.width / 2};
    ASSIGN_OR_RETURN(const PathCounts paths, pathCounts(spec, size, at.y, at.x));
    OutputFiles files;
    const Interrupt::Files guarded(context.interrupt(), files);
    if (!options.output.empty()) {
        RETURN_IF_ERROR(addMap(files, options.output, paths, size, context));
    }
    report(theoreticalField(spec), at, size, paths, context);
    return context.commit(files);
}

} // namespace

void addReceptiveField(CLI::App& app, CommandContext& context)
{
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("rf", "what an output pixel of a branch sees");
    context.addCommonOptions(*command);
    options->experiment.addTo(*command, ExperimentOptions::Parts::Branch);
    command->add_option("--at", options->at, "the output pixel Y,X; the middle when not given");
    command->add_option("--output", options->output, "path counts on the whole image, FILE.npy");
    command->callback([options, &context] {
        context.action = [options, &context] { return receptiveField(*options, context); };
    });
}

} // namespace factorscope
