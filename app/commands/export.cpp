#include "app/experiment_options.h"
#include "app/input_source.h"
#include "app/look_options.h"
#include "app/progress_ticker.h"
#include "core/experiment/evaluate.h"
#include "core/experiment/opening.h"
#include "core/file/output_files.h"
#include "ui/export/figure_views.h"
#include "ui/export/map_files.h"

#include <algorithm>
#include <filesystem>
#include <functional>

#include <fnmatch.h>

namespace factorscope {
namespace {

namespace fs = std::filesystem;

Error invalid(const char* text, std::vector<std::string> arguments)
{
    return {ErrorCode::InvalidArgument, text, std::move(arguments)};
}

/// What the window opens with; only its slider needs a bank of more mid channels.
Experiment baseExperiment()
{
    Experiment experiment = openingExperiment();
    experiment.midBank = 0;
    return experiment;
}

struct Options {
    ExperimentOptions experiment{baseExperiment()};
    LookOptions look;
    std::vector<std::string> images;
    std::string view = "*";
    std::string format;
    std::string maps;
    std::string output;
};

/// What is exported of one picture, and where to.
struct Exported {
    std::shared_ptr<const BothEvaluated> both;
    FigureLook look;
    MapFilesPlace place;
    fs::path stem; ///< of the only file, when the user named that
    ComputeContext compute; ///< for what a view finds

    fs::path stemOf(std::string_view view) const
    {
        if (!stem.empty())
            return stem;
        return place.directory / (place.imageName + "-" + std::string(view));
    }
};

using Paths = std::vector<fs::path>;
using Write = std::function<Result<Paths>(const Exported&, OutputFiles&)>;

/// What the view finds, with its progress on stderr where that takes long.
Result<Findings> findingsFor(const FigureView& view, const Exported& exported)
{
    ProgressTicker ticker{std::string(view.id)};
    ComputeContext context = exported.compute;
    context.progress = &ticker.progress();
    return findingsOf(view, exported.both, exported.look.settings, context);
}

Result<Paths> writeFigure(const FigureView& view, FigureFormat format, const Exported& exported,
                          OutputFiles& files)
{
    const FigureLook& look = exported.look;
    ASSIGN_OR_RETURN(const Findings findings, findingsFor(view, exported));
    const fs::path path = exported.stemOf(view.id).string() + "." + std::string(formatName(format));
    const Figure figure = view.make({*exported.both, findings, look.settings}, *look.theme);
    ASSIGN_OR_RETURN(const QByteArray bytes, figureBytes(figure, format, look.scale));
    RETURN_IF_ERROR(files.add(path, std::string_view(bytes.data(), std::size_t(bytes.size()))));
    return Paths{path};
}

Result<Paths> writeNumbers(const FigureView& view, TableFormat format, const Exported& exported,
                           OutputFiles& files)
{
    const ViewSettings& settings = exported.look.settings;
    ASSIGN_OR_RETURN(const Findings findings, findingsFor(view, exported));
    ASSIGN_OR_RETURN(
        const std::vector<TextFile> texts,
        numberFiles(view, {*exported.both, findings, settings}, format, exported.stemOf(view.id)));
    Paths paths;
    for (const TextFile& file : texts) {
        RETURN_IF_ERROR(files.add(file.path, file.text));
        paths.push_back(file.path);
    }
    return paths;
}

Write mapsWriter(MapFiles kind)
{
    return [kind](const Exported& exported, OutputFiles& files) -> Result<Paths> {
        RETURN_IF_ERROR(addMapFiles(files, *exported.both, kind, exported.place,
                                    exported.look.settings, exported.compute.stop));
        return mapFilePaths(*exported.both, kind, exported.place);
    };
}

/// One row for each thing that can be exported.
struct Export {
    std::string_view view;
    std::string_view format;
    Write write;
    bool isFolder = false; ///< it is many files
    bool isByNameOnly = false; ///< as of its view
};

std::vector<Export> allExports()
{
    std::vector<Export> rows;
    for (const FigureView& view : figureViews()) {
        for (const FigureFormat format : kFigureFormats)
            rows.push_back({view.id, formatName(format),
                            [&view, format](const Exported& exported, OutputFiles& files) {
                                return writeFigure(view, format, exported, files);
                            },
                            false, view.isByNameOnly});
        for (const TableFormat format : kTableFormats) {
            if (view.hasNumbers())
                rows.push_back({view.id, formatName(format),
                                [&view, format](const Exported& exported, OutputFiles& files) {
                                    return writeNumbers(view, format, exported, files);
                                },
                                false, view.isByNameOnly});
        }
    }
    rows.push_back({"feature-maps", "npy", mapsWriter(MapFiles::Npy), true});
    return rows;
}

/// Puts pictures of the maps themselves in the place of their figure, as --maps asks.
Result<void> exchangeMaps(std::vector<Export>& chosen, const Options& options)
{
    if (options.maps.empty())
        return {};
    if (options.maps != "sheets" && options.maps != "channels")
        return invalid(QT_TRANSLATE_NOOP("core", "--maps is sheets or channels, not '%1'"),
                       {options.maps});
    const auto found = std::ranges::find(chosen, "feature-maps", &Export::view);
    if (found == chosen.end() || options.format != "png")
        return invalid(
            QT_TRANSLATE_NOOP("core", "--maps is for feature-maps as png, not for '%1' as '%2'"),
            {options.view, options.format});
    found->write = mapsWriter(options.maps == "sheets" ? MapFiles::Sheets : MapFiles::Channels);
    found->isFolder = true;
    return {};
}

/// The exports that a glob of views and a format name; InvalidArgument when there are none.
Result<std::vector<Export>> chosenExports(const Options& options)
{
    std::vector<Export> chosen;
    bool viewExists = false;
    for (Export& row : allExports()) {
        const bool matches = row.isByNameOnly
            ? options.view == row.view
            : ::fnmatch(options.view.c_str(), std::string(row.view).c_str(), 0) == 0;
        viewExists = viewExists || matches;
        if (matches && row.format == options.format)
            chosen.push_back(std::move(row));
    }
    if (!viewExists)
        return invalid(QT_TRANSLATE_NOOP("core", "unknown view '%1'"), {options.view});
    if (chosen.empty())
        return invalid(QT_TRANSLATE_NOOP("core", "the view '%1' has no format '%2'"),
                       {options.view, options.format});
    const std::string_view sectionView = viewOfSection(options.look.section());
    if (!sectionView.empty()
        && std::ranges::find(chosen, sectionView, &Export::view) == chosen.end())
        return invalid(QT_TRANSLATE_NOOP("core", "the section '%1' is of the view %2, not of '%3'"),
                       {options.look.section(), std::string(sectionView), options.view});
    RETURN_IF_ERROR(exchangeMaps(chosen, options));
    return chosen;
}

/// Where everything goes: a folder, or the only file.
struct Destination {
    fs::path directory;
    fs::path stem; ///< of the only file, without its ending; else empty
};

/// Whether a path ends like a file that is exported.
bool endsLikeAFile(const fs::path& path)
{
    static constexpr std::array<std::string_view, 6> kEndings{".png", ".svg",  ".pdf",
                                                              ".csv", ".json", ".npy"};
    return std::ranges::find(kEndings, path.extension().string()) != kEndings.end();
}

/// An output that ends as the format does means a file, where there is one to write and no folder
/// of that name. InvalidArgument for the name of a file that cannot be the one.
Result<Destination> destination(const Options& options, const std::vector<Export>& exports,
                                std::size_t images)
{
    const fs::path output = options.output;
    std::error_code ignored;
    if (fs::is_directory(output, ignored) || !endsLikeAFile(output))
        return Destination{output, {}};
    const bool isOne = images == 1 && exports.size() == 1 && !exports.front().isFolder;
    if (!isOne)
        return invalid(
            QT_TRANSLATE_NOOP("core", "'%1' names one file, and there are several to write"),
            {options.output});
    if (output.extension() != "." + options.format)
        return invalid(QT_TRANSLATE_NOOP("core", "'%1' does not end as the format '%2'"),
                       {options.output, options.format});
    return Destination{output.parent_path(), output.parent_path() / output.stem()};
}

/// The branches of one picture, as the options have them.
Result<BranchRequest> requested(const std::string& image, const Options& options,
                                CommandContext& context)
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
    if (image.empty())
        request.inputName = "randn";
    return request;
}

/// Returns the paths of the files.
Result<Paths> exportOne(const std::string& image, const std::vector<Export>& exports,
                        const Destination& to, const Options& options, OutputFiles& files,
                        CommandContext& context)
{
    ASSIGN_OR_RETURN(const BranchRequest request, requested(image, options, context));
    ASSIGN_OR_RETURN(FigureLook look, options.look.lookFor(request.experiment));
    ASSIGN_OR_RETURN(const std::shared_ptr<const Answer> answered,
                     answer(request.experiment, EvaluateBoth{}, context.compute()));
    const Exported exported{{answered, &std::get<BothEvaluated>(*answered)},
                            std::move(look),
                            {to.directory, request.inputName},
                            to.stem,
                            context.compute()};
    Paths written;
    for (const Export& row : exports) {
        ASSIGN_OR_RETURN(const Paths paths, row.write(exported, files));
        written.insert(written.end(), paths.begin(), paths.end());
    }
    return written;
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
        return invalid(QT_TRANSLATE_NOOP("core", "--size is missing"), {});
    return std::vector{isRandom ? std::string() : "sample:" + std::string(kOpeningSample)};
}

void report(const Paths& written, const CommandContext& context)
{
    std::vector<std::string> names;
    for (const fs::path& path : written)
        names.push_back(path.string());
    if (context.json()) {
        printJson(names);
        return;
    }
    for (const std::string& name : names)
        print(name + "\n");
}

Result<void> exportFigures(const Options& options, CommandContext& context)
{
    ASSIGN_OR_RETURN(const std::vector<Export> exports, chosenExports(options));
    RETURN_IF_ERROR(options.look.described());
    if (options.experiment.hasBranchFile())
        return invalid(
            QT_TRANSLATE_NOOP("core", "both named branches are exported, not one from a file"), {});
    ASSIGN_OR_RETURN(const std::vector<std::string> images, inputs(options));
    ASSIGN_OR_RETURN(const Destination to, destination(options, exports, images.size()));
    context.startQt();
    OutputFiles files;
    const Interrupt::Files guarded(context.interrupt(), files);
    if (!to.directory.empty()) {
        RETURN_IF_ERROR(files.addDirectory(to.directory));
    }
    Paths written;
    for (const std::string& image : images) {
        ASSIGN_OR_RETURN(const Paths paths, exportOne(image, exports, to, options, files, context));
        written.insert(written.end(), paths.begin(), paths.end());
    }
    report(written, context);
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
    command->add_option("--view", options->view,
                        viewNames() + ", or a pattern such as '*', which never means speed");
    command
        ->add_option("--format", options->format,
                     "png, svg or pdf; feature-maps also as npy; as csv and json the numbers of "
                         + viewNames(&FigureView::hasNumbers))
        ->required();
    command
        ->add_option("--output", options->output,
                     "the folder to write to, or FILE.<format> where that is one file")
        ->required();
    command->add_option("--maps", options->maps,
                        "feature-maps as pictures of the maps alone: sheets (one for each layer) "
                        "or channels (one for each map)");
    options->look.addTo(*command);
    command->callback([options, &context] {
        context.action = [options, &context] { return exportFigures(*options, context); };
    });
}

} // namespace factorscope
