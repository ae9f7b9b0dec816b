#include "core/parallel/thread_team.h"

#include "core/result/expects.h"

#include <algorithm>

namespace factorscope {
namespace {

// A sleeping thread takes tens of microseconds to wake, as long as a whole small layer: so wait
// awake for about as long first.
template <typename T>
void waitWhileEqual(const std::atomic<T>& value, T old)
{
    constexpr int kSpins = 4000;
    for (int i = 0; i < kSpins; ++i) {
        if (value.load(std::memory_order_acquire) != old)
            return;
#if defined(__x86_64__)
        __builtin_ia32_pause();
#endif
    }
    value.wait(old, std::memory_order_acquire);
}

} // namespace

ThreadTeam::ThreadTeam(int threads)
{
    EXPECTS(threads >= 0);
    const int available = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    const int size = threads == 0 ? available : threads;
    for (int thread = 1; thread < size; ++thread)
        m_workers.emplace_back([this, thread] { workerLoop(thread); });
}

ThreadTeam::~ThreadTeam()
{
    m_ending = true;
    m_round.fetch_add(1, std::memory_order_release);
    m_round.notify_all();
}

bool ThreadTeam::forEach(std::int64_t count, const std::function<void(std::int64_t, int)>& body,
                         const std::stop_token& stop)
{
    EXPECTS(m_busy.load() == 0);
    m_work = {count, &body, &stop};
    m_next.store(0, std::memory_order_relaxed);
    if (!m_workers.empty() && count > 1) {
        m_busy.store(static_cast<int>(m_workers.size()), std::memory_order_relaxed);
        m_round.fetch_add(1, std::memory_order_release);
        m_round.notify_all();
    }
    takeItems(0);
    for (int busy = m_busy.load(std::memory_order_acquire); busy != 0;
         busy = m_busy.load(std::memory_order_acquire))
        waitWhileEqual(m_busy, busy);
    return !stop.stop_requested();
}

void ThreadTeam::takeItems(int thread)
{
    const Work work = m_work;
    while (!work.stop->stop_requested()) {
        const std::int64_t item = m_next.fetch_add(1, std::memory_order_relaxed);
        if (item >= work.count)
            return;
        (*work.body)(item, thread);
    }
}

void ThreadTeam::workerLoop(int thread)
{
    std::uint32_t round = 0;
    while (true) {
        waitWhileEqual(m_round, round);
        round = m_round.load(std::memory_order_acquire);
        if (m_ending)
            return;
        takeItems(thread);
        if (m_busy.fetch_sub(1, std::memory_order_acq_rel) == 1)
            m_busy.notify_one();
    }
}

} // namespace factorscope
