#include "core/bench/memory_bandwidth.h"

#include "core/bench/stream_kernel.h"
#include "core/conv/kernel_dispatch.h"
#include "core/timing/timing.h"

#include <algorithm>
#include <fstream>
#include <string>

namespace factorscope {

FACTORSCOPE_DISPATCH_KERNEL(streamTriad, const StreamWork&)

namespace {

constexpr std::int64_t kMega = std::int64_t{1} << 20;
constexpr std::int64_t kPieceFloats = std::int64_t{1} << 16; // a multiple of every vector
constexpr float kB = 0.5F;
constexpr float kC = 0.25F;
constexpr float kFactor = 2.0F;

/// Bytes of "32768K"; 0 for what is none.
std::int64_t bytesOfText(const std::string& text)
{
    std::int64_t number = 0;
    std::size_t i = 0;
    for (; i < text.size() && text[i] >= '0' && text[i] <= '9' && number < kMega; ++i)
        number = number * 10 + (text[i] - '0');
    const char unit = i < text.size() ? text[i] : ' ';
    return number * (unit == 'G' ? kMega * 1024 : unit == 'M' ? kMega : unit == 'K' ? 1024 : 1);
}

} // namespace

std::int64_t lastCacheBytes()
{
    constexpr int kMostCaches = 8;
    std::int64_t most = 0;
    for (int i = 0; i < kMostCaches; ++i) {
        std::ifstream file("/sys/devices/system/cpu/cpu0/cache/index" + std::to_string(i)
                           + "/size");
        std::string text;
        if (file >> text)
            most = std::max(most, bytesOfText(text));
    }
    return most > 0 ? most : 32 * kMega;
}

Result<StreamArrays> StreamArrays::create(const ComputeContext& context)
{
    constexpr std::int64_t kLeast = 16 * kMega;
    constexpr std::int64_t kMost = 256 * kMega;
    const std::int64_t wanted
        = std::min(std::clamp(2 * lastCacheBytes(), kLeast, kMost), context.memoryLimitBytes / 12);
    const std::int64_t floats
        = std::max(wanted / std::int64_t{sizeof(float)} / kPieceFloats, std::int64_t{1})
        * kPieceFloats;
    StreamArrays arrays;
    arrays.m_a = Tensor::uninitialized({floats});
    arrays.m_b = Tensor::uninitialized({floats});
    arrays.m_c = Tensor::uninitialized({floats});
    float* const a = arrays.m_a.data();
    float* const b = arrays.m_b.data();
    float* const c = arrays.m_c.data();
    const bool done = context.team.forEach(
        floats / kPieceFloats,
        [&](std::int64_t piece, int) {
            std::fill_n(a + piece * kPieceFloats, kPieceFloats, 0.0F);
            std::fill_n(b + piece * kPieceFloats, kPieceFloats, kB);
            std::fill_n(c + piece * kPieceFloats, kPieceFloats, kC);
        },
        context.stop);
    if (!done)
        return cancelled();
    return arrays;
}

Result<double> StreamArrays::gigabytesPerSecond(const ComputeContext& context)
{
    float* const a = m_a.data();
    const float* const b = m_b.data();
    const float* const c = m_c.data();
    const auto start = Clock::now();
    const bool done = context.team.forEach(
        m_a.elements() / kPieceFloats,
        [&](std::int64_t piece, int) {
            const std::int64_t first = piece * kPieceFloats;
            streamTriad({.a = a + first,
                         .b = b + first,
                         .c = c + first,
                         .factor = kFactor,
                         .floats = kPieceFloats},
                        context.instructionSet);
        },
        context.stop);
    const double milliseconds = millisecondsSince(start);
    if (!done)
        return cancelled();
    return static_cast<double>(bytes()) / milliseconds * 1e-6;
}

bool StreamArrays::holdsTriad() const
{
    return std::ranges::all_of(m_a.values(),
                               [](float value) { return value == kB + kFactor * kC; });
}

} // namespace factorscope
