#pragma once

#include "core/experiment/evaluate.h"
#include "core/table/number_table.h"
#include "ui/figure/figure.h"
#include "ui/theme/theme.h"
#include "ui/view/view_state.h"

#include <memory>
#include <variant>
#include <vector>

namespace factorscope {

struct ArithmeticSums;
struct CollapseAtSlope;
struct EffectiveFindings;
struct MapKnowledge;
struct MidTiming;
struct PieceFindings;
struct Race;
struct Representation;

/// What a view or one of its pages finds out beyond the answer: an alternative for each that does,
/// built once and never changed.
using Findings
    = std::variant<std::monostate, std::shared_ptr<const EffectiveFindings>,
                   std::shared_ptr<const CollapseAtSlope>, std::shared_ptr<const PieceFindings>,
                   std::shared_ptr<const Representation>, std::shared_ptr<const MidTiming>,
                   std::shared_ptr<const ArithmeticSums>, std::shared_ptr<const MapKnowledge>,
                   std::shared_ptr<const Race>>;

/// What a figure and its numbers are made of.
struct FigureMaterial {
    const BothEvaluated& both;
    const Findings& findings; ///< of the same view, `both` and `settings`
    const ViewSettings& settings;

    /// What find() found, for the view whose it is.
    template <typename Found>
    const std::shared_ptr<const Found>& found() const
    {
        return std::get<std::shared_ptr<const Found>>(findings);
    }
};

/// The work of a view, on any thread: announces progress, polls the stop token.
using FindForFigure
    = Result<Findings> (*)(const std::shared_ptr<const BothEvaluated>& both,
                           const ViewSettings& settings, const ComputeContext& context);
/// Quick, on the thread of the window; what takes time is the drawing.
using MakeFigure = Figure (*)(const FigureMaterial& material, const Theme& theme);
/// Every number that the figure shows, the main table first. Quick, on any thread.
using MakeNumbers = std::vector<NumberTable> (*)(const FigureMaterial& material);

} // namespace factorscope
