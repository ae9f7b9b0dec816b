#pragma once

#include "ui/export/findings.h"
#include "ui/export/number_format.h"

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace factorscope {

/// A view that can be exported.
struct FigureView {
    std::string_view id; ///< "feature-maps": on the command line and in the names of files
    const char* label = nullptr; ///< marked for translation
    FindForFigure find = nullptr; ///< null where the answer says all
    MakeFigure make = nullptr;
    MakeNumbers numbers = nullptr; ///< null where there are none
    /// The numbers as files of a form of their own, in the place of `numbers`.
    Result<std::vector<TextFile>> (*files)(const FigureMaterial& material, NumberFormat format,
                                           const std::filesystem::path& stem)
        = nullptr;

    bool hasNumbers() const { return numbers || files; }
};

std::span<const FigureView> figureViews();
/// Nothing for a view that has no picture.
const FigureView* findFigureView(std::string_view id);
/// "feature-maps, receptive-field, cost": all, or those for which `has` holds.
std::string viewNames(bool (FigureView::*has)() const = nullptr);

/// What the view finds of an answer; nothing where it does not look further.
Result<Findings> findingsOf(const FigureView& view,
                            const std::shared_ptr<const BothEvaluated>& both,
                            const ViewSettings& settings, const ComputeContext& context);

/// The numbers of a view that has some. As CSV the main table is "photo-cost.csv" of the stem
/// "photo-cost", each other one "photo-cost-<table>.csv"; as JSON all are in "photo-cost.json".
Result<std::vector<TextFile>> numberFiles(const FigureView& view, const FigureMaterial& material,
                                          NumberFormat format, const std::filesystem::path& stem);

} // namespace factorscope
