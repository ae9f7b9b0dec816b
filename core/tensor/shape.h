#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>

namespace factorscope {

/// A height and a width: of an image, a kernel, a stride, a padding.
struct Extent {
    std::int64_t height = 0;
    std::int64_t width = 0;

    bool operator==(const Extent&) const = default;
    std::string text() const; ///< "5x3"
};

/// The sizes of a tensor, outermost first. Feature maps are (N,C,H,W), weights (OC,C/groups,KH,KW).
class Shape {
public:
    static constexpr int kMaxRank = 8;

    Shape() = default;
    /// Sizes that the program itself made: at most kMaxRank, not negative, and their product
    /// below 2^60. Anything else is a mistake of the caller.
    Shape(std::initializer_list<std::int64_t> sizes);

    /// Sizes from outside; nothing when they break the rules above.
    static std::optional<Shape> checked(std::span<const std::int64_t> sizes);

    int rank() const { return m_rank; }
    std::int64_t operator[](int axis) const;
    std::span<const std::int64_t> sizes() const { return {m_sizes.data(), std::size_t(m_rank)}; }
    std::int64_t elements() const; ///< 1 for rank 0
    std::string text() const;      ///< "64x3x5x5", "scalar" for rank 0

    bool operator==(const Shape&) const = default;

private:
    std::array<std::int64_t, kMaxRank> m_sizes{};
    int m_rank = 0;
};

} // namespace factorscope
