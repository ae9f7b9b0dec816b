#pragma once

#include "core/conv/conv_engine.h"
#include "core/image/contact_sheet.h"
#include "core/tensor/tensor.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace factorscope {

/// What the values of one feature map are, those that are no numbers apart.
struct MapStatistics {
    float least = 0.0F; ///< of the finite values; 0 when there are none
    float most = 0.0F;
    double mean = 0.0;
    double deviation = 0.0; ///< square root of the (biased) variance
    /// All but half a percent of the finite values other than 0 are no further from 0 than this:
    /// what a scale must reach to show a map whose few strongest values stand far out.
    float typicalReach = 0.0F;
    std::int64_t values = 0; ///< all of them
    std::int64_t zeros = 0;
    std::int64_t nans = 0;
    std::int64_t infinite = 0;

    float reach() const { return std::max(most, -least); } ///< the furthest from 0
    bool isZero() const { return zeros == values; }
    std::int64_t nonFinite() const { return nans + infinite; }
    bool operator==(const MapStatistics&) const = default;
};

/// The same bits for every instruction set.
MapStatistics statisticsOf(std::span<const float> map, InstructionSet set = bestInstructionSet());

/// Of each map of the first image of (N,C,H,W), map by map in parallel; empty when stopped. Those
/// of the first maps may be `known` already.
std::vector<MapStatistics> mapStatistics(const Tensor& maps, const ComputeContext& context,
                                         std::vector<MapStatistics> known = {});

/// The scale that shows maps of these statistics, as displayRange() has it: from 0 when none is
/// negative, else symmetric about 0; 0 to 1 where all are zero.
ValueRange displayRange(std::span<const MapStatistics> maps);

} // namespace factorscope
