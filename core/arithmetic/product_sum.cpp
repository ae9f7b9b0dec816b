#include "core/arithmetic/product_sum.h"

#include "core/result/expects.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace factorscope {

std::size_t ProductSum::count(Tap tap) const
{
    return static_cast<std::size_t>(std::ranges::count(products, tap, &Product::tap));
}

std::vector<std::uint32_t> orderedProducts(const ProductSum& sum, ProductOrder order)
{
    std::vector<std::uint32_t> indices(sum.products.size());
    std::iota(indices.begin(), indices.end(), 0U);
    if (order == ProductOrder::Natural)
        return indices;
    std::vector<double> magnitudes;
    magnitudes.reserve(indices.size());
    for (const Product& product : sum.products) {
        const double magnitude = std::abs(product.contribution());
        magnitudes.push_back(std::isnan(magnitude) ? std::numeric_limits<double>::infinity()
                                                   : magnitude);
    }
    std::ranges::stable_sort(indices, std::greater(),
                             [&](std::uint32_t i) { return magnitudes[i]; });
    return indices;
}

std::vector<double> runningSums(const ProductSum& sum, std::span<const std::uint32_t> order)
{
    EXPECTS(order.size() == sum.products.size());
    std::vector<double> sums{0.0};
    sums.reserve(sum.terms() + 1);
    for (const std::uint32_t i : order)
        sums.push_back(sums.back() + sum.products[i].contribution());
    if (sum.bias)
        sums.push_back(sums.back() + *sum.bias);
    return sums;
}

std::vector<double> channelContributions(const ProductSum& sum)
{
    std::vector<double> contributions(sum.channels(), 0.0);
    for (std::size_t i = 0; i < sum.products.size(); ++i)
        contributions[i / sum.tapsOfChannel()] += sum.products[i].contribution();
    return contributions;
}

} // namespace factorscope
