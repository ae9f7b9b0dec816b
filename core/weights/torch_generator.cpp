#include "core/weights/torch_generator.h"

#include <cmath>
#include <numbers>
#include <utility>

namespace factorscope {
namespace {

constexpr std::size_t kGroup = 16; // PyTorch pairs the numbers of a group, first half with second

// Box and Muller's method, in place: uniform numbers in, normal numbers out.
void toNormal(std::span<float, kGroup> group)
{
    for (std::size_t i = 0; i < kGroup / 2; ++i) {
        const float u1 = 1.0F - group[i]; // (0, 1], so that the logarithm exists
        const float u2 = group[i + kGroup / 2];
        const float radius = std::sqrt(-2.0F * std::log(u1));
        const float angle = 2.0F * std::numbers::pi_v<float> * u2;
        group[i] = radius * std::cos(angle);
        group[i + kGroup / 2] = radius * std::sin(angle);
    }
}

} // namespace

TorchGenerator::TorchGenerator(std::uint64_t seed) : m_engine(static_cast<std::uint32_t>(seed)) {}

float TorchGenerator::nextFloat()
{
    constexpr std::uint32_t kMask = (1U << 24) - 1;
    return static_cast<float>(m_engine() & kMask) * 0x1p-24F;
}

double TorchGenerator::nextDouble()
{
    constexpr std::uint64_t kMask = (std::uint64_t{1} << 53) - 1;
    const std::uint64_t high = m_engine();
    const std::uint64_t low = m_engine();
    return static_cast<double>(((high << 32) | low) & kMask) * 0x1p-53;
}

void TorchGenerator::uniform(std::span<float> values, float low, float high)
{
    const float range = high - low;
    for (float& value : values)
        value = std::fma(nextFloat(), range, low);
}

bool TorchGenerator::normal(std::span<float> values, const std::stop_token& stop)
{
    if (values.size() < kGroup) {
        fewNormals(values);
        return true;
    }
    constexpr std::size_t kPiece = std::size_t{1} << 18;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i % kPiece == 0 && stop.stop_requested())
            return false;
        values[i] = nextFloat();
    }
    const std::size_t whole = values.size() / kGroup * kGroup;
    for (std::size_t i = 0; i < whole; i += kGroup) {
        if (i % kPiece == 0 && stop.stop_requested())
            return false;
        toNormal(values.subspan(i).first<kGroup>());
    }
    if (whole < values.size()) { // the last group is drawn anew and covers the end
        const auto last = values.last<kGroup>();
        for (float& value : last)
            value = nextFloat();
        toNormal(last);
    }
    return true;
}

double TorchGenerator::nextNormal()
{
    if (m_spareNormal)
        return *std::exchange(m_spareNormal, std::nullopt);
    const double u1 = nextDouble();
    const double u2 = nextDouble();
    const double radius = std::sqrt(-2.0 * std::log1p(-u2));
    const double angle = 2.0 * std::numbers::pi * u1;
    m_spareNormal = radius * std::sin(angle);
    return radius * std::cos(angle);
}

// Short tensors go another way in PyTorch: pair by pair in double precision.
void TorchGenerator::fewNormals(std::span<float> values)
{
    for (float& value : values)
        value = static_cast<float>(nextNormal());
}

} // namespace factorscope
