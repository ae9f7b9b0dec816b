#pragma once

#include "core/cost/cost.h"
#include "core/result/result.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace factorscope {

/// How the mid channels of a module follow from its ends.
enum class MidRule {
    Out, ///< C_out
    GeometricMean, ///< √(C_in·C_out), rounded
    In, ///< C_in
    Parity, ///< the most that are no dearer than the 5×5
};
inline constexpr std::array kMidRules{MidRule::Out, MidRule::GeometricMean, MidRule::In,
                                      MidRule::Parity};
inline constexpr std::array<std::string_view, 4> kMidRuleNames{"c-out", "geometric-mean", "c-in",
                                                               "parity"};
inline std::string_view midRuleName(MidRule rule)
{
    return kMidRuleNames[static_cast<std::size_t>(rule)];
}
std::optional<MidRule> midRuleFromName(std::string_view name);
std::int64_t midChannelsBy(MidRule rule, const ChannelEnds& ends); ///< at least 1

/// One module of a network: a 5×5 between these ends, or two 3×3 in its place.
struct NetworkModule {
    std::string name; ///< "3a"
    ChannelEnds ends;
    Extent size;
};

struct NetworkModuleCost {
    NetworkModule module;
    std::int64_t midChannels = 0;
    Cost original;
    Cost decomposed;

    CostRatio ratio() const { return ratioOf(decomposed, original); }
};
/// The 5×5 branches of a network with biases and ReLU, and two 3×3 in their places.
struct NetworkCost {
    std::vector<NetworkModuleCost> modules;
    Cost original; ///< of all
    Cost decomposed;

    CostRatio ratio() const { return ratioOf(decomposed, original); }
};
/// With C_mid for each module, as many as there are modules. InvalidArgument when one is not from 1
/// to 65,536; Shape as of costOf().
Result<NetworkCost> networkCost(std::span<const NetworkModule> modules,
                                std::span<const std::int64_t> midChannels);

/// The C_mid of every module by a rule.
std::vector<std::int64_t> midChannelsBy(MidRule rule, std::span<const NetworkModule> modules);

} // namespace factorscope
