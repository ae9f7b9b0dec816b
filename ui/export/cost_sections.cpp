#include "core/experiment/cost_tables.h"
#include "core/result/expects.h"
#include "ui/cost/cost_figure.h"
#include "ui/cost/page_figures.h"
#include "ui/export/cost_files.h"
#include "ui/export/view_sections.h"

#include <array>

namespace factorscope {
namespace {

/// The time is measured, unless it has been.
Result<Findings> findTimes(const std::shared_ptr<const BothEvaluated>& both,
                           const ViewSettings& settings, const ComputeContext& context)
{
    const CostLook& look = settings.cost;
    if (look.timing && look.timing->isOf(both->experiment))
        return Findings(look.timing);
    ASSIGN_OR_RETURN(MidTiming timing,
                     timeOverMid(*both, midChannelsToTime(both->experiment), context));
    return Findings(std::make_shared<const MidTiming>(std::move(timing)));
}

CostLook lookOf(const FigureMaterial& of)
{
    CostLook look = of.settings.cost;
    if (look.quantity == CurveQuantity::Time)
        look.timing = of.found<MidTiming>();
    return look;
}

Result<std::vector<TextFile>> curveFiles(const FigureMaterial& of, TableFormat format,
                                         const std::filesystem::path& stem)
{
    if (of.settings.cost.quantity != CurveQuantity::Time)
        return costFiles(of.both, format, stem);
    return filesOf(std::vector{timeTable(*of.found<MidTiming>())}, format, stem);
}

constexpr std::array kSections{
    // in the order of CostPage
    ViewSection{
        .id = "curves",
        .find = findTimes,
        .looksFurther =
            [](const ViewSettings& settings) {
                return settings.cost.quantity == CurveQuantity::Time; // all else is counted
            },
        .make
        = [](const FigureMaterial& of,
             const Theme& theme) { return costFigure(questionOf(of.both), lookOf(of), theme); },
        .files = curveFiles,
    },
    ViewSection{
        .id = "modules",
        .make =
            [](const FigureMaterial& of, const Theme& theme) {
                return modulesFigure(questionOf(of.both), of.settings.cost, theme);
            },
        .numbers =
            [](const FigureMaterial& of) {
                return modulesNumbers(questionOf(of.both), of.settings.cost);
            },
    },
    ViewSection{
        .id = "formulas",
        .make = [](const FigureMaterial& of,
                   const Theme& theme) { return formulasFigure(questionOf(of.both), theme); },
        .numbers = [](const FigureMaterial& of) { return formulasNumbers(questionOf(of.both)); },
    },
    ViewSection{
        .id = "conventions",
        .make =
            [](const FigureMaterial& of, const Theme& theme) {
                return conventionsFigure(questionOf(of.both), of.settings.cost, theme);
            },
        .numbers =
            [](const FigureMaterial& of) {
                return conventionsNumbers(questionOf(of.both), of.settings.cost);
            },
    },
    ViewSection{
        .id = "network",
        .make =
            [](const FigureMaterial& of, const Theme& theme) {
                return networkFigure(questionOf(of.both), of.settings.cost, theme);
            },
        .numbers = [](const FigureMaterial& of) { return networkNumbers(of.settings.cost); },
    },
};

} // namespace

const ViewSections& costSections()
{
    static constexpr ViewSections sections{
        .all = kSections,
        .open
        = [](const ViewSettings& settings) { return static_cast<std::size_t>(settings.cost.page); },
        .turnTo = [](ViewSettings& settings,
                     std::size_t section) { settings.cost.page = static_cast<CostPage>(section); }};
    return sections;
}

} // namespace factorscope
