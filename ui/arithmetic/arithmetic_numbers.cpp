// The numbers of the figures of the arithmetic.

#include "core/experiment/pixel_arithmetic.h"
#include "ui/arithmetic/arithmetic_figure.h"
#include "ui/arithmetic/reuse_picture.h"

#include <utility>

namespace factorscope {
namespace {

const char* nameOf(Tap tap)
{
    switch (tap) {
    case Tap::Taken:
        return "taken";
    case Tap::Damped:
        return "damped";
    case Tap::Cut:
        return "cut";
    case Tap::Padding:
        return "padding";
    }
    return "";
}

const char* nameOf(PointStep::Kind kind)
{
    switch (kind) {
    case PointStep::Kind::BatchNorm:
        return "batch_norm";
    case PointStep::Kind::Shortcut:
        return "shortcut";
    case PointStep::Kind::Activation:
        return "activation";
    }
    return "";
}

std::string branchOf(const ArithmeticSums& sums, SumPlace place)
{
    return place == SumPlace::Original ? "original" : sums.both->factorised.spec.name;
}

const char* sumOf(SumPlace place)
{
    return place == SumPlace::Opened ? "tap" : "output";
}

void addProducts(NumberTable& table, const ArithmeticSums& sums, SumPlace place)
{
    const OrderedSum& ordered = *sums[place];
    const std::string branch = branchOf(sums, place);
    for (std::size_t term = 0; term < ordered.order.size(); ++term) {
        const std::size_t i = ordered.order[term];
        const Product& product = ordered.sum.products[i];
        const TapPlace tap = placeOf(ordered.sum, i);
        table.rows.push_back({branch, sumOf(place), term, tap.channel, tap.row, tap.column,
                              product.y, product.x, product.before, product.value, product.weight,
                              product.contribution(), ordered.running[term + 1],
                              nameOf(product.tap)});
    }
    if (ordered.sum.bias)
        table.rows.push_back({branch, sumOf(place), ordered.order.size(), Json(), Json(), Json(),
                              Json(), Json(), Json(), Json(), Json(), *ordered.sum.bias,
                              ordered.running.back(), "bias"});
}

void addSum(NumberTable& table, const ArithmeticSums& sums, SumPlace place)
{
    const ProductSum& sum = sums[place]->sum;
    const BranchArithmetic* branch = nullptr;
    if (place == SumPlace::Original)
        branch = sums.found.original.get();
    if (place == SumPlace::Factorised)
        branch = sums.found.factorised.get();
    std::string steps;
    for (const PointStep& step : sum.steps)
        steps.append(steps.empty() ? "" : " ").append(nameOf(step.kind));
    table.rows.push_back(
        {branchOf(sums, place), sumOf(place), sum.channel, sum.y, sum.x, sum.products.size(),
         sum.count(Tap::Cut), sum.count(Tap::Damped), sum.count(Tap::Padding), sum.total, steps,
         sum.value, branch ? Json(branch->computed) : Json(),
         branch ? Json(branch->deviation()) : Json(), branch ? Json(branch->algorithm) : Json()});
}

NumberTable countTable(const Experiment& experiment)
{
    NumberTable table{.name = "counts",
                      .columns = {"channels", "original", "first_half", "second_half",
                                  "mid_positions", "without_reuse", "with_reuse", "tile_at_par"},
                      .rows = {}};
    constexpr std::int64_t kMostPar = 4096;
    for (const auto& [channels, name] :
         {std::pair(Channels::One, "one"), std::pair(Channels::All, "all")}) {
        const Multiplications counts = multiplicationsOf(experiment, channels);
        const std::int64_t par = tileAtPar(counts, kMostPar);
        table.rows.push_back({name, counts.direct, counts.first, counts.second, counts.mids(),
                              counts.withoutReuse(), counts.withReuse(),
                              par > 0 ? Json(par) : Json()});
    }
    return table;
}

} // namespace

std::vector<NumberTable> productNumbers(const ArithmeticSums& sums)
{
    NumberTable products{.name = "products",
                         .columns = {"branch", "sum", "term", "channel", "row", "column", "y", "x",
                                     "before_activation", "value", "weight", "product",
                                     "running_sum", "tap"},
                         .rows = {}};
    NumberTable table{.name = "sums",
                      .columns = {"branch", "sum", "channel", "y", "x", "products", "cut", "damped",
                                  "padding", "total", "steps", "value", "computed", "deviation",
                                  "algorithm"},
                      .rows = {}};
    for (const SumPlace place : kSumPlaces) {
        if (!sums[place])
            continue;
        addProducts(products, sums, place);
        addSum(table, sums, place);
    }
    return {std::move(products), std::move(table)};
}

std::vector<NumberTable> multiplicationNumbers(const Experiment& experiment,
                                               const ViewSettings& settings)
{
    const ReusePicture picture = reusePicture(experiment, settings.arithmetic);
    NumberTable tiles{.name = "tiles",
                      .columns = {"side", "outputs", "mid_positions", "multiplications",
                                  "per_output", "original_per_output"},
                      .rows = {}};
    for (std::int64_t side = 1; side <= ArithmeticLook::kMostTile; ++side) {
        const std::int64_t mids = picture.counts.midsOfTile(side);
        tiles.rows.push_back({side, side * side, mids,
                              mids * picture.counts.first + side * side * picture.counts.second,
                              picture.counts.inTile(side), picture.counts.direct});
    }
    NumberTable outputs{.name = "outputs",
                        .columns = {"y", "x", "known_mids", "new_mids", "multiplications"},
                        .rows = {}};
    for (std::int64_t i = 0; i < picture.outputs(); ++i) {
        const std::int64_t known = picture.known[static_cast<std::size_t>(i)];
        outputs.rows.push_back({i / picture.tile, i % picture.tile, known,
                                picture.counts.mids() - known, picture.multiplicationsOf(i)});
    }
    return {std::move(tiles), std::move(outputs), countTable(experiment)};
}

} // namespace factorscope
