#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

namespace factorscope {

class OutputFiles;

/// Turns SIGINT and SIGTERM into a stop request. Work that does not look at its token in time, such
/// as a foreign decoder or a slow disk, is left behind: the process ends by itself, without the
/// files that are not yet in their places. Made before any other thread, so that all of them leave
/// the signals to it.
class Interrupt {
public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    std::stop_token token() const { return m_stop.get_token(); }

    /// The work is done, from here on an interrupt is too late. False when one came before.
    [[nodiscard]] bool finish();
    /// The command ends now, whatever came: it alone says how.
    void standDown();

    /// While one lives, its files go when the process ends by itself; at its end go those that are
    /// not committed. One at a time.
    class Files {
    public:
        Files(Interrupt& interrupt, OutputFiles& files);
        ~Files();
        Files(const Files&) = delete;
        Files& operator=(const Files&) = delete;

    private:
        Interrupt& m_interrupt;
    };

private:
    void watch();

    std::stop_source m_stop;
    std::mutex m_mutex;
    std::condition_variable m_stoodDown;
    bool m_isEnding = false; ///< guarded, as is
    OutputFiles* m_files = nullptr;
    std::thread m_watcher;
};

inline constexpr int kInterruptedExitCode = 130;

} // namespace factorscope
