#include "core/parallel/lane.h"

#include <utility>

namespace factorscope {

Lane::Lane() : m_thread([this] { run(); }) {}

Lane::~Lane()
{
    {
        const std::lock_guard lock(m_mutex);
        m_ending = true;
        m_waiting = nullptr;
        m_runningStop.request_stop();
    }
    m_changed.notify_all();
    m_thread.join();
}

std::uint64_t Lane::submit(Job job)
{
    std::uint64_t number = 0;
    Job dropped; // destroyed outside the lock: what it holds may be large
    {
        const std::lock_guard lock(m_mutex);
        dropped = std::exchange(m_waiting, std::move(job));
        m_runningStop.request_stop();
        number = ++m_submitted;
    }
    m_changed.notify_all();
    return number;
}

void Lane::cancel()
{
    Job dropped;
    const std::lock_guard lock(m_mutex);
    dropped = std::exchange(m_waiting, nullptr);
    m_runningStop.request_stop();
}

void Lane::waitUntilIdle()
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return !m_busy && !m_waiting; });
}

void Lane::run()
{
    std::unique_lock lock(m_mutex);
    while (true) {
        m_changed.wait(lock, [this] { return m_ending || m_waiting; });
        if (m_ending)
            return;
        Job job = std::exchange(m_waiting, nullptr);
        m_runningStop = std::stop_source();
        m_busy = true;
        lock.unlock();
        job(m_runningStop.get_token());
        job = nullptr;
        lock.lock();
        m_busy = false;
        m_changed.notify_all();
    }
}

} // namespace factorscope
