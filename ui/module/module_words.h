#pragma once

#include "ui/module/module_diagram.h"

#include <QString>

namespace factorscope {

QString moduleTitle(const ModuleComparison& of); ///< "GoogLeNet 3a, 192 channels at 28 × 28"
QString moduleBranchTitle(ModuleBranchKind kind, BranchKind replacement); ///< "3×3 branch"

QString stepTitle(const ModuleStep& step); ///< "3×3", "3×3 depthwise", "3×3 max pooling"
QString shortStepTitle(const ModuleStep& step); ///< "3×3", "3×3 dw", "pool"
QString stepChannels(const ModuleStep& step); ///< "96 → 128"

/// "MACs, in relation to the 5×5: the branch +8.0 %, with its reduction +6.1 %, the whole module
/// +0.6 %.", and what is not the module's own.
QString moduleVerdict(const ModuleComparison& of);
/// Everything of one step: its formula with the numbers put in, and what it has of the module.
QString stepInWords(const ModuleComparison& of, const ModulePlace& place);
/// Both forms for those that cannot see them.
QString moduleInWords(const ModuleComparison& of);

const ModuleCost& costOfForm(const ModuleComparison& of, ModuleForm form);
BranchKind replacementOf(const ModuleComparison& of, ModuleForm form);
const ModuleStep& stepAt(const ModuleComparison& of, const ModulePlace& place);

} // namespace factorscope
