#pragma once

#include "core/tensor/shape.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace factorscope {

/// What became of a value before it is multiplied.
enum class Tap {
    Taken, ///< as it is
    Damped, ///< a leaky ReLU has made it smaller
    Cut, ///< a ReLU has made it zero
    Padding, ///< it lies beyond the border, where all is zero
};

/// One product of a sum: a value of the maps that a convolution reads, times a weight.
struct Product {
    std::int64_t channel = 0; ///< of the value
    std::int64_t y = 0;
    std::int64_t x = 0;
    float before = 0.0F; ///< the value before its activation, where it has one; else as `value`
    float value = 0.0F;
    float weight = 0.0F;
    Tap tap = Tap::Taken;

    /// Exact: two float32 numbers have a product of at most 48 bits.
    double contribution() const { return double{value} * double{weight}; }
};

/// One thing that is done to a sum on its way to the value of its layer.
struct PointStep {
    enum class Kind { BatchNorm, Shortcut, Activation };
    Kind kind = Kind::Activation;
    float before = 0.0F;
    float after = 0.0F;
};

/// How one value of a convolution comes about, and what is done to it afterwards.
struct ProductSum {
    int level = 0; ///< of its convolution: 0 makes the output, higher ones lie nearer to the input
    std::int64_t channel = 0; ///< of the value
    std::int64_t y = 0;
    std::int64_t x = 0;
    Extent kernel;
    std::vector<Product> products; ///< channel by channel, each row by row: so they are added up
    std::optional<double> bias; ///< added last
    double total = 0.0; ///< in double precision, as `reference` adds: products, then bias
    std::vector<PointStep> steps; ///< from the total, as float32, to the value
    float value = 0.0F;

    std::size_t tapsOfChannel() const
    {
        return static_cast<std::size_t>(kernel.height * kernel.width);
    }
    std::size_t channels() const { return products.size() / tapsOfChannel(); }
    /// All that is added up: the products and the bias.
    std::size_t terms() const { return products.size() + (bias ? 1U : 0U); }
    std::size_t count(Tap tap) const;
};

enum class ProductOrder {
    Natural, ///< as they are added up
    ByContribution, ///< the largest magnitude first; equal ones as they are added up
};

/// Indices of the products. What is no number comes first.
std::vector<std::uint32_t> orderedProducts(const ProductSum& sum, ProductOrder order);

/// What has come together after so many terms: terms() + 1 numbers from 0 on, the bias last. In the
/// natural order the last is the total to the bit.
std::vector<double> runningSums(const ProductSum& sum, std::span<const std::uint32_t> order);

/// What each channel adds to the sum.
std::vector<double> channelContributions(const ProductSum& sum);

} // namespace factorscope
