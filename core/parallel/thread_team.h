#pragma once

#include <array>
#include <atomic>
#include <cstddef>
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

    /// Calls body(item, thread) once for every item in [0, count), thread in [0, size()), and
    /// returns when all have ended. Each thread begins with a share of neighbouring items, the same
    /// at each call, so that it finds in its cache what it left there; then it helps the others.
    /// The body must not throw. Once `stop` is requested no further item is begun; then the answer
    /// is false.
    bool forEach(std::int64_t count, const Body& body, const std::stop_token& stop = {});

private:
    /// The items of one thread that are still to be taken.
    struct Share {
        std::atomic<std::int64_t> next{0};
        std::int64_t end = 0;
        std::atomic<int> processor{-1}; ///< that the thread ran on last; −1: not known
        std::array<std::byte, 44> apart{}; ///< no two in one cache line
    };

    void workerLoop(int thread);
    void partFromOthers(int thread);
    void takeItems(int thread);

    const Body* m_body = nullptr; ///< null tells the workers to end
    const std::stop_token* m_stop = nullptr;
    std::vector<Share> m_shares; ///< by thread
    std::atomic<unsigned> m_round{0}; ///< raised to call the workers
    std::atomic<unsigned> m_busy{0}; ///< workers that have not finished the round
    std::vector<std::jthread> m_workers;
};

} // namespace factorscope
