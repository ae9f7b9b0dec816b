#include "core/experiment/presets.h"

#include <algorithm>
#include <array>

namespace factorscope {

std::span<const Preset> presets()
{
    static constexpr std::array<Preset, 19> kPresets{{
        {"article", "Article 64-64-64", 64, 64, 64, 224},
        {"googlenet-3a", "GoogLeNet 3a", 16, 32, 32, 28},
        {"googlenet-3b", "GoogLeNet 3b", 32, 96, 96, 28},
        {"googlenet-4a", "GoogLeNet 4a", 16, 48, 48, 14},
        {"googlenet-4b", "GoogLeNet 4b", 24, 64, 64, 14},
        {"googlenet-4c", "GoogLeNet 4c", 24, 64, 64, 14},
        {"googlenet-4d", "GoogLeNet 4d", 32, 64, 64, 14},
        {"googlenet-4e", "GoogLeNet 4e", 32, 128, 128, 14},
        {"googlenet-5a", "GoogLeNet 5a", 32, 128, 128, 7},
        {"googlenet-5b", "GoogLeNet 5b", 48, 128, 128, 7},
        {"inception-v2-3a", "Inception v2 3a", 64, 96, 96, 28},
        {"inception-v2-3b", "Inception v2 3b", 64, 96, 96, 28},
        {"inception-v2-4a", "Inception v2 4a", 96, 128, 128, 14},
        {"inception-v2-4b", "Inception v2 4b", 96, 128, 128, 14},
        {"inception-v2-4c", "Inception v2 4c", 128, 160, 160, 14},
        {"inception-v2-4d", "Inception v2 4d", 160, 192, 192, 14},
        {"inception-v2-5a", "Inception v2 5a", 160, 224, 224, 7},
        {"inception-v2-5b", "Inception v2 5b", 192, 224, 224, 7},
        {"inception-v3-a", "Inception v3 A", 64, 96, 96, 35, 48, 64},
    }};
    return kPresets;
}

const Preset* findPreset(std::string_view id)
{
    const auto found = std::ranges::find(presets(), id, &Preset::id);
    return found == presets().end() ? nullptr : &*found;
}

void apply(const Preset& preset, Experiment& experiment)
{
    experiment.inChannels = preset.inChannels;
    experiment.midChannels = preset.midChannels;
    experiment.outChannels = preset.outChannels;
    experiment.originalInChannels = preset.originalInChannels;
    experiment.originalOutChannels = preset.originalOutChannels;
    experiment.size = {preset.size, preset.size};
}

} // namespace factorscope
