#include "core/arithmetic/multiplications.h"

#include "core/branch/layer_traits.h"
#include "core/receptive/receptive_field.h"

#include <algorithm>

namespace factorscope {
namespace {

/// Of one position of what the layers make.
std::int64_t ofLayers(const std::vector<Layer>& layers, std::int64_t in, Channels channels)
{
    std::int64_t count = 0;
    for (const Layer& layer : layers) {
        if (const auto* residual = std::get_if<Residual>(&layer.type))
            count += ofLayers(residual->body, in, channels);
        if (const auto* conv = std::get_if<Conv2d>(&layer.type)) {
            const std::int64_t taps = conv->kernel.height * conv->kernel.width;
            count += channels == Channels::One ? taps
                                               : taps * (in / conv->groups) * conv->outChannels;
        }
        in = channelsAfter({layer}, in);
    }
    return count;
}

/// Whether an output needs a mid position.
bool needs(const Multiplications& counts, const Position& output, const Position& mid)
{
    return mid.y >= output.y && mid.y < output.y + counts.window.height && mid.x >= output.x
        && mid.x < output.x + counts.window.width;
}

} // namespace

std::int64_t Multiplications::midsOfTile(std::int64_t side) const
{
    return (side + window.height - 1) * (side + window.width - 1);
}

double Multiplications::inTile(std::int64_t side) const
{
    const auto outputs = static_cast<double>(side * side);
    return static_cast<double>(midsOfTile(side)) * static_cast<double>(first) / outputs
        + static_cast<double>(second);
}

Multiplications multiplications(const BranchSpec& original, const BranchSpec& first,
                                const BranchSpec& second, Channels channels)
{
    return {.direct = ofLayers(original.layers, original.inChannels, channels),
            .first = ofLayers(first.layers, first.inChannels, channels),
            .second = ofLayers(second.layers, second.inChannels, channels),
            .window = theoreticalField(second).size};
}

std::int64_t tileAtPar(const Multiplications& counts, std::int64_t most)
{
    for (std::int64_t side = 1; side <= most; ++side) {
        if (counts.midsOfTile(side) * counts.first + side * side * counts.second
            <= side * side * counts.direct)
            return side;
    }
    return 0;
}

bool isKnownMid(const Multiplications& counts, const Position& mid, const Position& output,
                std::int64_t side)
{
    for (std::int64_t y = 0; y <= output.y; ++y) {
        const std::int64_t end = y < output.y ? side : output.x;
        for (std::int64_t x = 0; x < end; ++x) {
            if (needs(counts, {y, x}, mid))
                return true;
        }
    }
    return false;
}

std::int64_t knownMids(const Multiplications& counts, const Position& output, std::int64_t side)
{
    std::int64_t known = 0;
    for (std::int64_t y = output.y; y < output.y + counts.window.height; ++y) {
        for (std::int64_t x = output.x; x < output.x + counts.window.width; ++x)
            known += isKnownMid(counts, {y, x}, output, side) ? 1 : 0;
    }
    return known;
}

} // namespace factorscope
