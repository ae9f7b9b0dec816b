#pragma once

#include "ui/export/findings.h"

#include <span>
#include <string>
#include <string_view>

namespace factorscope {

/// A page of the kernels' view, which is exported by itself: the one that is open in the window,
/// or that --section names.
struct KernelsSection {
    KernelsPage page;
    std::string_view id; ///< "collapse": on the command line
    FindForFigure find = nullptr; ///< null where the answer says all
    MakeFigure make = nullptr;
    MakeNumbers numbers = nullptr;
};

/// In the order of the pages; the first is what there is without a choice.
std::span<const KernelsSection> kernelsSections();
/// Nothing for a name that is none.
const KernelsSection* findKernelsSection(std::string_view id);
/// "weights, collapse, pieces, represent"
std::string kernelsSectionNames();

// The view of the kernels as a whole: what its section does.
Result<Findings> findKernels(const std::shared_ptr<const BothEvaluated>& both,
                             const ViewSettings& settings, const ComputeContext& context);
Figure kernelsFigure(const FigureMaterial& material, const Theme& theme);
std::vector<NumberTable> kernelsNumbers(const FigureMaterial& material);

} // namespace factorscope
