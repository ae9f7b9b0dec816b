#include "app/command_line.h"

#include "app/command.h"
#include "app/interrupt.h"
#include "app/version.h"
#include "app/window.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <optional>

namespace factorscope {
namespace {

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kRefused = 2;

int exitCode(const Error& error, const CommandContext& context)
{
    if (error.code == ErrorCode::Cancelled)
        return kInterruptedExitCode;
    const bool refused = error.code == ErrorCode::InvalidArgument && !context.fileOpened();
    return refused ? kRefused : kFailed;
}

int failed(int code, std::string sentence)
{
    std::ranges::replace(sentence, '\n', ' ');
    printMessage("error", sentence);
    return code;
}

/// The subcommands, in the order in which --help lists them.
void addCommands(CLI::App& app, CommandContext& context)
{
    addForward(app, context);
    addBackward(app, context);
    addInit(app, context);
    addCost(app, context);
    addReceptiveField(app, context);
    addCollapse(app, context);
    addFit(app, context);
    addExport(app, context);
    addScreenshot(app, context);
    addBench(app, context);
    addInfo(app, context);
}

/// The name of an option that was given an empty text, which an empty variable of a script makes.
std::optional<std::string> emptyOption(const CLI::App& app)
{
    for (const CLI::App* command : app.get_subcommands()) {
        for (const CLI::Option* option : command->get_options()) {
            if (std::ranges::find(option->results(), std::string()) != option->results().end())
                return option->get_name();
        }
    }
    return {};
}

/// Parses; the exit code when that is all there is to do.
std::optional<int> parsed(CLI::App& app, int argc, char** argv)
{
    try {
        app.parse(argc, argv);
        if (const std::optional<std::string> name = emptyOption(app))
            return failed(kRefused, *name + " is empty: ''");
        return {};
    } catch (const CLI::Success& success) { // --help, --version
        const int code = app.exit(success);
        const Result<void> flushed = flushData();
        return flushed ? code : failed(kFailed, flushed.error().message());
    } catch (const CLI::ParseError& error) {
        return failed(kRefused, error.what());
    }
}

int ended(CommandContext& context)
{
    const auto run = [&]() -> Result<void> {
        RETURN_IF_ERROR(context.action());
        return flushData();
    };
    const Result<void> result = run();
    context.interrupt().standDown();
    if (!result)
        return failed(exitCode(result.error(), context), result.error().message());
    for (const std::string& warning : context.warnings())
        printMessage("warning", warning);
    return kDone;
}

} // namespace

int runCommandLine(int argc, char** argv)
{
    CLI::App app{"A 5x5 convolution beside two stacked 3x3, on your own picture", "factorscope"};
    app.set_version_flag("--version", std::string("factorscope ") + kVersion);
    app.require_subcommand(0, 1);
    std::string opened;
    app.add_option("file", opened, "a picture to open in the window");

    const bool isWindow
        = argc <= 1 || (argc == 2 && argv[1][0] != '-' && std::filesystem::exists(argv[1]));
    if (isWindow)
        return runWindow(argc, argv);
    Interrupt interrupt;
    CommandContext context(interrupt);
    addCommands(app, context);
    if (const std::optional<int> code = parsed(app, argc, argv))
        return *code;
    if (!context.action) {
        const bool isPath = opened.find_first_of("./") != std::string::npos;
        return isPath ? failed(kFailed, "cannot read '" + opened + "': No such file or directory")
                      : failed(kRefused, "unknown command '" + opened + "'");
    }
    try {
        return ended(context);
    } catch (const std::bad_alloc&) {
        return failed(kFailed, "there is not enough memory: lower the size or the channels");
    } catch (const std::exception& exception) {
        return failed(kFailed, exception.what());
    }
}

} // namespace factorscope
