#include "ui/export/view_sections.h"

#include "ui/kernels/collapse_figure.h"
#include "ui/kernels/weights_figure.h"
#include "ui/pieces/piece_numbers.h"
#include "ui/pieces/piece_views.h"
#include "ui/pieces/pieces_figure.h"
#include "ui/represent/represent_figure.h"

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
    // in the order of KernelsPage
    ViewSection{
        .id = "weights",
        .make = [](const FigureMaterial& of,
                   const Theme& theme) { return weightsFigure(of.both, of.settings, theme); },
        .numbers = [](const FigureMaterial& of) { return weightsNumbers(of.both, of.settings); },
    },
    ViewSection{
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
    ViewSection{
        .id = "pieces",
        .find = findPieces,
        .make =
            [](const FigureMaterial& of, const Theme& theme) {
                return piecesFigure(of.both, of.found<PieceFindings>(), of.settings, theme);
            },
        .numbers
        = [](const FigureMaterial& of) { return pieceNumbers(*of.found<PieceFindings>()); },
    },
    ViewSection{
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

} // namespace

const ViewSections& kernelsSections()
{
    static constexpr ViewSections sections{
        .all = kSections,
        .open =
            [](const ViewSettings& settings) {
                return static_cast<std::size_t>(settings.kernels.page);
            },
        .turnTo
        = [](ViewSettings& settings,
             std::size_t section) { settings.kernels.page = static_cast<KernelsPage>(section); }};
    return sections;
}

} // namespace factorscope
