#include "core/bench/onednn.h"

namespace factorscope {

bool hasOneDnn()
{
    return false;
}

std::vector<Candidate> oneDnnCandidates(const std::shared_ptr<const BenchBranch>&,
                                        const ComputeContext&)
{
    return {};
}

std::int64_t oneDnnPeakBytes(const Workload&)
{
    return 0;
}

} // namespace factorscope
