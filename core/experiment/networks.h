#pragma once

#include "core/cost/network_cost.h"
#include "core/experiment/presets.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace factorscope {

/// A published network whose branches are presets.
struct Network {
    std::string_view id; ///< "googlenet": what the presets of its modules begin with
    std::string_view label; ///< "GoogLeNet": a name, not translated
};
std::span<const Network> networks();
const Network* findNetwork(std::string_view id);

/// The presets of a network's modules, in its order.
std::vector<const Preset*> presetsOf(const Network& network);
/// The same as modules: a 5×5 from end to end, at the size of the preset.
std::vector<NetworkModule> modulesOf(const Network& network);

/// The C_mid of one module of a network, where it is not by a rule.
struct ModuleMid {
    std::string module; ///< "3a"
    std::int64_t midChannels = 1;
    bool operator==(const ModuleMid&) const = default;
};
/// Of "3a=23". InvalidArgument with the text.
Result<ModuleMid> moduleMidFromText(std::string_view text, const Network& network);
/// The C_mid of every module: by the rule, but for those that are given.
std::vector<std::int64_t> midChannelsOf(const Network& network, MidRule rule,
                                        std::span<const ModuleMid> given);
/// What the network's branches cost so. Errors: as of networkCost().
Result<NetworkCost> costOfNetwork(const Network& network, MidRule rule,
                                  std::span<const ModuleMid> given);

/// A published branch as a point over α = C_out/C_in.
struct AlphaPoint {
    const Preset* preset = nullptr;
    double alpha = 1.0;
    double ratio = 1.0; ///< weights, two 3×3 to the 5×5 beside them, at the preset's C_mid
    double parity = 1.0; ///< the C_mid at which both cost the same
};
/// Of every preset, in their order.
std::vector<AlphaPoint> alphaPoints();

/// Weights of two 3×3 to those of the 5×5 of the same ends, C_mid by a rule that is not rounded.
double ratioOverAlpha(MidRule rule, double alpha);
/// Where C_mid = C_out costs as much as the 5×5: 16/9.
double breakEvenAlpha();

} // namespace factorscope
