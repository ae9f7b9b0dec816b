#pragma once

#include "core/arithmetic/multiplications.h"
#include "core/arithmetic/pixel_trace.h"
#include "core/experiment/evaluate.h"

#include <memory>
#include <optional>
#include <string>

namespace factorscope {

/// The output value whose arithmetic is looked at.
struct ArithmeticQuestion {
    Position position;
    std::int64_t outChannel = 0;
    bool operator==(const ArithmeticQuestion&) const = default;
};

/// One output value of a branch: how it comes about, and what was computed for it.
struct BranchArithmetic {
    PixelTrace trace;
    float computed = 0.0F; ///< in the answer
    std::string algorithm; ///< of the last convolution there: "winograd F(4x4,5x5)"

    /// How far the computed value is from that of `reference`.
    double deviation() const { return double{computed} - double{trace.output().value}; }
};

/// The same output of both branches.
struct ArithmeticFindings {
    ArithmeticQuestion question; ///< as answered: within what there is
    std::shared_ptr<const BranchArithmetic> original;
    std::shared_ptr<const BranchArithmetic> factorised;
    std::optional<Error> whyNot; ///< there are none: such as BatchNorm in training mode
};

/// A pixel or channel beyond what there is counts as the last, of each branch by itself. Error:
/// Cancelled.
Result<ArithmeticFindings> arithmeticFindings(const BothEvaluated& both,
                                              const ArithmeticQuestion& question,
                                              const ComputeContext& context);

/// Of both branches of an experiment.
Multiplications multiplicationsOf(const Experiment& experiment, Channels channels);

} // namespace factorscope
