#include "app/interrupt.h"

#include "app/standard_streams.h"
#include "core/file/output_files.h"

#include <chrono>
#include <csignal>

#include <pthread.h>
#include <unistd.h>

namespace factorscope {
namespace {

constexpr std::chrono::milliseconds kPatience{20}; // of the 100 that an interrupt may take

sigset_t watchedSignals()
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    return signals;
}

} // namespace

Interrupt::Interrupt()
{
    const sigset_t signals = watchedSignals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    m_watcher = std::thread([this] { watch(); });
}

Interrupt::~Interrupt()
{
    standDown();
    pthread_kill(m_watcher.native_handle(), SIGTERM); // wakes the watcher
    m_watcher.join();
}

bool Interrupt::finish()
{
    const std::lock_guard lock(m_mutex);
    if (m_stop.stop_requested())
        return false;
    m_isEnding = true;
    return true;
}

void Interrupt::standDown()
{
    const std::lock_guard lock(m_mutex);
    m_isEnding = true;
    m_stoodDown.notify_all();
}

void Interrupt::watch()
{
    const sigset_t signals = watchedSignals();
    int signal = 0;
    sigwait(&signals, &signal);
    m_stop.request_stop();
    std::unique_lock lock(m_mutex);
    if (m_stoodDown.wait_for(lock, kPatience, [this] { return m_isEnding; }))
        return;
    if (m_files)
        m_files->abandon();
    printMessage("error", cancelled().message());
    ::_exit(kInterruptedExitCode); // under the lock, so that nobody else ends the process now
}

Interrupt::Files::Files(Interrupt& interrupt, OutputFiles& files) : m_interrupt(interrupt)
{
    const std::lock_guard lock(interrupt.m_mutex);
    interrupt.m_files = &files;
}

Interrupt::Files::~Files()
{
    // Under the lock: else the process may end by itself when only some of them are removed.
    const std::lock_guard lock(m_interrupt.m_mutex);
    m_interrupt.m_files->abandon();
    m_interrupt.m_files = nullptr;
}

} // namespace factorscope
