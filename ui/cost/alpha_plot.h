#pragma once

#include "core/experiment/networks.h"
#include "ui/chart/plot_axis.h"
#include "ui/cost/cost_data.h"

#include <QPointF>
#include <QString>

#include <optional>
#include <vector>

namespace factorscope {

/// Which network a published branch is of: how its point is drawn.
enum class AlphaFamily { Article, GoogLeNet, InceptionV2, InceptionV3 };

/// A published branch with C_mid by the chosen rule.
struct AlphaBranch {
    const Preset* preset = nullptr;
    AlphaFamily family = AlphaFamily::Article;
    std::int64_t midChannels = 1;
    double alpha = 1.0;
    double ratio = 1.0; ///< of weights, and so of MACs, to the 5×5 beside it
    double parity = 1.0; ///< the C_mid of a ratio of 1
};

/// Branches that stand at one place.
struct AlphaMark {
    std::vector<std::size_t> branches; ///< of the plot
    QString label; ///< "3a, 4d"
};

/// Ratio of weights over α = C_out/C_in: every published branch, and where the experiment is.
struct AlphaPlot {
    MidRule rule = MidRule::Out;
    std::vector<AlphaBranch> branches; ///< ascending in α
    std::vector<AlphaMark> marks; ///< likewise
    std::optional<QPointF> own; ///< α and ratio of the experiment
    AxisRange alpha; ///< logarithmic
    AxisRange ratio; ///< from 0; the own point may be above
    QString ownWords;

    QPointF at(const AlphaMark& mark) const
    {
        const AlphaBranch& first = branches[mark.branches.front()];
        return {first.alpha, first.ratio};
    }
};
AlphaPlot alphaPlot(MidRule rule, const std::optional<CostQuestion>& question);

/// "GoogLeNet 3a: 16 → 32 → 32, α = 2, 1.080 of the 5×5’s weights (+8.0 %); parity at C_mid 29.63"
QString branchInWords(const AlphaBranch& branch);
/// All of them.
QString alphaInWords(const AlphaPlot& plot);
QString ruleCurveTitle(MidRule rule); ///< "C_mid = √(C_in·C_out)"

} // namespace factorscope
