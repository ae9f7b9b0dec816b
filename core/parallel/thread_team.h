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
    using Body = std::function<void(std::int64_t item, int thread)>;

    /// `threads` ≥ 1; 0 takes as many as the machine has.
    explicit ThreadTeam(int threads);
    ~ThreadTeam();

    int size() const { return static_cast<int>(m_workers.size()) + 1; }

    /// Calls body(item, thread) once for every item in [0, count), thread in [0, size()), in no
    /// set order, and returns when all have ended. The body must not throw. Once `stop` is
    /// requested no further item is begun; then the answer is false.
    bool forEach(std::int64_t count, const Body& body, const std::stop_token& stop = {});

private:
    void workerLoop(int thread);
    void takeItems(int thread);

    const Body* m_body = nullptr; ///< null tells the workers to end
    const std::stop_token* m_stop = nullptr;
    std::int64_t m_count = 0;
    std::atomic<std::int64_t> m_next{0};
    std::atomic<unsigned> m_round{0}; ///< raised to call the workers
    std::atomic<unsigned> m_busy{0};  ///< workers that have not finished the round
    std::vector<std::jthread> m_workers;
};

} // namespace factorscope
