#include "ui/export/figure_views.h"

#include "ui/cost/cost_figure.h"
#include "ui/kernels/kernels_figure.h"
#include "ui/maps/feature_maps_figure.h"
#include "ui/receptive/receptive_figure.h"

#include <algorithm>
#include <array>

namespace factorscope {
namespace {

Figure costOf(const BothEvaluated& both, const ViewSettings&, const Theme& theme)
{
    return costFigure(both, theme);
}

constexpr std::array<FigureView, 4> kFigureViews{{
    {"feature-maps", QT_TRANSLATE_NOOP("core", "feature maps"), featureMapsFigure},
    {"receptive-field", QT_TRANSLATE_NOOP("core", "receptive field"), receptiveFigure},
    {"kernels", QT_TRANSLATE_NOOP("core", "kernels"), kernelsFigure},
    {"cost", QT_TRANSLATE_NOOP("core", "cost"), costOf},
}};

} // namespace

std::span<const FigureView> figureViews()
{
    return kFigureViews;
}

const FigureView* findFigureView(std::string_view id)
{
    const auto found = std::ranges::find(kFigureViews, id, &FigureView::id);
    return found == kFigureViews.end() ? nullptr : &*found;
}

} // namespace factorscope
