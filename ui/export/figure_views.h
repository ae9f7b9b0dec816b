#pragma once

#include "core/experiment/evaluate.h"
#include "core/table/number_table.h"
#include "ui/export/number_format.h"
#include "ui/figure/figure.h"
#include "ui/theme/theme.h"
#include "ui/view/view_state.h"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace factorscope {

/// What a view finds out beyond the answer: one alternative for each view that does, such as
/// std::shared_ptr<const FieldFindings>, built once and never changed.
using Findings = std::variant<std::monostate>;

/// What a figure and its numbers are made of.
struct FigureMaterial {
    const BothEvaluated& both;
    const Findings& findings; ///< of the same view, `both` and `settings`
    const ViewSettings& settings;
};

/// A view that can be exported.
struct FigureView {
    std::string_view id; ///< "feature-maps": on the command line and in the names of files
    const char* label = nullptr; ///< marked for translation
    /// The work of the view, on any thread: announces progress, polls the stop token. Null where
    /// the answer says all.
    Result<Findings> (*find)(const std::shared_ptr<const BothEvaluated>& both,
                             const ViewSettings& settings, const ComputeContext& context)
        = nullptr;
    /// Quick, on the thread of the window; what takes time is the drawing.
    Figure (*make)(const FigureMaterial& material, const Theme& theme) = nullptr;
    /// Every number that the figure shows, the main table first. Quick, on any thread. Null where
    /// there are none.
    std::vector<NumberTable> (*numbers)(const FigureMaterial& material) = nullptr;
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
