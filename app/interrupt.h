#pragma once

#include <atomic>
#include <stop_token>
#include <thread>

namespace factorscope {

/// Turns SIGINT and SIGTERM into a stop request. Work that does not look at its token in time, such as
/// a foreign decoder, is left behind: the process ends by itself, except while files are being written.
/// Made before any other thread, so that all of them leave the signals to it.
class Interrupt {
public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    std::stop_token token() const { return m_stop.get_token(); }

    /// While one lives the process is not ended under the writer's hands.
    class Writing {
    public:
        explicit Writing(Interrupt& interrupt) : m_interrupt(interrupt) { ++m_interrupt.m_writers; }
        ~Writing() { --m_interrupt.m_writers; }
        Writing(const Writing&) = delete;
        Writing& operator=(const Writing&) = delete;

    private:
        Interrupt& m_interrupt;
    };

private:
    void watch();

    std::stop_source m_stop;
    std::atomic<int> m_writers{0};
    std::atomic<bool> m_done{false};
    std::thread m_watcher;
};

inline constexpr int kInterruptedExitCode = 130;

} // namespace factorscope
