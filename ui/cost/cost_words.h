#pragma once

#include "core/cost/cost.h"
#include "core/experiment/experiment.h"

#include <QString>

#include <vector>

namespace factorscope {

/// What both branches of an experiment cost for one image.
struct BothCosts {
    Cost original;
    Cost factorised;
};
/// Errors: as of inputSize() and costOf().
Result<BothCosts> costsOfBoth(const Experiment& experiment);

/// Whether a ratio, factorised to original, is said to be more: from 0.05 % on.
bool isDearer(double ratio);

/// "costs 28 % less than the 5×5" of 0.72. In whole percents; with one decimal below 1 %, and where
/// the whole number would be 100 % less; below 0.05 % either way "costs as much as the 5×5".
QString savingInWords(double ratio);

enum class MidMarkKind { In, GeometricMean, Out, Parity };

/// A number of mid channels that is worth a mark.
struct MidMark {
    double value = 0.0;
    QString label;
    MidMarkKind kind = MidMarkKind::In;
};
/// C_in, √(C_in·C_out), C_out of the factorised branch, and parity, where two 3×3 cost as much as
/// the 5×5: of two 3×3 only.
std::vector<MidMark> midMarks(const Experiment& experiment);

/// What the article's −28 % needs, where it does not hold; else nothing.
QString claimInWords(const Experiment& experiment);

} // namespace factorscope
