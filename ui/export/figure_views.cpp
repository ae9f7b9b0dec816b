#include "ui/export/figure_views.h"

#include "core/result/expects.h"
#include "ui/cost/cost_figure.h"
#include "ui/export/cost_files.h"
#include "ui/export/kernels_sections.h"
#include "ui/maps/feature_maps_figure.h"
#include "ui/receptive/receptive_figure.h"
#include "ui/receptive/receptive_numbers.h"

#include <algorithm>
#include <array>

namespace factorscope {
namespace {

namespace fs = std::filesystem;

constexpr std::array kFigureViews{
    FigureView{
        .id = "feature-maps",
        .label = QT_TRANSLATE_NOOP("core", "feature maps"),
        .make = [](const FigureMaterial& of,
                   const Theme& theme) { return featureMapsFigure(of.both, of.settings, theme); },
    },
    FigureView{
        .id = "receptive-field",
        .label = QT_TRANSLATE_NOOP("core", "receptive field"),
        .make = [](const FigureMaterial& of,
                   const Theme& theme) { return receptiveFigure(of.both, of.settings, theme); },
        .numbers = [](const FigureMaterial& of) { return receptiveNumbers(of.both, of.settings); },
    },
    FigureView{
        .id = "kernels",
        .label = QT_TRANSLATE_NOOP("core", "kernels"),
        .find = findKernels,
        .make = kernelsFigure,
        .numbers = kernelsNumbers,
    },
    FigureView{
        .id = "cost",
        .label = QT_TRANSLATE_NOOP("core", "cost"),
        .make
        = [](const FigureMaterial& of, const Theme& theme) { return costFigure(of.both, theme); },
        .files = [](const FigureMaterial& of, NumberFormat format,
                    const fs::path& stem) { return costFiles(of.both, format, stem); },
    },
};

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

std::string viewNames(bool (FigureView::*has)() const)
{
    std::string names;
    for (const FigureView& view : kFigureViews) {
        if (!has || (view.*has)())
            names.append(names.empty() ? "" : ", ").append(view.id);
    }
    return names;
}

Result<Findings> findingsOf(const FigureView& view,
                            const std::shared_ptr<const BothEvaluated>& both,
                            const ViewSettings& settings, const ComputeContext& context)
{
    return view.find ? view.find(both, settings, context) : Findings();
}

Result<std::vector<TextFile>> numberFiles(const FigureView& view, const FigureMaterial& material,
                                          NumberFormat format, const fs::path& stem)
{
    EXPECTS(view.hasNumbers());
    if (view.files)
        return view.files(material, format, stem);
    const std::vector<NumberTable> tables = view.numbers(material);
    if (format == NumberFormat::JsonFile)
        return std::vector{TextFile{stem.string() + ".json", jsonOf(tables).dump(2) + "\n"}};
    std::vector<TextFile> files;
    for (const NumberTable& table : tables) {
        const std::string ending = files.empty() ? ".csv" : "-" + table.name + ".csv";
        files.push_back({stem.string() + ending, csvText(table)});
    }
    return files;
}

} // namespace factorscope
