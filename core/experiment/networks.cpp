#include "core/experiment/networks.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>

namespace factorscope {
namespace {

AlphaPoint alphaPoint(const Preset& preset)
{
    Experiment experiment;
    apply(preset, experiment);
    const BranchOptions original = branchOptions(experiment, BranchKind::Original);
    const auto in = static_cast<double>(preset.inChannels);
    const auto out = static_cast<double>(preset.outChannels);
    const double parity = parityMidChannels({original.inChannels, original.outChannels},
                                            {preset.inChannels, preset.outChannels});
    return {.preset = &preset,
            .alpha = out / in,
            .ratio = static_cast<double>(preset.midChannels) / parity,
            .parity = parity};
}

/// What of a preset's id comes after its network's.
std::string moduleName(const Preset& preset, const Network& network)
{
    return std::string(preset.id.substr(network.id.size() + 1));
}

} // namespace

std::span<const Network> networks()
{
    static constexpr std::array<Network, 2> kNetworks{
        {{"googlenet", "GoogLeNet"}, {"inception-v2", "Inception v2"}}};
    return kNetworks;
}

const Network* findNetwork(std::string_view id)
{
    const auto found = std::ranges::find(networks(), id, &Network::id);
    return found == networks().end() ? nullptr : &*found;
}

std::vector<const Preset*> presetsOf(const Network& network)
{
    std::vector<const Preset*> own;
    for (const Preset& preset : presets()) {
        if (preset.id.starts_with(std::string(network.id) + "-"))
            own.push_back(&preset);
    }
    return own;
}

std::vector<NetworkModule> modulesOf(const Network& network)
{
    std::vector<NetworkModule> modules;
    for (const Preset* preset : presetsOf(network))
        modules.push_back({moduleName(*preset, network),
                           {preset->inChannels, preset->outChannels},
                           {preset->size, preset->size}});
    return modules;
}

Result<ModuleMid> moduleMidFromText(std::string_view text, const Network& network)
{
    const std::vector<NetworkModule> modules = modulesOf(network);
    const std::size_t equals = text.find('=');
    const std::string name(text.substr(0, equals));
    if (equals == std::string_view::npos
        || std::ranges::find(modules, name, &NetworkModule::name) == modules.end())
        return Error{
            ErrorCode::InvalidArgument,
            QT_TRANSLATE_NOOP("core", "'%1' is no C_mid of a module of %2: write it as %3=64"),
            {std::string(text), std::string(network.id), modules.front().name}};
    const std::string_view number = text.substr(equals + 1);
    ModuleMid mid{.module = name};
    const char* end = number.data() + number.size();
    const auto [stop, error] = std::from_chars(number.data(), end, mid.midChannels);
    if (error != std::errc() || stop != end)
        return Error{ErrorCode::InvalidArgument,
                     QT_TRANSLATE_NOOP("core", "'%1' is no whole number"),
                     {std::string(number)}};
    return mid;
}

std::vector<std::int64_t> midChannelsOf(const Network& network, MidRule rule,
                                        std::span<const ModuleMid> given)
{
    const std::vector<NetworkModule> modules = modulesOf(network);
    std::vector<std::int64_t> midChannels = midChannelsBy(rule, modules);
    for (const ModuleMid& mid : given) {
        const auto module = std::ranges::find(modules, mid.module, &NetworkModule::name);
        EXPECTS(module != modules.end());
        midChannels[static_cast<std::size_t>(module - modules.begin())] = mid.midChannels;
    }
    return midChannels;
}

Result<NetworkCost> costOfNetwork(const Network& network, MidRule rule,
                                  std::span<const ModuleMid> given)
{
    return networkCost(modulesOf(network), midChannelsOf(network, rule, given));
}

std::vector<AlphaPoint> alphaPoints()
{
    std::vector<AlphaPoint> points;
    for (const Preset& preset : presets())
        points.push_back(alphaPoint(preset));
    return points;
}

double ratioOverAlpha(MidRule rule, double alpha)
{
    constexpr double kTaps = 9.0 / 25.0;
    switch (rule) {
    case MidRule::Out:
        return kTaps * (1.0 + alpha);
    case MidRule::GeometricMean:
        return kTaps * (std::sqrt(alpha) + 1.0 / std::sqrt(alpha));
    case MidRule::In:
        return kTaps * (1.0 + 1.0 / alpha);
    case MidRule::Parity:
        return 1.0;
    }
    return 1.0;
}

double breakEvenAlpha()
{
    return 16.0 / 9.0;
}

} // namespace factorscope
