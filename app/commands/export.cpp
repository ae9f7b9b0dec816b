#include "app/experiment_options.h"
#include "app/input_source.h"
#include "core/cost/cost_json.h"
#include "core/experiment/evaluate.h"
#include "core/experiment/opening.h"
#include "core/file/output_files.h"
#include "core/image/contact_sheet.h"
#include "core/weights/npy.h"
#include "ui/image/pixels.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include <fnmatch.h>

namespace factorscope {
namespace {

namespace fs = std::filesystem;

/// What the window opens with; only its slider needs a bank of more mid channels.
Experiment baseExperiment()
{
    Experiment experiment = openingExperiment();
    experiment.midBank = 0;
    return experiment;
}

struct Options {
    ExperimentOptions experiment{baseExperiment()};
    std::vector<std::string> images;
    std::string view = "*";
    std::string format;
    std::string output;
};

/// What is exported of one picture.
struct Figures {
    const BothEvaluated& both;
    fs::path directory;
    std::string imageName;
    std::vector<std::string> written;

    fs::path pathOf(const std::string& rest)
    {
        const fs::path path = directory / (imageName + "-" + rest);
        written.push_back(path.string());
        return path;
    }
};

using Writer = Result<void> (*)(Figures&, OutputFiles&, const std::stop_token&);

/// Calls each(branch, layer index, maps) for the maps of both branches.
template <typename Each>
Result<void> forEachLayer(const BothEvaluated& both, const Each& each)
{
    for (const BranchEvaluation* branch : {&both.original, &both.factorised}) {
        for (std::size_t i = 0; i < branch->run.layers.size(); ++i) {
            const std::string name = branch->spec.name + "-" + std::to_string(i);
            RETURN_IF_ERROR(each(name, *branch->run.layers[i].activation));
        }
    }
    return {};
}

Result<void> writeMapsAsNpy(Figures& figures, OutputFiles& files, const std::stop_token& stop)
{
    return forEachLayer(figures.both, [&](const std::string& name, const Tensor& maps) {
        return addNpy(files, figures.pathOf(name + ".npy"), maps, stop);
    });
}

Result<void> writeMapsAsPng(Figures& figures, OutputFiles& files, const std::stop_token& stop)
{
    return forEachLayer(
        figures.both, [&](const std::string& name, const Tensor& maps) -> Result<void> {
            ASSIGN_OR_RETURN(const QByteArray png, pngBytes(toQImage(contactSheet(maps))));
            const auto piece
                = std::as_bytes(std::span(png.data(), static_cast<std::size_t>(png.size())));
            return files.add(figures.pathOf(name + ".png"), {&piece, 1}, stop);
        });
}

Result<void> writeCostAsJson(Figures& figures, OutputFiles& files, const std::stop_token&)
{
    const CostReport& original = figures.both.original.cost;
    const CostReport& factorised = figures.both.factorised.cost;
    const Json json{{"original", toJson(original)},
                    {figures.both.factorised.spec.name, toJson(factorised)},
                    {"ratio", toJson(ratioOf(factorised.total, original.total))}};
    return files.add(figures.pathOf("cost.json"), json.dump(2) + "\n");
}

Result<void> writeCostAsCsv(Figures& figures, OutputFiles& files, const std::stop_token&)
{
    std::string text = "branch,layer,op,params,weights,macs,flops,activation_bytes\n";
    const auto addRow = [&](const std::string& branch, const std::string& layer,
                            const std::string& op, const Cost& cost) {
        text += branch + "," + layer + "," + op;
        for (const std::int64_t figure :
             {cost.params, cost.weights, cost.macs, cost.flops(), cost.activationBytes})
            text += "," + std::to_string(figure);
        text += "\n";
    };
    for (const BranchEvaluation* branch : {&figures.both.original, &figures.both.factorised}) {
        for (std::size_t i = 0; i < branch->cost.layers.size(); ++i)
            addRow(branch->spec.name, std::to_string(i), branch->cost.layers[i].op,
                   branch->cost.layers[i].cost);
        addRow(branch->spec.name, "total", "", branch->cost.total);
    }
    return files.add(figures.pathOf("cost.csv"), text);
}

/// One row for each figure that can be exported.
struct Export {
    std::string_view view;
    std::string_view format;
    Writer write;
};
constexpr std::array<Export, 4> kExports{{
    {"feature-maps", "png", writeMapsAsPng},
    {"feature-maps", "npy", writeMapsAsNpy},
    {"cost", "json", writeCostAsJson},
    {"cost", "csv", writeCostAsCsv},
}};

/// The exports that a glob of views and a format name; InvalidArgument when there are none.
Result<std::vector<Export>> chosenExports(const Options& options)
{
    std::vector<Export> chosen;
    bool viewExists = false;
    for (const Export& row : kExports) {
        const bool matches = ::fnmatch(options.view.c_str(), row.view.data(), 0) == 0;
        viewExists = viewExists || matches;
        if (matches && row.format == options.format)
            chosen.push_back(row);
    }
    if (!viewExists)
        return Error{ErrorCode::InvalidArgument,
                     QT_TRANSLATE_NOOP("core", "unknown view '%1'"),
                     {options.view}};
    if (chosen.empty())
        return Error{ErrorCode::InvalidArgument,
                     QT_TRANSLATE_NOOP("core", "the view '%1' has no format '%2'"),
                     {options.view, options.format}};
    return chosen;
}

/// Appends the paths of the files to `written`.
Result<void> exportOne(const std::string& image, const std::vector<Export>& exports,
                       const Options& options, OutputFiles& files,
                       std::vector<std::string>& written, CommandContext& context)
{
    ExperimentOptions own = options.experiment;
    own.setInput(image);
    ASSIGN_OR_RETURN(BranchRequest request, own.described());
    // A seed asks for weights that are drawn, and the separable branch cannot have the others.
    const bool isDrawn
        = own.names("seed") || request.experiment.factorised == BranchKind::Separable;
    if (isDrawn && !own.names("kernels"))
        request.experiment.kernels = {};
    RETURN_IF_ERROR(own.open(request, context));
    ASSIGN_OR_RETURN(const std::shared_ptr<const Answer> answered,
                     answer(request.experiment, EvaluateBoth{}, context.compute()));
    const std::string name = image.empty() ? "randn" : request.inputName;
    Figures figures{std::get<BothEvaluated>(*answered), options.output, name, {}};
    for (const Export& row : exports) {
        RETURN_IF_ERROR(row.write(figures, files, context.interrupt().token()));
    }
    written.insert(written.end(), figures.written.begin(), figures.written.end());
    return {};
}

/// The pictures to go through; one empty name for random numbers.
Result<std::vector<std::string>> inputs(const Options& options)
{
    if (!options.images.empty())
        return options.images;
    ASSIGN_OR_RETURN(const BranchRequest request, options.experiment.described());
    const Experiment& experiment = request.experiment;
    const bool isRandom = experiment.lift == Lift::Randn;
    if (isRandom && experiment.size.height == 0)
        return Error{
            ErrorCode::InvalidArgument, QT_TRANSLATE_NOOP("core", "--size is missing"), {}};
    return std::vector{isRandom ? std::string() : "sample:" + std::string(kOpeningSample)};
}

Result<void> exportFigures(const Options& options, CommandContext& context)
{
    ASSIGN_OR_RETURN(const std::vector<Export> exports, chosenExports(options));
    if (options.experiment.hasBranchFile())
        return Error{
            ErrorCode::InvalidArgument,
            QT_TRANSLATE_NOOP("core", "both named branches are exported, not one from a file"),
            {}};
    ASSIGN_OR_RETURN(const std::vector<std::string> images, inputs(options));
    context.startQt();
    OutputFiles files;
    const Interrupt::Files guarded(context.interrupt(), files);
    RETURN_IF_ERROR(files.addDirectory(options.output));
    std::vector<std::string> written;
    for (const std::string& image : images) {
        RETURN_IF_ERROR(exportOne(image, exports, options, files, written, context));
    }
    if (context.json()) {
        printJson(written);
    } else {
        for (const std::string& path : written)
            print(path + "\n");
    }
    return context.commit(files);
}

} // namespace

void addExport(CLI::App& app, CommandContext& context)
{
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("export", "figures and maps of both branches as files");
    context.addCommonOptions(*command);
    options->experiment.addTo(*command, ExperimentOptions::Parts::Branch);
    command->add_option("images", options->images,
                        "pictures; a built-in sample when none is named");
    command->add_option("--view", options->view, "feature-maps, cost, or a pattern such as '*'");
    command->add_option("--format", options->format, "feature-maps: png, npy; cost: json, csv")
        ->required();
    command->add_option("--output", options->output, "the folder to write to")->required();
    command->callback([options, &context] {
        context.action = [options, &context] { return exportFigures(*options, context); };
    });
}

} // namespace factorscope
