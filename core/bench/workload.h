#pragma once

#include "core/branch/branch_spec.h"
#include "core/branch/named_branches.h"
#include "core/tensor/tensor.h"

#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

namespace factorscope {

/// The channels and the size at which branches are timed; C_mid = C_out.
struct Workload {
    std::string_view name;
    std::int64_t inChannels = 1;
    std::int64_t outChannels = 1;
    Extent size;

    Shape inShape() const { return {1, inChannels, size.height, size.width}; }
    std::string text() const; ///< "article, 64 to 64 to 64 channels on 224x224"
};

std::span<const Workload> workloads();
const Workload* findWorkload(std::string_view name);

/// A branch of a workload with what it is run on.
struct BenchBranch {
    Workload workload;
    BranchKind kind = BranchKind::Original;
    BranchSpec spec;
    TensorMap weights;
    SharedTensor input; ///< (1,C,H,W)
    std::int64_t macs = 0; ///< counted directly
};

/// Normal numbers from a fresh seed, the same for all branches of a workload. Null when stopped.
SharedTensor benchInput(const Workload& workload, std::uint64_t seed, const std::stop_token& stop);

/// The branch with PyTorch's default weights from a fresh seed.
std::shared_ptr<const BenchBranch> benchBranch(const Workload& workload, BranchKind kind,
                                               SharedTensor input, std::uint64_t seed);

/// The layers of the branch.
BranchSpec benchSpec(const Workload& workload, BranchKind kind);

} // namespace factorscope
