#pragma once

#include "core/branch/branch_spec.h"
#include "core/conv/conv_engine.h"
#include "core/receptive/receptive_field.h"
#include "core/result/result.h"
#include "core/tensor/tensor.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace factorscope {

/// How much each pixel of the input matters to an output, by gradient (Luo et al. 2016,
/// "Understanding the Effective Receptive Field"): |∂y/∂x| summed over the input channels, averaged
/// over the outputs that are looked at. Counted from the first pixel of the theoretical field, so
/// that several positions lie over each other.
struct EffectiveField {
    Extent size; ///< of the theoretical field
    std::vector<double> values; ///< (size.height, size.width); 0 beyond the border of the image
    std::int64_t outputs = 0; ///< looked at: positions times channels
    std::int64_t silentOutputs
        = 0; ///< of those: no gradient at all, such as behind a ReLU that is off

    double at(std::int64_t y, std::int64_t x) const; ///< 0 outside
    double sum() const;
    /// Nothing in the input moves any of the outputs.
    bool isSilent() const { return silentOutputs == outputs; }
};

/// How far an effective field spreads about the output's own position, the middle of the field.
struct FieldSpread {
    double sigmaY = 0.0; ///< √(Σ v·dy² / Σ v), in pixels; 0 when silent
    double sigmaX = 0.0;
    std::vector<double> mass; ///< [r]: the share of Σ v inside |dy|, |dx| ≤ r; 0 when silent
};
FieldSpread spreadOf(const EffectiveField& field);

/// σ per axis of n stacked layers of k equal weights: √(n·(k² − 1)/12).
double uniformSigma(std::int64_t layers, std::int64_t kernel);

/// The field of a branch on the first image of `input` (N,C,H,W), averaged over the positions and
/// over all output channels, or of one. Positions run in parallel, in any number of threads with
/// the same result. Announces one unit of progress for each position. Errors: Shape;
/// InvalidArgument (no such position or channel); Unsupported (a gradient that is no number);
/// Memory; Cancelled.
Result<EffectiveField> effectiveField(const BranchSpec& spec, const TensorMap& weights,
                                      const SharedTensor& input,
                                      std::span<const Position> positions,
                                      std::optional<std::int64_t> channel,
                                      const ComputeContext& context);

/// About `count` positions of an output, in a regular grid, whose fields lie on the image wherever
/// the image is large enough.
std::vector<Position> spreadPositions(const TheoreticalField& field, Extent image, Extent output,
                                      std::int64_t count);

} // namespace factorscope
