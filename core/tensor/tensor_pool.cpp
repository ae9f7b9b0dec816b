#include "core/tensor/tensor_pool.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <new>

#include <sys/mman.h>

namespace factorscope {
namespace {

constexpr std::align_val_t kAlignment{64};

// A hundred megabytes in pages of 4 kB take tens of milliseconds to be first touched, and again to be
// given back, which is also how long an interrupted process would take to go.
void askForLargePages(void* block, std::size_t bytes)
{
    constexpr std::uintptr_t kLargePage = std::uintptr_t{2} << 20;
    const auto address = reinterpret_cast<std::uintptr_t>(block);
    const std::uintptr_t begin = (address + kLargePage - 1) / kLargePage * kLargePage;
    const std::uintptr_t end = (address + bytes) / kLargePage * kLargePage;
    if (begin < end) // a wish: what the system answers changes nothing
        (void)::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
}

float* newBlock(std::size_t floats)
{
    const std::size_t bytes = floats * sizeof(float);
    void* block = ::operator new(bytes, kAlignment);
    askForLargePages(block, bytes);
    return static_cast<float*>(block);
}

void deleteBlock(float* block)
{
    ::operator delete(block, kAlignment);
}

// Rounded up to an eighth of a power of two, so that a tensor with one channel more or less fits
// the block of its predecessor while at most an eighth is lost.
std::size_t sizeClass(std::size_t floats)
{
    const std::size_t least = std::max<std::size_t>(floats, 16);
    const std::size_t step = std::max<std::size_t>(std::bit_floor(least) / 8, 16);
    return (least + step - 1) / step * step;
}

} // namespace

std::shared_ptr<TensorPool> TensorPool::create(std::size_t limitBytes)
{
    return std::shared_ptr<TensorPool>(new TensorPool(limitBytes));
}

TensorPool::~TensorPool()
{
    for (const Unused& unused : m_unused)
        deleteBlock(unused.block);
}

TensorPool::Block TensorPool::acquire(std::size_t floats)
{
    const std::size_t capacity = sizeClass(floats);
    {
        const std::lock_guard lock(m_mutex);
        const auto found = std::find_if(m_unused.rbegin(), m_unused.rend(), [&](const Unused& u) {
            return u.capacity == capacity;
        });
        if (found != m_unused.rend()) {
            float* block = found->block;
            m_unused.erase(std::prev(found.base()));
            m_unusedBytes -= capacity * sizeof(float);
            return {block, Release{shared_from_this(), capacity}};
        }
    }
    return {newBlock(capacity), Release{shared_from_this(), capacity}};
}

TensorPool::Block TensorPool::allocate(std::size_t floats)
{
    return {newBlock(std::max<std::size_t>(floats, 1)), Release{nullptr, floats}};
}

void TensorPool::Release::operator()(float* block) const
{
    if (owner)
        return;
    if (pool)
        pool->takeBack(block, capacity);
    else
        deleteBlock(block);
}

void TensorPool::takeBack(float* block, std::size_t capacity)
{
    const std::lock_guard lock(m_mutex);
    m_unused.push_back({block, capacity});
    m_unusedBytes += capacity * sizeof(float);
    while (m_unusedBytes > m_limitBytes) {
        m_unusedBytes -= m_unused.front().capacity * sizeof(float);
        deleteBlock(m_unused.front().block);
        m_unused.pop_front();
    }
}

std::size_t TensorPool::unusedBytes() const
{
    const std::lock_guard lock(m_mutex);
    return m_unusedBytes;
}

} // namespace factorscope
