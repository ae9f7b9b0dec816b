#pragma once

#include "core/conv/conv_engine.h"
#include "core/experiment/deep_branch.h"
#include "core/experiment/evaluate.h"
#include "core/receptive/effective_field.h"
#include "core/result/result.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace factorscope {

/// Which effective fields are wanted of both branches of an experiment.
struct FieldQuestion {
    Position position; ///< of the output; not used when averaged
    std::optional<std::int64_t> channel; ///< nothing: the mean over all output channels
    bool isAveraged = false; ///< over positions all over the picture
    std::int64_t blocks = 1; ///< so many of each branch behind each other

    bool operator==(const FieldQuestion&) const = default;
};

/// One branch's, with the numbers that are told of it.
struct BranchField {
    EffectiveField field;
    FieldSpread spread;
};

/// Both branches', on the same outputs.
struct BothFields {
    FieldQuestion question;
    BranchField original;
    BranchField factorised;
};

/// How many positions an average goes over, about.
inline constexpr std::int64_t kAveragedPositions = 64;
inline constexpr std::int64_t kMostDeepBlocks = 12;

/// Both branches with as many blocks behind each other as have been asked for, kept for the next
/// question about the same evaluation. One thread.
class DeepBranches {
public:
    explicit DeepBranches(std::shared_ptr<const BothEvaluated> both) : m_both(std::move(both)) {}

    const BothEvaluated& both() const { return *m_both; }
    Result<const DeepBranch*> get(BranchKind kind, std::int64_t blocks,
                                  std::int64_t memoryLimitBytes);

private:
    std::shared_ptr<const BothEvaluated> m_both;
    std::map<std::pair<BranchKind, std::int64_t>, DeepBranch> m_deep;
};

/// The fields of both branches. A position beyond the output counts as its last. Errors: as of
/// effectiveField() and deepBranch().
Result<BothFields> effectiveFields(DeepBranches& branches, const FieldQuestion& question,
                                   const ComputeContext& context);

/// σ of both branches with 1, 2, … blocks, and of uniform kernels of the same geometry.
struct DepthPoint {
    std::int64_t blocks = 1;
    FieldSpread original; ///< sigmaY = sigmaX = 0 where silent
    FieldSpread factorised;
    double uniformOriginal = 0.0; ///< √(n·(k² − 1)/12) for the layers of these blocks
    double uniformFactorised = 0.0;
};
Result<std::vector<DepthPoint>> effectiveFieldsOverDepth(DeepBranches& branches,
                                                         const FieldQuestion& question,
                                                         std::int64_t mostBlocks,
                                                         const ComputeContext& context);

} // namespace factorscope
