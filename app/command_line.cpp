#include "app/command_line.h"

#include "app/command.h"
#include "app/interrupt.h"
#include "app/version.h"
#include "app/window.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <cstdio>
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
    addInit(app, context);
    addCost(app, context);
    addReceptiveField(app, context);
    addExport(app, context);
    addInfo(app, context);
}

/// Parses; the exit code when that is all there is to do.
std::optional<int> parsed(CLI::App& app, int argc, char** argv)
{
    try {
        app.parse(argc, argv);
        return {};
    } catch (const CLI::Success& success) { // --help, --version
        return app.exit(success);
    } catch (const CLI::ParseError& error) {
        return failed(kRefused, error.what());
    }
}

int run(CommandContext& context)
{
    const Result<void> result = context.action();
    if (!result)
        return failed(exitCode(result.error(), context), result.error().message());
    if (std::fflush(stdout) != 0)
        return failed(kFailed, "cannot write the data to the standard output");
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

    const bool isWindow = argc <= 1 || (argc == 2 && argv[1][0] != '-' && std::filesystem::exists(argv[1]));
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
        return run(context);
    } catch (const std::bad_alloc&) {
        return failed(kFailed, "there is not enough memory: lower the size or the channels");
    } catch (const std::exception& exception) {
        return failed(kFailed, exception.what());
    }
}

} // namespace factorscope
