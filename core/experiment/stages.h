#pragma once

#include "core/branch/executor.h"
#include "core/experiment/experiment.h"
#include "core/image/map_statistics.h"

#include <array>
#include <vector>

namespace factorscope {

struct BranchEvaluation;

/// Where a picture is looked at on its way through both branches, in the order in which it is
/// shown.
enum class Stage {
    Input,
    MidBefore, ///< mid channels before the activation between the halves
    MidAfter, ///< and after it
    Original, ///< what the 5×5 makes
    Factorised, ///< what the factorised branch makes
    Difference, ///< original − factorised
};
inline constexpr std::array<Stage, 6> kStages{Stage::Input,      Stage::MidBefore,
                                              Stage::MidAfter,   Stage::Original,
                                              Stage::Factorised, Stage::Difference};

/// The feature maps at one stage.
struct StageMaps {
    SharedTensor maps; ///< (N,C,H,W); null where there are none
    std::vector<MapStatistics> statistics; ///< of each map of the first image

    std::int64_t channels() const { return maps ? maps->shape()[1] : 0; }
    Extent size() const { return maps ? Extent{maps->shape()[2], maps->shape()[3]} : Extent{}; }
    /// The value of the first image; the position lies within.
    float at(std::int64_t channel, std::int64_t y, std::int64_t x) const;
    std::span<const float> map(std::int64_t channel) const;
};

/// The stages of an experiment, by their place in kStages.
class Stages {
public:
    const StageMaps& operator[](Stage stage) const
    {
        return m_maps[static_cast<std::size_t>(stage)];
    }
    StageMaps& operator[](Stage stage) { return m_maps[static_cast<std::size_t>(stage)]; }

private:
    std::array<StageMaps, kStages.size()> m_maps;
};

/// The stages of two evaluations of `experiment` under Capture::Activations. Without an activation
/// between there is no MidAfter; outputs of different shapes have no Difference. Statistics of
/// tensors that are in `previous` too are taken from there. Error: Cancelled.
Result<Stages> stagesOf(const Experiment& experiment, const BranchEvaluation& original,
                        const BranchEvaluation& factorised, const Stages* previous,
                        const ComputeContext& context);

/// Whether a map at this stage can be dead: zero everywhere, after an activation.
bool canBeDead(Stage stage);

} // namespace factorscope
