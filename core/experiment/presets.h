#pragma once

#include "core/experiment/experiment.h"

#include <span>
#include <string_view>

namespace factorscope {

/// Channels and size of a published branch.
struct Preset {
    std::string_view id;    ///< "googlenet-3a"
    std::string_view label; ///< "GoogLeNet 3a": a name, not translated
    std::int64_t inChannels;
    std::int64_t midChannels;
    std::int64_t outChannels;
    std::int64_t size; ///< height and width
    std::int64_t originalInChannels = 0; ///< of the real 5×5 beside it, where the ends differ
    std::int64_t originalOutChannels = 0;
};

/// The article's example, GoogLeNet's nine 5×5 branches (Szegedy et al. 2014, C_mid = C_out), the double
/// 3×3 branches of Inception v2 by its paper's module names, and module A of Inception v3.
std::span<const Preset> presets();
const Preset* findPreset(std::string_view id);

/// Sets channels and size; everything else stays.
void apply(const Preset& preset, Experiment& experiment);

} // namespace factorscope
