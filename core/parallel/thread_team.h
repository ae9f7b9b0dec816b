#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <thread>
#include <vector>

namespace factorscope {

/// Fork and join: T − 1 sleeping workers and the caller do one piece of work together.
/// One caller at a time, and no call from within a body.
class ThreadTeam {
public:
    /// `threads` ≥ 1; 0 takes as many as the machine has.
    explicit ThreadTeam(int threads);
    ~ThreadTeam();
    ThreadTeam(const ThreadTeam&) = delete;
    ThreadTeam& operator=(const ThreadTeam&) = delete;

    int size() const { return static_cast<int>(m_workers.size()) + 1; }

    /// Calls body(item, thread) once for every item in [0, count), thread in [0, size()), in no
    /// set order, and returns when all have ended. The body must not throw. Once `stop` is
    /// requested no further item is begun; then the answer is false.
    bool forEach(std::int64_t count, const std::function<void(std::int64_t, int)>& body,
                 const std::stop_token& stop = {});

private:
    void workerLoop(int thread);
    void takeItems(int thread);

    struct Work {
        std::int64_t count = 0;
        const std::function<void(std::int64_t, int)>* body = nullptr;
        const std::stop_token* stop = nullptr;
    } m_work;
    std::atomic<std::int64_t> m_next{0};
    std::atomic<std::uint32_t> m_round{0}; ///< raised to call the workers
    std::atomic<int> m_busy{0};            ///< workers that have not finished the round
    std::atomic<bool> m_ending{false};
    std::vector<std::jthread> m_workers;
};

} // namespace factorscope
