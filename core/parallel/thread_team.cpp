#include "core/parallel/thread_team.h"

#include <algorithm>
#include <span>

#if defined(__linux__)
#include <sched.h>
#endif

namespace factorscope {
namespace {

// A sleeping thread takes tens of microseconds to wake, as long as a whole small layer: so wait
// awake for about as long first. Now and then the core is offered to others: the thread that is
// waited for may be among them.
void waitWhileEqual(const std::atomic<unsigned>& value, unsigned old)
{
    constexpr int kSpins = 4000;
    constexpr int kSpinsToOffer = 64;
    for (int i = 0; i < kSpins && value.load(std::memory_order_acquire) == old; ++i) {
#if defined(__x86_64__)
        __builtin_ia32_pause();
#endif
        if (i % kSpinsToOffer == kSpinsToOffer - 1)
            std::this_thread::yield();
    }
    value.wait(old, std::memory_order_acquire);
}

#if defined(__linux__)
/// The one that the calling thread runs on.
int processorNow()
{
    return ::sched_getcpu();
}

/// Has the calling thread run on another processor than these, where it may. Later it may run
/// anywhere again.
void moveAwayFrom(const std::vector<int>& processors)
{
    cpu_set_t all;
    if (::sched_getaffinity(0, sizeof(all), &all) != 0)
        return;
    cpu_set_t others = all;
    for (const int processor : processors) {
        if (processor >= 0)
            CPU_CLR(static_cast<std::size_t>(processor), &others);
    }
    if (CPU_COUNT(&others) > 0 && ::sched_setaffinity(0, sizeof(others), &others) == 0)
        ::sched_setaffinity(0, sizeof(all), &all);
}
#else
int processorNow()
{
    return 0;
}
void moveAwayFrom(const std::vector<int>&) {}
#endif

int orAll(int threads)
{
    const int all = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    return threads == 0 ? all : threads;
}

} // namespace

ThreadTeam::ThreadTeam(int threads) : m_shares(static_cast<std::size_t>(orAll(threads)))
{
    for (int thread = 1; thread < orAll(threads); ++thread)
        m_workers.emplace_back([this, thread] { workerLoop(thread); });
}

ThreadTeam::~ThreadTeam()
{
    m_body = nullptr;
    m_round.fetch_add(1, std::memory_order_release);
    m_round.notify_all();
}

bool ThreadTeam::forEach(std::int64_t count, const Body& body, const std::stop_token& stop)
{
    m_body = &body;
    m_stop = &stop;
    m_shares.front().processor = processorNow();
    const auto threads = static_cast<std::int64_t>(m_shares.size());
    for (std::int64_t thread = 0; thread < threads; ++thread) {
        Share& share = m_shares[static_cast<std::size_t>(thread)];
        share.next.store(count * thread / threads, std::memory_order_relaxed);
        share.end = count * (thread + 1) / threads;
    }
    if (!m_workers.empty() && count > 1) { // else the caller does it alone
        m_busy.store(static_cast<unsigned>(m_workers.size()), std::memory_order_relaxed);
        m_round.fetch_add(1, std::memory_order_release);
        m_round.notify_all();
    }
    takeItems(0);
    while (const unsigned busy = m_busy.load(std::memory_order_acquire))
        waitWhileEqual(m_busy, busy);
    return !stop.stop_requested();
}

void ThreadTeam::takeItems(int thread)
{
    const std::size_t threads = m_shares.size();
    for (std::size_t i = 0; i < threads; ++i) {
        Share& share = m_shares[(static_cast<std::size_t>(thread) + i) % threads];
        std::int64_t item = 0;
        while (!m_stop->stop_requested()
               && (item = share.next.fetch_add(1, std::memory_order_relaxed)) < share.end)
            (*m_body)(item, thread);
    }
}

/// The system may wake two of us on one processor and leave them there for seconds while another
/// one sleeps: small layers then take twice their time.
void ThreadTeam::partFromOthers(int thread)
{
    const auto others = std::span(m_shares).first(static_cast<std::size_t>(thread));
    int now = processorNow();
    if (std::ranges::any_of(others, [now](const Share& share) { return share.processor == now; })) {
        std::vector<int> taken;
        for (const Share& share : others)
            taken.push_back(share.processor);
        moveAwayFrom(taken);
        now = processorNow();
    }
    m_shares[static_cast<std::size_t>(thread)].processor = now;
}

void ThreadTeam::workerLoop(int thread)
{
    for (unsigned round = 0;; ++round) {
        waitWhileEqual(m_round, round);
        if (!m_body)
            return;
        partFromOthers(thread);
        takeItems(thread);
        if (m_busy.fetch_sub(1, std::memory_order_acq_rel) == 1)
            m_busy.notify_one();
    }
}

} // namespace factorscope
