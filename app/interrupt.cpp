#include "app/interrupt.h"

#include <chrono>
#include <csignal>

#include <pthread.h>
#include <unistd.h>

namespace factorscope {
namespace {

constexpr std::chrono::milliseconds kPatience{60}; // of the 100 that an interrupt may take

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
    m_done = true;
    pthread_kill(m_watcher.native_handle(), SIGTERM); // wakes the watcher
    m_watcher.join();
}

void Interrupt::watch()
{
    const sigset_t signals = watchedSignals();
    int signal = 0;
    sigwait(&signals, &signal);
    m_stop.request_stop();
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (!m_done) {
        if (std::chrono::steady_clock::now() > deadline && m_writers == 0) {
            constexpr char kMessage[] = "factorscope: error: interrupted\n";
            (void)!::write(STDERR_FILENO, kMessage, sizeof kMessage - 1);
            ::_exit(kInterruptedExitCode);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
}

} // namespace factorscope
