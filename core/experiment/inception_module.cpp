#include "core/experiment/inception_module.h"

#include <algorithm>
#include <utility>

namespace factorscope {
namespace {

constexpr std::array<InceptionModule, 9> kModules{{
    {"googlenet-3a", "GoogLeNet 3a", 28, 192, 64, 96, 128, 16, 32, 32},
    {"googlenet-3b", "GoogLeNet 3b", 28, 256, 128, 128, 192, 32, 96, 64},
    {"googlenet-4a", "GoogLeNet 4a", 14, 480, 192, 96, 208, 16, 48, 64},
    {"googlenet-4b", "GoogLeNet 4b", 14, 512, 160, 112, 224, 24, 64, 64},
    {"googlenet-4c", "GoogLeNet 4c", 14, 512, 128, 128, 256, 24, 64, 64},
    {"googlenet-4d", "GoogLeNet 4d", 14, 512, 112, 144, 288, 32, 64, 64},
    {"googlenet-4e", "GoogLeNet 4e", 14, 528, 256, 160, 320, 32, 128, 128},
    {"googlenet-5a", "GoogLeNet 5a", 7, 832, 256, 160, 320, 32, 128, 128},
    {"googlenet-5b", "GoogLeNet 5b", 7, 832, 384, 192, 384, 48, 128, 128},
}};

constexpr Extent kPoolKernel{3, 3};

Cost& operator+=(Cost& sum, const Cost& cost)
{
    sum.params += cost.params;
    sum.weights += cost.weights;
    sum.macs += cost.macs;
    sum.activationBytes += cost.activationBytes;
    return sum;
}

Cost operator-(const Cost& all, const Cost& part)
{
    return {.params = all.params - part.params,
            .weights = all.weights - part.weights,
            .macs = all.macs - part.macs,
            .activationBytes = all.activationBytes - part.activationBytes};
}

/// Follows a branch and collects its steps.
class Walk {
public:
    Walk(ModuleBranchKind kind, std::int64_t inChannels, Extent size)
        : m_channels(inChannels), m_size(size)
    {
        m_branch.kind = kind;
    }

    void pool()
    {
        const std::int64_t values = m_channels * m_size.height * m_size.width;
        add({.kind = ModuleStepKind::MaxPooling,
             .kernel = kPoolKernel,
             .inChannels = m_channels,
             .outChannels = m_channels,
             .groups = m_channels,
             .cost = {.activationBytes = 4 * values}});
    }

    /// A 1×1 or k×k convolution of the module's own, made as the experiment makes them.
    Result<void> conv(std::int64_t outChannels, std::int64_t side, const BranchOptions& options)
    {
        BranchSpec spec{.name = {}, .inChannels = m_channels, .mode = options.mode, .layers = {}};
        spec.layers.push_back({Conv2d{.outChannels = outChannels,
                                      .kernel = {side, side},
                                      .padding = {side / 2, side / 2},
                                      .bias = options.bias}});
        if (options.batchNorm)
            spec.layers.push_back({BatchNorm{}});
        spec.layers.push_back({Relu{}});
        return follow(spec, false);
    }

    /// The layers of a branch; those of a residual one by one, its shortcut behind them.
    Result<void> follow(const BranchSpec& spec, bool isReplaceable)
    {
        for (const Layer& layer : spec.layers) {
            const BranchSpec one{
                .name = {}, .inChannels = m_channels, .mode = spec.mode, .layers = {layer}};
            ASSIGN_OR_RETURN(const CostReport report, costOf(one, m_size));
            if (const auto* residual = std::get_if<Residual>(&layer.type)) {
                RETURN_IF_ERROR(followResidual(*residual, spec, report.total));
            } else {
                take(report.layers.front(), isReplaceable);
            }
        }
        return {};
    }

    ModuleBranch ended() &&
    {
        m_branch.outChannels = m_channels;
        return std::move(m_branch);
    }

private:
    Result<void> followResidual(const Residual& residual, const BranchSpec& about, const Cost& all)
    {
        const std::int64_t entering = m_channels;
        const Cost before = m_branch.total;
        RETURN_IF_ERROR(follow(
            {.name = {}, .inChannels = m_channels, .mode = about.mode, .layers = residual.body},
            true));
        add({.kind = ModuleStepKind::Shortcut,
             .inChannels = entering,
             .outChannels = m_channels,
             .isReplaceable = true,
             .cost = all - (m_branch.total - before)});
        return {};
    }

    void take(const LayerCost& layer, bool isReplaceable)
    {
        if (layer.op == "conv2d") {
            add({.kernel = layer.kernel,
                 .inChannels = m_channels,
                 .outChannels = layer.shape[0],
                 .groups = layer.groups,
                 .isReplaceable = isReplaceable,
                 .cost = layer.cost});
        } else { // belongs to the convolution before it
            m_branch.steps.back().cost += layer.cost;
            m_branch.total += layer.cost;
        }
    }

    void add(ModuleStep step)
    {
        m_channels = step.outChannels;
        m_branch.total += step.cost;
        m_branch.steps.push_back(step);
    }

    std::int64_t m_channels;
    Extent m_size;
    ModuleBranch m_branch;
};

Result<ModuleBranch> branchOf(const InceptionModule& module, ModuleBranchKind kind,
                              const Experiment& experiment, BranchKind replacement)
{
    const BranchOptions options = branchOptions(experiment, replacement);
    Walk walk(kind, module.inChannels, {module.size, module.size});
    switch (kind) {
    case ModuleBranchKind::Pointwise:
        RETURN_IF_ERROR(walk.conv(module.pointwise, 1, options));
        break;
    case ModuleBranchKind::ThreeByThree:
        RETURN_IF_ERROR(walk.conv(module.reduce3, 1, options));
        RETURN_IF_ERROR(walk.conv(module.out3, 3, options));
        break;
    case ModuleBranchKind::FiveByFive: {
        const BranchSpec spec = branchSpec(experiment, replacement);
        RETURN_IF_ERROR(walk.conv(spec.inChannels, 1, options));
        RETURN_IF_ERROR(walk.follow(spec, true));
        break;
    }
    case ModuleBranchKind::Pool:
        walk.pool();
        RETURN_IF_ERROR(walk.conv(module.poolProjection, 1, options));
        break;
    }
    return std::move(walk).ended();
}

Result<ModuleCost> costOfModule(const InceptionModule& module, const Experiment& experiment,
                                BranchKind replacement)
{
    ModuleCost cost;
    for (std::size_t i = 0; i < kModuleBranchKinds.size(); ++i) {
        ASSIGN_OR_RETURN(cost.branches[i],
                         branchOf(module, kModuleBranchKinds[i], experiment, replacement));
        cost.outChannels += cost.branches[i].outChannels;
        cost.total += cost.branches[i].total;
    }
    return cost;
}

bool hasEndsOf(const InceptionModule& module, const BranchOptions& original)
{
    return original.inChannels == module.reduce5 && original.outChannels == module.out5;
}

} // namespace

std::span<const InceptionModule> inceptionModules()
{
    return kModules;
}

const InceptionModule* findInceptionModule(std::string_view id)
{
    const auto found = std::ranges::find(kModules, id, &InceptionModule::id);
    return found == kModules.end() ? nullptr : &*found;
}

const InceptionModule& inceptionModuleOf(const Experiment& experiment)
{
    const BranchOptions original = branchOptions(experiment, BranchKind::Original);
    const InceptionModule* best = nullptr;
    for (const InceptionModule& module : kModules) {
        if (!hasEndsOf(module, original))
            continue;
        if (experiment.size == Extent{module.size, module.size})
            return module;
        best = best ? best : &module;
    }
    return best ? *best : kModules.front();
}

Result<ModuleComparison> moduleComparison(const Experiment& experiment,
                                          const InceptionModule& module)
{
    ASSIGN_OR_RETURN(ModuleCost original, costOfModule(module, experiment, BranchKind::Original));
    ASSIGN_OR_RETURN(ModuleCost factorised,
                     costOfModule(module, experiment, experiment.factorised));
    return ModuleComparison{.module = &module,
                            .factorisedKind = experiment.factorised,
                            .hasItsEnds
                            = hasEndsOf(module, branchOptions(experiment, BranchKind::Original)),
                            .original = std::move(original),
                            .factorised = std::move(factorised)};
}

} // namespace factorscope
