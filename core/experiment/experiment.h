#pragma once

#include "core/branch/named_branches.h"
#include "core/image/lift.h"
#include "core/image/picture.h"
#include "core/tensor/tensor.h"
#include "core/weights/hand_made.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace factorscope {

/// Tensors read from a file.
struct WeightFile {
    std::string path;
    TensorMap tensors;
};

/// Every parameter that a user sets, in one value: what two branches are compared, with which
/// weights, on which picture. The same experiment gives the same bits on one machine. What is large
/// is shared and never changed, so a copy is cheap; two experiments are equal when they share it.
struct Experiment {
    // The branches.
    std::int64_t inChannels = 64;
    std::int64_t midChannels = 64;
    std::int64_t outChannels = 64;
    std::int64_t originalInChannels = 0; ///< of the 5×5, where it differs; 0: inChannels
    std::int64_t originalOutChannels = 0; ///< likewise
    BranchKind factorised = BranchKind::Decomposed; ///< what stands beside the original
    Between between = Between::Relu;
    double leakySlope = 0.1;
    bool batchNorm = false;
    Mode mode = Mode::Eval;
    ResidualKind residual = ResidualKind::None;
    bool bias = true;

    // The weights: from a file, made by hand, or drawn from the seed.
    std::uint64_t seed = 0;
    std::optional<HandMade> kernels;
    KernelShape kernelShape; ///< of those made by hand
    std::int64_t midBank
        = 0; ///< mid channels of the bank whose first ones are used; 0: midChannels
    std::shared_ptr<const WeightFile>
        weightFile; ///< of the factorised branch, or of one from a file
    std::shared_ptr<const WeightFile> originalWeightFile; ///< of the 5×5

    // The input: a tensor as it is, or a picture lifted to channels.
    std::optional<Lift> lift; ///< nothing: what fits the channels
    Extent size{0, 0}; ///< of the input; zero: the picture's own
    std::shared_ptr<const Picture> picture;
    SharedTensor inputTensor; ///< (N,C,H,W)

    std::string algorithm = "auto"; ///< one of convAlgorithms()

    bool operator==(const Experiment&) const = default;
};

/// The choices that make one of its branches.
BranchOptions branchOptions(const Experiment& experiment, BranchKind kind);
BranchSpec branchSpec(const Experiment& experiment, BranchKind kind);
/// That of negative values between the halves: 0 of ReLU, 1 of no activation.
double slopeBetween(const Experiment& experiment);
/// From 0 to 1; 0 makes it a ReLU, 1 takes the activation away.
void setSlopeBetween(Experiment& experiment, double slope);

/// Checks what concerns several parameters at once: InvalidArgument with the values.
Result<void> validate(const Experiment& experiment);

/// Where the slider of the mid channels ends, and so how large the bank is that it moves within:
/// max(128, 2·max(C_in, C_out)).
std::int64_t sliderMidChannels(const Experiment& experiment);

/// Gives a named branch the bank that a slider moves within: that of its file, or one as large as
/// sliderMidChannels(). C_mid stays within it.
void fitBank(Experiment& experiment);

/// Whether both branches stand for the same kernels, so that their difference means something:
/// those made by hand do, those drawn at random or read from files need not.
bool branchesAreRelated(const Experiment& experiment);

/// Whether the 5×5 computes the same in both: they differ at most in what shapes the factorised
/// branch.
bool haveSameOriginal(const Experiment& a, const Experiment& b);

} // namespace factorscope
