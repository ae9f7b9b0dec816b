#include "core/branch/fusion.h"

#include "core/branch/layer_traits.h"

namespace factorscope {
namespace {

const Conv2d* convolutionAt(const std::vector<Layer>& layers, std::size_t i)
{
    return i < layers.size() ? std::get_if<Conv2d>(&layers[i].type) : nullptr;
}

} // namespace

bool runsWithConvolution(const std::vector<Layer>& layers, std::size_t i)
{
    return i > 0 && convolutionAt(layers, i - 1) && slopeOf(layers[i]);
}

std::optional<float> slopeBehind(const std::vector<Layer>& layers, std::size_t i)
{
    const bool isThere = i + 1 < layers.size() && runsWithConvolution(layers, i + 1);
    return isThere ? slopeOf(layers[i + 1]) : std::nullopt;
}

std::optional<FusedPair> fusedPairAt(const std::vector<Layer>& layers, std::size_t i,
                                     const Shape& in, std::string_view algorithm)
{
    const Conv2d* const first = convolutionAt(layers, i);
    if (!first)
        return {};
    const auto firstSlope = slopeBehind(layers, i);
    const std::size_t place = i + (firstSlope ? 2 : 1);
    const Conv2d* const second = convolutionAt(layers, place);
    if (!second)
        return {};
    const ConvProblem firstProblem = convProblem(*first, in);
    const ConvProblem secondProblem = convProblem(*second, firstProblem.outShape());
    const auto firstEngine = engineOrAuto(algorithm, firstProblem);
    const auto secondEngine = engineOrAuto(algorithm, secondProblem);
    if (!firstEngine || !secondEngine)
        return {};
    const ConvPair convs{{**firstEngine, firstProblem}, {**secondEngine, secondProblem}};
    if (!isPair(convs))
        return {};
    const auto secondSlope = slopeBehind(layers, place);
    return FusedPair{i, place, place + (secondSlope ? 2 : 1), convs, firstSlope, secondSlope};
}

} // namespace factorscope
