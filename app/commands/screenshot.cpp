#include "app/experiment_options.h"
#include "app/look_options.h"
#include "app/window_loop.h"
#include "core/experiment/opening.h"
#include "core/file/output_files.h"
#include "ui/export/figure_views.h"
#include "ui/image/pixels.h"
#include "ui/main_window.h"
#include "ui/theme/theme_switch.h"

namespace factorscope {
namespace {

struct Options {
    ExperimentOptions experiment{openingExperiment()};
    LookOptions look;
    std::string image;
    std::string view = "feature-maps";
    std::string windowSize = "860x1400";
    bool isPresented = false;
    std::string output;
};

/// What a window is to show, and how large.
struct Scene {
    const Experiment& experiment;
    const FigureLook& look;
    const std::string& view;
    Extent size;
    bool isPresented;
};

/// The window with its picture, once all is drawn; or why nothing was.
Result<QImage> picture(const Scene& scene, const std::stop_token& stop)
{
    MainWindow window(scene.experiment);
    window.setTheme(scene.look.theme->isDark ? ThemeChoice::Dark : ThemeChoice::Light);
    window.resize(static_cast<int>(scene.size.width), static_cast<int>(scene.size.height));
    window.showView(scene.view);
    window.setPresenting(scene.isPresented);
    window.view().set(scene.look.settings);
    WindowLoop loop(window, stop);
    window.QWidget::show();
    RETURN_IF_ERROR(loop.waitForRest());
    return window.grab().toImage();
}

Result<void> takeScreenshot(const Options& options, CommandContext& context)
{
    ASSIGN_OR_RETURN(const Extent size, extentFromText(options.windowSize));
    if (!findFigureView(options.view))
        return Error{ErrorCode::InvalidArgument,
                     QT_TRANSLATE_NOOP("core", "unknown view '%1'"),
                     {options.view}};
    RETURN_IF_ERROR(options.look.described());
    const std::string_view sectionView = viewOfSection(options.look.section());
    if (!sectionView.empty() && sectionView != options.view)
        return Error{ErrorCode::InvalidArgument,
                     QT_TRANSLATE_NOOP("core", "the section '%1' is of the view %2, not of '%3'"),
                     {options.look.section(), std::string(sectionView), options.view}};
    ExperimentOptions own = options.experiment;
    own.setInput(options.image.empty() ? "sample:" + std::string(kOpeningSample) : options.image);
    ASSIGN_OR_RETURN(BranchRequest request, own.described());
    fitBank(request.experiment);
    context.startQt();
    RETURN_IF_ERROR(own.open(request, context));
    ASSIGN_OR_RETURN(const FigureLook look, options.look.lookFor(request.experiment));
    const Scene scene{request.experiment, look, options.view, size, options.isPresented};
    ASSIGN_OR_RETURN(const QImage image, picture(scene, context.interrupt().token()));
    ASSIGN_OR_RETURN(const QByteArray png, pngBytes(image));
    OutputFiles files;
    const Interrupt::Files guarded(context.interrupt(), files);
    const auto bytes = std::as_bytes(std::span(png.data(), static_cast<std::size_t>(png.size())));
    RETURN_IF_ERROR(files.add(options.output, {&bytes, 1}, context.interrupt().token()));
    return context.commit(files);
}

} // namespace

void addScreenshot(CLI::App& app, CommandContext& context)
{
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("screenshot", "a picture of the whole window");
    context.addCommonOptions(*command);
    options->experiment.addTo(*command, ExperimentOptions::Parts::Branch);
    command->add_option("image", options->image, "a picture; a built-in sample when none is named");
    command->add_option("--view", options->view, viewNames());
    command->add_option("--window-size", options->windowSize, "height and width, HxW");
    command->add_flag("--presentation", options->isPresented, "as for a room");
    command->add_option("--output", options->output, "FILE.png")->required();
    options->look.addTo(*command);
    command->callback([options, &context] {
        context.action = [options, &context] { return takeScreenshot(*options, context); };
    });
}

} // namespace factorscope
