#pragma once

#include "core/cost/cost.h"
#include "core/experiment/experiment.h"
#include "ui/cost/axis_ticks.h"
#include "ui/cost/cost_words.h"

#include <QString>

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace factorscope {

/// What is counted of a branch.
enum class CostMeasure {
    Weights, ///< of convolutions, without biases
    Params, ///< all that is learned
    Macs,
    ActivationMemory, ///< in bytes
};
/// Those that have bars and curves; the parameters are nearly the weights.
inline constexpr std::array<CostMeasure, 3> kDrawnMeasures{CostMeasure::Weights, CostMeasure::Macs,
                                                           CostMeasure::ActivationMemory};

std::int64_t amountOf(const Cost& cost, CostMeasure measure);
QString measureTitle(CostMeasure measure); ///< "activation memory"
QString shortMeasureTitle(CostMeasure measure); ///< "memory"
QString amountText(CostMeasure measure, std::int64_t amount); ///< "102,400", "12.8 MB"
QString shortAmountText(CostMeasure measure, std::int64_t amount); ///< "102 k", "12.8 MB"
AxisUnit axisUnit(CostMeasure measure);

/// One amount of both branches.
struct CostPair {
    CostMeasure measure;
    std::int64_t original;
    std::int64_t factorised;

    double ratio() const { return static_cast<double>(factorised) / static_cast<double>(original); }
};

/// The factorised branch as it would be with other mid channels.
struct CostPoint {
    std::int64_t midChannels;
    Cost cost;
};

/// What the pages of the costs are about. Counted: nothing need have been computed.
struct CostQuestion {
    Experiment experiment;
    Extent size; ///< of the input
    bool operator==(const CostQuestion&) const = default;
};

/// What both branches of an experiment cost at one size of the input, and what the factorised one
/// would cost anywhere on the slider of C_mid. Counted, not computed: nothing runs.
struct CostComparison {
    BranchKind factorisedKind;
    std::int64_t inChannels;
    std::int64_t midChannels;
    std::int64_t outChannels;
    Extent size;
    CostReport original;
    CostReport factorised;
    std::vector<CostPoint> curve; ///< from C_mid = 1 to the slider's end, ascending
    std::vector<MidMark> marks; ///< ascending

    CostPair pair(CostMeasure measure) const;
    std::int64_t mostMidChannels() const { return curve.back().midChannels; }
};

/// Errors: as of costOf().
Result<CostComparison> compareCosts(const Experiment& experiment, Extent size);

/// At most 256 numbers from 1 to `most`, evenly spread, those next to the marks among them.
std::vector<std::int64_t> sampledMidChannels(std::int64_t most, const std::vector<MidMark>& marks);

/// The C_mid from which on the factorised branch is the dearer one, by a line through the curve,
/// which it is; at least 0. Nothing where that is beyond the slider.
std::optional<double> dearerFrom(const CostComparison& costs, CostMeasure measure);

/// The marks that a curve is given, with their numbers: those on the slider, equal ones as one
/// ("C_in = C_out 64"). Memory is not at parity where weights are.
struct CurveMark {
    double value;
    QString text;
    bool isParity;
};
std::vector<CurveMark> curveMarks(const CostComparison& costs, CostMeasure measure);

/// "64 → 64 → 64 · 224 × 224 pixels"
QString titleText(const CostComparison& costs);
/// "costs 28 % less than the 5×5 in MACs"
QString verdictText(const CostComparison& costs);
/// What the article's −28 % takes for granted, and what comes of it here.
QString assumptionText(const Experiment& experiment);
/// "C_mid 64: 73,728" and "72.0 % of the 5×5"
QStringList pointLines(const CostComparison& costs, CostMeasure measure);
/// "C_mid 64" and "72.0 %", where there is less room
QStringList narrowPointLines(const CostComparison& costs, CostMeasure measure);
/// The figures of the charts in words, for those who do not see them.
QString barsInWords(const CostComparison& costs);
QString curveInWords(const CostComparison& costs, CostMeasure measure);

} // namespace factorscope
