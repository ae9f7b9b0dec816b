#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace factorscope {

/// One worker thread that carries the newest job: a job that is handed in replaces the one that
/// waits and asks the one that runs to stop. A job hands over its own result; to see that nothing
/// newer came meanwhile it looks at its stop token. Thread-safe; the destructor asks the running
/// job to stop, drops the waiting one and waits.
class Lane {
public:
    using Job = std::function<void(const std::stop_token&)>;

    Lane();
    ~Lane();
    Lane(const Lane&) = delete;
    Lane& operator=(const Lane&) = delete;

    /// Returns the job's number, counted from 1.
    std::uint64_t submit(Job job);
    /// Asks the running job to stop and drops the waiting one.
    void cancel();
    /// Waits until nothing runs and nothing waits.
    void waitUntilIdle();

private:
    void run();

    std::mutex m_mutex;
    std::condition_variable m_changed;
    Job m_waiting;
    std::stop_source m_runningStop{std::nostopstate};
    std::uint64_t m_submitted = 0;
    bool m_busy = false;
    bool m_ending = false;
    std::jthread m_thread; ///< last: it starts when all else is ready
};

} // namespace factorscope
