#pragma once

#include "ui/export/findings.h"
#include "ui/export/table_format.h"
#include "ui/export/view_sections.h"

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
    MakeFiles files = nullptr; ///< in the place of `numbers`, which is null then
    const ViewSections& (*sections)() = nullptr; ///< its pages, where it has several

    /// What takes long and never gives the same bytes twice: no pattern means it, its name does.
    bool isByNameOnly = false;

    bool hasNumbers() const { return numbers || files; }
    /// Whether find() has something to do; else it gives nothing, at once.
    bool looksFurther(const ViewSettings& settings) const;
};

std::span<const FigureView> figureViews();
/// Nothing for a view that has no picture.
const FigureView* findFigureView(std::string_view id);
/// "feature-maps, receptive-field, cost": all, or those for which `has` holds.
std::string viewNames(bool (FigureView::*has)() const = nullptr);

/// Turns the view that has this section to it. False for a name that is none.
bool turnToSection(ViewSettings& settings, std::string_view id);
/// The view that has this section; nothing for a name that is none.
std::string_view viewOfSection(std::string_view id);
/// "weights, collapse, pieces, represent, curves, …"
std::string sectionNames();

/// What the view finds of an answer; nothing where it does not look further.
Result<Findings> findingsOf(const FigureView& view,
                            const std::shared_ptr<const BothEvaluated>& both,
                            const ViewSettings& settings, const ComputeContext& context);

/// The numbers of a view that has some, as by filesOf() unless it has a form of its own.
Result<std::vector<TextFile>> numberFiles(const FigureView& view, const FigureMaterial& material,
                                          TableFormat format, const std::filesystem::path& stem);

} // namespace factorscope
