#pragma once

#include "core/experiment/experiment.h"
#include "core/result/result.h"
#include "core/weights/torch_generator.h"

#include <cstdint>
#include <memory>
#include <stop_token>

namespace factorscope {

using SharedWeights = std::shared_ptr<const TensorMap>;

/// The weights of one of the experiment's branches with all the mid channels of its bank. Draws
/// from `generator` only when they are random, so that an input may go on from there. Errors:
/// InvalidArgument (kernels that the branch cannot have), Memory.
Result<SharedWeights> bankOf(const Experiment& experiment, BranchKind kind,
                             TorchGenerator& generator, std::int64_t memoryLimitBytes);

/// Whether both have the same bank for their factorised branch: they differ in C_mid at most.
bool haveSameBank(const Experiment& a, const Experiment& b);

/// The first mid channels of a bank, those that the experiment's branch has. Shape error when the
/// file does not fit.
Result<SharedWeights> weightsOf(const Experiment& experiment, BranchKind kind,
                                const SharedWeights& bank);

/// Both in one.
Result<SharedWeights> weightsOf(const Experiment& experiment, BranchKind kind,
                                TorchGenerator& generator, std::int64_t memoryLimitBytes);

/// The weights of any branch: those of the experiment's file, or drawn. InvalidArgument for kernels
/// and banks, which are defined for the named branches.
Result<SharedWeights> weightsOf(const Experiment& experiment, const BranchSpec& spec,
                                TorchGenerator& generator, std::int64_t memoryLimitBytes);

/// The input of a branch with that many channels, (N,C,H,W): the experiment's tensor, or its
/// picture at its size lifted to channels, or numbers from `generator`. Errors: Shape, Memory,
/// Cancelled; InvalidArgument when there is neither a picture nor a size.
Result<SharedTensor> inputOf(const Experiment& experiment, std::int64_t channels,
                             TorchGenerator& generator, std::int64_t memoryLimitBytes,
                             const std::stop_token& stop);

/// Replaces the experiment's picture, if it has one, by the input made of it, so that its memory
/// can go before the branch takes more.
Result<void> liftPicture(Experiment& experiment, std::int64_t channels,
                         std::int64_t memoryLimitBytes, const std::stop_token& stop);

/// Height and width of that input, before anything is computed.
Result<Extent> inputSize(const Experiment& experiment);

} // namespace factorscope
