#pragma once

#include "core/arithmetic/product_sum.h"

namespace factorscope {

/// A sum in the order in which its products are looked at, with all that follows from it.
struct OrderedSum {
    ProductSum sum;
    std::vector<std::uint32_t> order; ///< indices of products
    std::vector<std::uint32_t> ranks; ///< of each product in the order, from 0
    std::vector<double> running; ///< see runningSums()
    std::vector<double> contributions; ///< of each channel
    std::vector<std::uint32_t> channels; ///< in the same order: from the first channel, or from the
                                         ///< one that adds or takes away most
    double mostContribution = 0.0; ///< largest magnitude of one product; only what is finite counts
    double mostOfChannel = 0.0; ///< likewise of one channel's
    double mostValue = 0.0;
    double mostWeight = 0.0;

    /// The product that the last of so many terms adds; nothing for none and for the bias.
    std::optional<std::size_t> productAt(std::size_t terms) const;
    std::int64_t firstChannel() const { return sum.products.front().channel; }
};

OrderedSum orderedSum(ProductSum sum, ProductOrder order);

/// The product of largest magnitude whose value is no padding; nothing where all are.
std::optional<std::size_t> strongestProduct(const ProductSum& sum);

} // namespace factorscope
