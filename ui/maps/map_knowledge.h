#pragma once

#include "core/experiment/map_analysis.h"
#include "core/image/histogram.h"

#include <array>
#include <memory>
#include <optional>

namespace factorscope {

inline constexpr int kMapHistogramBins = 96;

/// What one map's histogram is made of: its values between the ends of its colour scale.
struct MapToCount {
    SharedTensor maps;
    std::int64_t channel = 0;
    ValueRange range;
    bool operator==(const MapToCount&) const = default;
};

/// What is known of maps beyond the answer that they are part of: what takes time to find.
struct MapKnowledge {
    std::shared_ptr<const MapAnalysis> analysis; ///< null, or of an earlier answer, until found
    bool isAnalysing = false;
    /// Of the chosen maps, as kStages, where one is shown alone; the earlier ones until counted.
    std::array<std::optional<Histogram>, kStages.size()> histograms;

    const std::optional<Histogram>& histogram(Stage stage) const
    {
        return histograms[static_cast<std::size_t>(stage)];
    }
};

} // namespace factorscope
