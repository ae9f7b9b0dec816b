#include "ui/export/figure_views.h"

#include "core/race/race_run.h"
#include "core/result/expects.h"
#include "ui/maps/feature_maps_figure.h"
#include "ui/maps/map_numbers.h"
#include "ui/module/module_figure.h"
#include "ui/receptive/effective_figure.h"
#include "ui/receptive/receptive_figure.h"
#include "ui/receptive/receptive_numbers.h"
#include "ui/speed/speed_figure.h"

#include <algorithm>
#include <array>
#include <utility>

namespace factorscope {
namespace {

namespace fs = std::filesystem;

Result<Findings> findMaps(const std::shared_ptr<const BothEvaluated>& both,
                          const ViewSettings& settings, const ComputeContext& context)
{
    ASSIGN_OR_RETURN(MapKnowledge known, mapFindings(*both, settings, context));
    return Findings(std::make_shared<const MapKnowledge>(std::move(known)));
}

/// The paths need no looking for.
Result<Findings> findFields(const std::shared_ptr<const BothEvaluated>& both,
                            const ViewSettings& settings, const ComputeContext& context)
{
    if (!settings.field.isEffective)
        return Findings();
    ASSIGN_OR_RETURN(EffectiveFindings found, effectiveFindings(both, settings, context));
    return Findings(std::make_shared<const EffectiveFindings>(std::move(found)));
}

Figure fieldFigure(const FigureMaterial& of, const Theme& theme)
{
    if (!of.settings.field.isEffective)
        return receptiveFigure(of.both, of.settings, theme);
    return effectiveFigure(of.both, *of.found<EffectiveFindings>(), of.settings, theme);
}

std::vector<NumberTable> fieldNumbers(const FigureMaterial& of)
{
    if (!of.settings.field.isEffective)
        return receptiveNumbers(of.both, of.settings);
    return effectiveNumbers(of.both, *of.found<EffectiveFindings>());
}

/// The one that is shown already, if one is.
Result<Findings> findRace(const std::shared_ptr<const BothEvaluated>& both,
                          const ViewSettings& settings, const ComputeContext& context)
{
    if (settings.speed.race)
        return Findings(settings.speed.race);
    ASSIGN_OR_RETURN(Race found, race(*both, settings.speed.plan, context));
    return Findings(std::make_shared<const Race>(std::move(found)));
}

constexpr std::array kFigureViews{
    FigureView{
        .id = "feature-maps",
        .label = QT_TRANSLATE_NOOP("core", "feature maps"),
        .find = findMaps,
        .make =
            [](const FigureMaterial& of, const Theme& theme) {
                return featureMapsFigure(of.both, *of.found<MapKnowledge>(), of.settings, theme);
            },
        .numbers =
            [](const FigureMaterial& of) {
                return mapNumbers(of.both, *of.found<MapKnowledge>(), of.settings);
            },
    },
    FigureView{
        .id = "receptive-field",
        .label = QT_TRANSLATE_NOOP("core", "receptive field"),
        .find = findFields,
        .make = fieldFigure,
        .numbers = fieldNumbers,
    },
    FigureView{
        .id = "kernels",
        .label = QT_TRANSLATE_NOOP("core", "kernels"),
        .find = findSection<kernelsSections>,
        .make = sectionFigure<kernelsSections>,
        .files = sectionFiles<kernelsSections>,
        .sections = kernelsSections,
    },
    FigureView{
        .id = "arithmetic",
        .label = QT_TRANSLATE_NOOP("core", "arithmetic"),
        .find = findSection<arithmeticSections>,
        .make = sectionFigure<arithmeticSections>,
        .files = sectionFiles<arithmeticSections>,
        .sections = arithmeticSections,
    },
    FigureView{
        .id = "cost",
        .label = QT_TRANSLATE_NOOP("core", "cost"),
        .find = findSection<costSections>,
        .make = sectionFigure<costSections>,
        .files = sectionFiles<costSections>,
        .sections = costSections,
    },
    FigureView{
        .id = "module",
        .label = QT_TRANSLATE_NOOP("core", "module"),
        .make
        = [](const FigureMaterial& of,
             const Theme& theme) { return moduleFigure(of.both.experiment, of.settings, theme); },
        .numbers
        = [](const FigureMaterial& of) { return moduleNumbers(of.both.experiment, of.settings); },
    },
    FigureView{
        .id = "speed",
        .label = QT_TRANSLATE_NOOP("core", "speed"),
        .find = findRace,
        .make
        = [](const FigureMaterial& of,
             const Theme& theme) { return speedFigure(*of.found<Race>(), of.settings, theme); },
        .numbers = [](const FigureMaterial& of) { return raceTables(*of.found<Race>()); },
        .isByNameOnly = true,
    },
};

std::span<const ViewSection> sectionsOf(const FigureView& view)
{
    return view.sections ? view.sections().all : std::span<const ViewSection>();
}

} // namespace

bool FigureView::looksFurther(const ViewSettings& settings) const
{
    if (!sections)
        return find != nullptr;
    const ViewSection& section = sections().of(settings);
    return section.find && (!section.looksFurther || section.looksFurther(settings));
}

std::span<const FigureView> figureViews()
{
    return kFigureViews;
}

const FigureView* findFigureView(std::string_view id)
{
    const auto found = std::ranges::find(kFigureViews, id, &FigureView::id);
    return found == kFigureViews.end() ? nullptr : &*found;
}

std::string viewNames(bool (FigureView::*has)() const)
{
    std::string names;
    for (const FigureView& view : kFigureViews) {
        if (!has || (view.*has)())
            names.append(names.empty() ? "" : ", ").append(view.id);
    }
    return names;
}

bool turnToSection(ViewSettings& settings, std::string_view id)
{
    for (const FigureView& view : kFigureViews) {
        const std::span<const ViewSection> all = sectionsOf(view);
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (all[i].id != id)
                continue;
            view.sections().turnTo(settings, i);
            return true;
        }
    }
    return false;
}

std::string_view viewOfSection(std::string_view id)
{
    for (const FigureView& view : kFigureViews) {
        for (const ViewSection& section : sectionsOf(view)) {
            if (section.id == id)
                return view.id;
        }
    }
    return {};
}

std::string sectionNames()
{
    std::string names;
    for (const FigureView& view : kFigureViews) {
        for (const ViewSection& section : sectionsOf(view))
            names.append(names.empty() ? "" : ", ").append(section.id);
    }
    return names;
}

Result<Findings> findingsOf(const FigureView& view,
                            const std::shared_ptr<const BothEvaluated>& both,
                            const ViewSettings& settings, const ComputeContext& context)
{
    return view.looksFurther(settings) ? view.find(both, settings, context) : Findings();
}

Result<std::vector<TextFile>> numberFiles(const FigureView& view, const FigureMaterial& material,
                                          TableFormat format, const fs::path& stem)
{
    EXPECTS(view.hasNumbers());
    if (view.files)
        return view.files(material, format, stem);
    return filesOf(view.numbers(material), format, stem);
}

} // namespace factorscope
