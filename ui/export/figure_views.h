#pragma once

#include "core/experiment/evaluate.h"
#include "ui/figure/figure.h"
#include "ui/theme/theme.h"
#include "ui/view/view_state.h"

#include <span>
#include <string_view>

namespace factorscope {

/// A view that can be exported as a picture.
struct FigureView {
    std::string_view id; ///< "feature-maps": on the command line and in the names of files
    const char* label; ///< marked for translation
    /// Quick, on the thread of the window; what takes time is the drawing.
    Figure (*make)(const BothEvaluated& both, const ViewSettings& settings, const Theme& theme);
};

std::span<const FigureView> figureViews();
/// Nothing for a view that has no picture.
const FigureView* findFigureView(std::string_view id);

} // namespace factorscope
