#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>

namespace factorscope {

/// Keeps the memory of dead tensors for the next ones of about their size: fresh memory costs more
/// in page faults than a convolution costs in arithmetic. Bounded; the oldest block goes first.
/// Thread-safe. Lives as long as the last tensor that came from it.
class TensorPool : public std::enable_shared_from_this<TensorPool> {
public:
    /// `limitBytes`: how much unused memory is kept at most.
    static std::shared_ptr<TensorPool> create(std::size_t limitBytes);
    ~TensorPool();
    TensorPool(const TensorPool&) = delete;
    TensorPool& operator=(const TensorPool&) = delete;

    /// Frees the block, or hands it back to the pool it came from, or leaves it to its owner.
    struct Release {
        std::shared_ptr<TensorPool> pool;
        std::size_t capacity = 0; ///< floats
        std::shared_ptr<const void> owner{}; ///< of a block that is part of another
        void operator()(float* block) const;
    };
    using Block = std::unique_ptr<float[], Release>;

    /// A block of at least `floats` floats at a multiple of 64 bytes, content undefined.
    Block acquire(std::size_t floats);
    /// The same without a pool.
    static Block allocate(std::size_t floats);

    std::size_t unusedBytes() const;

private:
    struct Unused {
        float* block;
        std::size_t capacity;
    };

    explicit TensorPool(std::size_t limitBytes) : m_limitBytes(limitBytes) {}
    void takeBack(float* block, std::size_t capacity);

    const std::size_t m_limitBytes;
    mutable std::mutex m_mutex;
    std::deque<Unused> m_unused; ///< oldest first
    std::size_t m_unusedBytes = 0;
};

} // namespace factorscope
