#include "core/cost/network_cost.h"

#include "core/branch/named_branches.h"

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

constexpr std::int64_t kMostChannels = 65536;

Result<NetworkModuleCost> moduleCost(const NetworkModule& module, std::int64_t midChannels)
{
    if (midChannels < 1 || midChannels > kMostChannels)
        return Error{ErrorCode::InvalidArgument,
                     QT_TRANSLATE_NOOP("core", "C_mid of module %1 must be from 1 to %2, not %3"),
                     {module.name, std::to_string(kMostChannels), std::to_string(midChannels)}};
    const BranchOptions options{
        .inChannels = module.ends.in, .midChannels = midChannels, .outChannels = module.ends.out};
    ASSIGN_OR_RETURN(const CostReport original,
                     costOf(namedBranch(BranchKind::Original, options), module.size));
    ASSIGN_OR_RETURN(const CostReport decomposed,
                     costOf(namedBranch(BranchKind::Decomposed, options), module.size));
    return NetworkModuleCost{module, midChannels, original.total, decomposed.total};
}

} // namespace

std::optional<MidRule> midRuleFromName(std::string_view name)
{
    const auto* found = std::ranges::find(kMidRuleNames, name);
    if (found == kMidRuleNames.end())
        return {};
    return static_cast<MidRule>(found - kMidRuleNames.begin());
}

std::int64_t midChannelsBy(MidRule rule, const ChannelEnds& ends)
{
    switch (rule) {
    case MidRule::Out:
        return ends.out;
    case MidRule::GeometricMean:
        return std::llround(std::sqrt(static_cast<double>(ends.in * ends.out)));
    case MidRule::In:
        return ends.in;
    case MidRule::Parity:
        return std::max<std::int64_t>(1, 25 * ends.in * ends.out / (9 * (ends.in + ends.out)));
    }
    return 1;
}

std::vector<std::int64_t> midChannelsBy(MidRule rule, std::span<const NetworkModule> modules)
{
    std::vector<std::int64_t> midChannels;
    for (const NetworkModule& module : modules)
        midChannels.push_back(midChannelsBy(rule, module.ends));
    return midChannels;
}

Result<NetworkCost> networkCost(std::span<const NetworkModule> modules,
                                std::span<const std::int64_t> midChannels)
{
    EXPECTS(modules.size() == midChannels.size());
    NetworkCost network;
    for (std::size_t i = 0; i < modules.size(); ++i) {
        ASSIGN_OR_RETURN(NetworkModuleCost module, moduleCost(modules[i], midChannels[i]));
        addTo(network.original, module.original);
        addTo(network.decomposed, module.decomposed);
        network.modules.push_back(std::move(module));
    }
    return network;
}

} // namespace factorscope
