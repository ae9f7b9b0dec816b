#pragma once

#include "core/cost/cost.h"
#include "core/experiment/experiment.h"
#include "core/result/result.h"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace factorscope {

/// A module of GoogLeNet (Szegedy et al. 2014, table 1): four branches on one input, whose outputs
/// are put one after the other along the channels.
struct InceptionModule {
    std::string_view id; ///< of the preset with its 5×5 branch: "googlenet-3a"
    std::string_view label; ///< "GoogLeNet 3a": a name, not translated
    std::int64_t size; ///< height and width of its maps
    std::int64_t inChannels;
    std::int64_t pointwise; ///< of the 1×1 branch
    std::int64_t reduce3;
    std::int64_t out3;
    std::int64_t reduce5; ///< C_in of the 5×5
    std::int64_t out5;
    std::int64_t poolProjection;
};

std::span<const InceptionModule> inceptionModules();
const InceptionModule* findInceptionModule(std::string_view id);

/// The module whose 5×5 has the ends of the experiment's, at the experiment's size where there are
/// several; the first one where there is none.
const InceptionModule& inceptionModuleOf(const Experiment& experiment);

enum class ModuleStepKind { Convolution, MaxPooling, Shortcut };

/// One step on the way through a branch: a convolution with the BatchNorm and activation that
/// follow it.
struct ModuleStep {
    ModuleStepKind kind = ModuleStepKind::Convolution;
    Extent kernel{1, 1};
    std::int64_t inChannels = 0;
    std::int64_t outChannels = 0;
    std::int64_t groups = 1;
    bool isReplaceable = false; ///< part of what stands in the place of the 5×5
    Cost cost;
};

enum class ModuleBranchKind { Pointwise, ThreeByThree, FiveByFive, Pool };
inline constexpr std::array kModuleBranchKinds{
    ModuleBranchKind::Pointwise, ModuleBranchKind::ThreeByThree, ModuleBranchKind::FiveByFive,
    ModuleBranchKind::Pool};

/// A branch as its steps, in order; their costs add up to `total`.
struct ModuleBranch {
    ModuleBranchKind kind = ModuleBranchKind::Pointwise;
    std::vector<ModuleStep> steps;
    std::int64_t outChannels = 0;
    Cost total;
};

/// A whole module for one image; concatenation is free.
struct ModuleCost {
    std::array<ModuleBranch, kModuleBranchKinds.size()> branches; ///< as kModuleBranchKinds
    std::int64_t outChannels = 0;
    Cost total;
};

/// Both branches of an experiment in the place of a module's 5×5, behind its reduction, at the size
/// of the module. All convolutions have biases and BatchNorm as the experiment's have.
struct ModuleComparison {
    const InceptionModule* module;
    BranchKind factorisedKind;
    bool hasItsEnds; ///< the 5×5 is the module's own: reduction and output have as many channels
    ModuleCost original;
    ModuleCost factorised;
};

/// Errors: as of costOf().
Result<ModuleComparison> moduleComparison(const Experiment& experiment,
                                          const InceptionModule& module);

} // namespace factorscope
