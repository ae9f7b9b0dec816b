#include "core/tensor/shape.h"

#include "core/result/expects.h"

#include <algorithm>

namespace factorscope {
namespace {

constexpr std::int64_t kMaxElements = std::int64_t{1} << 60;

} // namespace

std::string Extent::text() const
{
    return std::to_string(height) + "x" + std::to_string(width);
}

Shape::Shape(std::initializer_list<std::int64_t> sizes)
{
    const auto shape = checked({sizes.begin(), sizes.size()});
    EXPECTS(shape.has_value());
    *this = *shape;
}

std::optional<Shape> Shape::checked(std::span<const std::int64_t> sizes)
{
    if (sizes.size() > kMaxRank)
        return {};
    std::int64_t product = 1;
    for (const std::int64_t size : sizes) {
        if (size < 0 || size > kMaxElements)
            return {};
        // A zero must not hide an overflow in the other sizes, so it counts as one here.
        if (__builtin_mul_overflow(product, std::max<std::int64_t>(size, 1), &product)
            || product > kMaxElements)
            return {};
    }
    Shape shape;
    std::copy(sizes.begin(), sizes.end(), shape.m_sizes.begin());
    shape.m_rank = static_cast<int>(sizes.size());
    return shape;
}

std::int64_t Shape::operator[](int axis) const
{
    EXPECTS(axis >= 0 && axis < m_rank);
    return m_sizes[static_cast<std::size_t>(axis)];
}

std::int64_t Shape::elements() const
{
    std::int64_t product = 1;
    for (const std::int64_t size : sizes())
        product *= size;
    return product;
}

std::string Shape::text() const
{
    if (m_rank == 0)
        return "scalar";
    std::string text;
    for (const std::int64_t size : sizes())
        text += (text.empty() ? "" : "x") + std::to_string(size);
    return text;
}

} // namespace factorscope
