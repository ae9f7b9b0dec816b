#include "ui/export/kernels_sections.h"

#include "core/result/expects.h"
#include "ui/kernels/collapse_figure.h"
#include "ui/kernels/weights_figure.h"
#include "ui/pieces/piece_numbers.h"
#include "ui/pieces/piece_views.h"
#include "ui/pieces/pieces_figure.h"
#include "ui/represent/represent_figure.h"

#include <algorithm>
#include <array>
#include <utility>

namespace factorscope {
namespace {

Result<Findings> findCollapseFigure(const std::shared_ptr<const BothEvaluated>& both,
                                    const ViewSettings& settings, const ComputeContext& context)
{
    ASSIGN_OR_RETURN(auto collapse, collapseOf(both, settings, context));
    return Findings(std::make_shared<const CollapseAtSlope>(std::move(collapse)));
}

Result<Findings> findPieces(const std::shared_ptr<const BothEvaluated>& both,
                            const ViewSettings& settings, const ComputeContext& context)
{
    ASSIGN_OR_RETURN(auto pieces,
                     pieceFindings(*both, pieceQuestion(settings, *both), nullptr, context));
    const auto patterns = static_cast<std::int64_t>(pieces.pieces->counts.size());
    if (settings.pieces.chosen && *settings.pieces.chosen >= patterns)
        return Error{ErrorCode::Unsupported,
                     QT_TRANSLATE_NOOP("core", "there is no pattern %1: patterns go from 0 to %2"),
                     {std::to_string(*settings.pieces.chosen), std::to_string(patterns - 1)}};
    return Findings(std::make_shared<const PieceFindings>(std::move(pieces)));
}

Result<Findings> findRepresentationFigure(const std::shared_ptr<const BothEvaluated>& both,
                                          const ViewSettings& settings,
                                          const ComputeContext& context)
{
    ASSIGN_OR_RETURN(Representation found, findRepresentation(*both, settings, context));
    return Findings(std::make_shared<const Representation>(std::move(found)));
}

constexpr std::array kSections{
    KernelsSection{
        .page = KernelsPage::Weights,
        .id = "weights",
        .make = [](const FigureMaterial& of,
                   const Theme& theme) { return weightsFigure(of.both, of.settings, theme); },
        .numbers = [](const FigureMaterial& of) { return weightsNumbers(of.both, of.settings); },
    },
    KernelsSection{
        .page = KernelsPage::Collapse,
        .id = "collapse",
        .find = findCollapseFigure,
        .make =
            [](const FigureMaterial& of, const Theme& theme) {
                return collapseFigure(*of.found<CollapseAtSlope>(), of.settings, theme);
            },
        .numbers =
            [](const FigureMaterial& of) {
                return collapseNumbers(*of.found<CollapseAtSlope>(), of.settings);
            },
    },
    KernelsSection{
        .page = KernelsPage::Pieces,
        .id = "pieces",
        .find = findPieces,
        .make =
            [](const FigureMaterial& of, const Theme& theme) {
                return piecesFigure(of.both, of.found<PieceFindings>(), of.settings, theme);
            },
        .numbers
        = [](const FigureMaterial& of) { return pieceNumbers(*of.found<PieceFindings>()); },
    },
    KernelsSection{
        .page = KernelsPage::Represent,
        .id = "represent",
        .find = findRepresentationFigure,
        .make =
            [](const FigureMaterial& of, const Theme& theme) {
                return representFigure(of.both, *of.found<Representation>(), of.settings, theme);
            },
        .numbers =
            [](const FigureMaterial& of) {
                return representNumbers(*of.found<Representation>(), of.settings);
            },
    },
};

const KernelsSection& sectionOf(const ViewSettings& settings)
{
    const auto found = std::ranges::find(kSections, settings.kernels.page, &KernelsSection::page);
    EXPECTS(found != kSections.end());
    return *found;
}

} // namespace

std::span<const KernelsSection> kernelsSections()
{
    return kSections;
}

const KernelsSection* findKernelsSection(std::string_view id)
{
    const auto found = std::ranges::find(kSections, id, &KernelsSection::id);
    return found == kSections.end() ? nullptr : &*found;
}

std::string kernelsSectionNames()
{
    std::string names;
    for (const KernelsSection& section : kSections)
        names.append(names.empty() ? "" : ", ").append(section.id);
    return names;
}

Result<Findings> findKernels(const std::shared_ptr<const BothEvaluated>& both,
                             const ViewSettings& settings, const ComputeContext& context)
{
    const KernelsSection& section = sectionOf(settings);
    return section.find ? section.find(both, settings, context) : Findings();
}

Figure kernelsFigure(const FigureMaterial& material, const Theme& theme)
{
    return sectionOf(material.settings).make(material, theme);
}

std::vector<NumberTable> kernelsNumbers(const FigureMaterial& material)
{
    return sectionOf(material.settings).numbers(material);
}

} // namespace factorscope
