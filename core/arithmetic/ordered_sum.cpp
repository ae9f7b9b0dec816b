#include "core/arithmetic/ordered_sum.h"

#include "core/result/expects.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace factorscope {
namespace {

/// Keeps the larger of two magnitudes, where it is a number.
void raise(double& most, double value)
{
    if (std::isfinite(value))
        most = std::max(most, std::abs(value));
}

std::vector<std::uint32_t> orderedChannels(const std::vector<double>& contributions,
                                           ProductOrder order)
{
    std::vector<std::uint32_t> channels(contributions.size());
    std::iota(channels.begin(), channels.end(), 0U);
    if (order == ProductOrder::ByContribution)
        std::ranges::stable_sort(channels, std::greater(), [&](std::uint32_t channel) {
            const double magnitude = std::abs(contributions[channel]);
            return std::isnan(magnitude) ? HUGE_VAL : magnitude;
        });
    return channels;
}

} // namespace

std::optional<std::size_t> OrderedSum::productAt(std::size_t terms) const
{
    if (terms == 0 || terms > order.size())
        return {};
    return order[terms - 1];
}

OrderedSum orderedSum(ProductSum sum, ProductOrder order)
{
    EXPECTS(!sum.products.empty());
    OrderedSum ordered;
    ordered.order = orderedProducts(sum, order);
    ordered.ranks.resize(ordered.order.size());
    for (std::size_t i = 0; i < ordered.order.size(); ++i)
        ordered.ranks[ordered.order[i]] = static_cast<std::uint32_t>(i);
    ordered.running = runningSums(sum, ordered.order);
    ordered.contributions = channelContributions(sum);
    ordered.channels = orderedChannels(ordered.contributions, order);
    for (const Product& product : sum.products) {
        raise(ordered.mostContribution, product.contribution());
        raise(ordered.mostValue, product.value);
        raise(ordered.mostWeight, product.weight);
    }
    for (const double contribution : ordered.contributions)
        raise(ordered.mostOfChannel, contribution);
    ordered.sum = std::move(sum);
    return ordered;
}

std::optional<std::size_t> strongestProduct(const ProductSum& sum)
{
    std::optional<std::size_t> strongest;
    const auto magnitude = [&](std::size_t i) { return std::abs(sum.products[i].contribution()); };
    for (std::size_t i = 0; i < sum.products.size(); ++i) {
        if (sum.products[i].tap != Tap::Padding
            && (!strongest || magnitude(i) > magnitude(*strongest)))
            strongest = i;
    }
    return strongest;
}

} // namespace factorscope
