#pragma once

#include "core/branch/branch_spec.h"
#include "core/result/result.h"
#include "core/tensor/tensor.h"

#include <filesystem>
#include <string>
#include <vector>

namespace factorscope {

/// A branch with what PyTorch makes of it: a folder of tests/golden or tests/recordings.
struct ReferenceCase {
    BranchSpec spec;
    TensorMap weights;
    SharedTensor input;
    Tensor output;
    std::vector<Tensor> activations; ///< after each layer of the sequence
    Tensor cotangent; ///< the gradient that arrives at the output
    Tensor inputGradient;
    TensorMap gradients; ///< of the parameters
};

/// The folders below `testData` that hold a case.
std::vector<std::filesystem::path> referenceCases(const std::filesystem::path& testData);

Result<ReferenceCase> loadReferenceCase(const std::filesystem::path& folder);

/// A .npy file of the tests; the test ends at once when it cannot be read.
Tensor loadedNpy(const std::filesystem::path& path);

} // namespace factorscope
