#include "core/weights/number_format.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <vector>

namespace factorscope {
namespace {

static_assert(std::endian::native == std::endian::little, "files are read as they lie in memory");

constexpr std::size_t kBufferBytes = std::size_t{256} << 10;

struct Half {
    std::uint16_t bits;
};
struct BFloat {
    std::uint16_t bits;
};
struct Boolean {
    std::uint8_t value;
};

float toFloat(Half half)
{
    constexpr float kSmallest = 0x1p-24F;
    const std::uint32_t sign = std::uint32_t{half.bits & 0x8000U} << 16;
    const std::uint32_t exponent = (half.bits >> 10) & 0x1fU;
    const std::uint32_t mantissa = half.bits & 0x3ffU;
    if (exponent == 0) {
        const float magnitude = static_cast<float>(mantissa) * kSmallest;
        return sign ? -magnitude : magnitude;
    }
    const std::uint32_t wide = exponent == 31 ? 255 : exponent + 127 - 15;
    return std::bit_cast<float>(sign | wide << 23 | mantissa << 13);
}

float toFloat(BFloat value)
{
    return std::bit_cast<float>(std::uint32_t{value.bits} << 16);
}

float toFloat(Boolean boolean)
{
    return boolean.value ? 1.0F : 0.0F;
}

template <typename Number>
float toFloat(Number number)
{
    return static_cast<float>(number);
}

template <typename Number>
void convertAs(std::span<const std::byte> bytes, NumberFormat::Order order, std::span<float> floats)
{
    std::array<std::byte, sizeof(Number)> raw;
    for (std::size_t i = 0; i < floats.size(); ++i) {
        std::memcpy(raw.data(), bytes.data() + i * raw.size(), raw.size());
        if (order == NumberFormat::Order::BigEndian)
            std::ranges::reverse(raw);
        floats[i] = toFloat(std::bit_cast<Number>(raw));
    }
}

using Convert = void (*)(std::span<const std::byte>, NumberFormat::Order, std::span<float>);

template <typename One, typename Two, typename Four, typename Eight>
Convert integerConversion(int bytes)
{
    switch (bytes) {
    case 1:
        return convertAs<One>;
    case 2:
        return convertAs<Two>;
    case 4:
        return convertAs<Four>;
    case 8:
        return convertAs<Eight>;
    }
    return nullptr;
}

Convert floatConversion(int bytes)
{
    switch (bytes) {
    case 2:
        return convertAs<Half>;
    case 4:
        return convertAs<float>;
    case 8:
        return convertAs<double>;
    }
    return nullptr;
}

Convert conversion(const NumberFormat& format)
{
    switch (format.kind) {
    case NumberFormat::Kind::Float:
        return floatConversion(format.bytes);
    case NumberFormat::Kind::BFloat:
        return format.bytes == 2 ? convertAs<BFloat> : nullptr;
    case NumberFormat::Kind::Signed:
        return integerConversion<std::int8_t, std::int16_t, std::int32_t, std::int64_t>(
            format.bytes);
    case NumberFormat::Kind::Unsigned:
        return integerConversion<std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t>(
            format.bytes);
    case NumberFormat::Kind::Boolean:
        return format.bytes == 1 ? convertAs<Boolean> : nullptr;
    }
    return nullptr;
}

} // namespace

Result<void> readFloats(const ReadBytes& read, const NumberFormat& format, std::span<float> floats)
{
    if (format == NumberFormat{})
        return read(std::as_writable_bytes(floats));
    const Convert convert = conversion(format);
    EXPECTS(convert != nullptr);
    const auto width = static_cast<std::size_t>(format.bytes);
    std::vector<std::byte> buffer(std::min(kBufferBytes, floats.size() * width));
    while (!floats.empty()) {
        const std::size_t count = std::min(floats.size(), buffer.size() / width);
        const std::span<std::byte> bytes(buffer.data(), count * width);
        RETURN_IF_ERROR(read(bytes));
        convert(bytes, format.order, floats.first(count));
        floats = floats.subspan(count);
    }
    return {};
}

} // namespace factorscope
