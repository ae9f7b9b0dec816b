#pragma once

#include "core/conv/conv_engine.h"
#include "core/experiment/stages.h"
#include "core/result/result.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace factorscope {

/// The map of the other branch that stands for a map: no other map has the same.
struct ChannelMatch {
    std::int64_t channel = 0;
    double correlation = 0.0; ///< of both over their pixels, −1 … 1
    bool operator==(const ChannelMatch&) const = default;
};

/// How many independent maps a layer is worth, see effectiveRank().
struct LayerRank {
    std::optional<double> effective; ///< nothing where there is a NaN or infinity
    std::int64_t pixels = 0; ///< that it was found from, of each map
    bool operator==(const LayerRank&) const = default;
};

/// What the maps of all stages are to each other: the rank of each layer, and which outputs of both
/// branches are alike. Built once, never changed.
struct MapAnalysis {
    std::array<SharedTensor, kStages.size()> maps; ///< whose it is, as kStages
    std::array<LayerRank, kStages.size()> ranks;
    std::vector<std::optional<ChannelMatch>> ofOriginal; ///< by channel
    std::vector<std::optional<ChannelMatch>> ofFactorised;

    const LayerRank& rank(Stage stage) const { return ranks[static_cast<std::size_t>(stage)]; }
    bool isOf(const Stages& stages, Stage stage) const
    {
        return stages[stage].maps && maps[static_cast<std::size_t>(stage)] == stages[stage].maps;
    }
    /// Whether its matches are those of these outputs.
    bool matches(const Stages& stages) const
    {
        return isOf(stages, Stage::Original) && isOf(stages, Stage::Factorised);
    }
};

/// Computes it with covariances over the pixels; what `previous` knows of the same maps is taken
/// from there. The matches are the one-to-one assignment of greatest total correlation; outputs of
/// different sizes have none. Error: Cancelled.
Result<MapAnalysis> mapAnalysis(const Stages& stages, const MapAnalysis* previous,
                                const ComputeContext& context);

/// In which order maps lie.
enum class MapSort {
    Index,
    Energy, ///< the greatest mean square first
    Similarity, ///< outputs in pairs of one from each branch, those most alike first
};

/// The mean square of the finite values of a map.
double energyOf(const MapStatistics& map);

/// The channels of a stage in their order, all of them once. Stages of one kind have one order: the
/// mid maps by their energy after the activation, the outputs and their difference by that of both
/// branches. By similarity the maps of both branches at one place are a pair, and what has no pair
/// comes last; all other stages keep theirs by index, and so do the outputs without an analysis of
/// as many channels.
std::vector<std::int64_t> channelOrder(const Stages& stages, Stage stage, MapSort sort,
                                       const MapAnalysis* analysis);

} // namespace factorscope
