#pragma once

#include "core/fit/bank_fit.h"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace factorscope {

/// What linear stacks are to come close to, and the picture that tells what the rest costs.
struct RepresentationQuestion {
    SharedTensor kernels; ///< (C_out,C_in,5,5)
    SharedTensor input; ///< (N,C_in,H,W), for one kernel with any channels; null: none
    std::optional<std::int64_t> channel; ///< of the input, for one kernel; nothing: on all
    std::vector<int> midChannels; ///< ascending
    FitOptions options;
    /// By the numbers of the kernels, but by which input it is.
    bool operator==(const RepresentationQuestion& other) const;
};

/// The best stack of so many mid channels, and how far it is off.
struct RepresentationPoint {
    BankFit fit;
    std::optional<double> onPicture; ///< ‖difference‖ / ‖maps‖; nothing without a picture

    int midChannels() const { return static_cast<int>(fit.first->shape()[0]); }
};

/// What was found so far.
struct Representation {
    RepresentationQuestion question;
    std::vector<RepresentationPoint> points; ///< in the order of question.midChannels
    bool isEstimate = false; ///< of the suggested starts alone

    std::int64_t inChannels() const { return question.kernels->shape()[1]; }
    std::int64_t outChannels() const { return question.kernels->shape()[0]; }
    bool isOneKernel() const { return inChannels() == 1 && outChannels() == 1; }
    bool isComplete() const { return points.size() == question.midChannels.size(); }
    /// The last one with at most so many mid channels; the first if there is none. There must be a
    /// point.
    const RepresentationPoint& at(int midChannels) const;
};

/// Told on the caller's thread: each time there is a point more, and how far the next one is.
struct RepresentationListener {
    std::function<void(const Representation&)> found{};
    FitListener under{};
};

/// The best stacks that were found; the search of a large bank ends after some seconds a start.
/// Errors: as of bankFitLadder() and residualOnPicture().
Result<Representation> represent(const RepresentationQuestion& question,
                                 const ComputeContext& context,
                                 const RepresentationListener& listener = {});

/// The same from the suggested starts alone and with few steps: within a frame for one kernel.
Result<Representation> estimate(RepresentationQuestion question, const ComputeContext& context);

/// One kernel as a bank (1,1,5,5), and kernel (o, i) of a bank as one.
SharedTensor bankOfKernel(const Kernel5x5& kernel);
Kernel5x5 kernelAt(const Tensor& bank, std::int64_t outChannel, std::int64_t inChannel);

/// What a family of linear banks with as many free numbers as the stack would leave of a random
/// bank, on average: √(1 − free / all). No bound on one bank, but on banks as a whole: where it is
/// above 0, most banks are out of reach.
double errorByFreedom(std::int64_t inChannels, std::int64_t midChannels, std::int64_t outChannels);

} // namespace factorscope
