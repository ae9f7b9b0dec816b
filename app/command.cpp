#include "app/command.h"

#include "core/file/output_files.h"
#include "core/tensor/memory.h"

#include <QApplication>

namespace factorscope {

void CommandContext::addCommonOptions(CLI::App& command)
{
    command.add_flag("--json", m_json, "print data as JSON");
    command.add_option("--threads", m_threads, "threads, 0: all")->check(CLI::Range(0, 1024));
    constexpr std::int64_t kMostMegabytes = std::int64_t{1} << 40;
    command
        .add_option("--memory-limit", m_memoryLimitMegabytes,
                    "megabytes that may be taken, 0: four fifths of what is free")
        ->check(CLI::Range(std::int64_t{0}, kMostMegabytes));
}

std::int64_t CommandContext::memoryLimitBytes() const
{
    constexpr std::int64_t kMegabyte = 1'000'000;
    return m_memoryLimitMegabytes > 0 ? m_memoryLimitMegabytes * kMegabyte : availableMemoryBytes();
}

ComputeContext CommandContext::compute()
{
    constexpr std::size_t kUnusedBytes = std::size_t{32} << 20;
    if (!m_team) {
        m_team = std::make_unique<ThreadTeam>(m_threads);
        m_pool = TensorPool::create(kUnusedBytes);
    }
    return {.team = *m_team,
            .pool = m_pool.get(),
            .memoryLimitBytes = memoryLimitBytes(),
            .stop = m_interrupt.token()};
}

void CommandContext::startQt()
{
    if (m_qt)
        return;
    qputenv("QT_QPA_PLATFORM", "offscreen");
    qInstallMessageHandler([](QtMsgType type, const QMessageLogContext&, const QString& text) {
        if (type == QtFatalMsg) // the rest is Qt's talk about its surroundings
            printMessage("error", text.toStdString());
    });
    static int argc = 1;
    static char name[] = "factorscope";
    static char* argv[] = {name, nullptr};
    m_qt = std::make_shared<QApplication>(argc, argv);
}

Result<void> CommandContext::commit(OutputFiles& files)
{
    if (m_interrupt.token().stop_requested())
        return cancelled();
    RETURN_IF_ERROR(flushData());
    if (!m_interrupt.finish())
        return cancelled();
    return files.commit();
}

} // namespace factorscope
