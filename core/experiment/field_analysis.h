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
    Position position{}; ///< of the output; not used when averaged
    std::optional<std::int64_t> channel{}; ///< nothing: the mean over all output channels
    bool isAveraged = false; ///< over positions all over the picture
    std::int64_t blocks = 1; ///< so many of each branch behind each other

    bool operator==(const FieldQuestion&) const = default;
};

/// One branch's, with the numbers that are told of it.
struct BranchField {
    EffectiveField field;
    FieldSpread spread;
    FieldSpread uniform; ///< of the same geometry, had all weights one value and nothing a ReLU
    TheoreticalField theory;
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
/// question about the same evaluation: the weights of the deepest only. One thread.
class DeepBranches {
public:
    /// A branch of so many blocks; its weights may be those of more.
    struct Deep {
        DeepBranch branch;
        TheoreticalField theory;
        FieldSpread uniform;
    };

    explicit DeepBranches(std::shared_ptr<const BothEvaluated> both) : m_both(std::move(both)) {}

    const BothEvaluated& both() const { return *m_both; }
    const BranchEvaluation& evaluation(BranchKind kind) const;
    /// Valid as long as this object. Errors: as of deepBranch().
    Result<const Deep*> get(BranchKind kind, std::int64_t blocks, std::int64_t memoryLimitBytes);

private:
    struct Weights {
        std::int64_t blocks = 0;
        SharedWeights tensors;
    };

    std::shared_ptr<const BothEvaluated> m_both;
    std::map<BranchKind, Weights> m_deepest;
    std::map<std::pair<BranchKind, std::int64_t>, Deep> m_deep;
};

/// The fields of both branches. A position or channel beyond the output counts as its last. Errors:
/// as of effectiveField() and deepBranch().
Result<BothFields> effectiveFields(DeepBranches& branches, const FieldQuestion& question,
                                   const ComputeContext& context);

/// How both branches' fields spread with so many blocks.
struct DepthPoint {
    struct Branch {
        FieldSpread spread; ///< sigmaY = sigmaX = 0 where silent
        FieldSpread uniform;
        Extent theory; ///< size of the theoretical field
        bool isSilent = false;
    };
    std::int64_t blocks = 1;
    Branch original;
    Branch factorised;
};

/// With 1, 2, … blocks.
struct DepthCurve {
    FieldQuestion question; ///< its blocks are not used and 1
    std::vector<DepthPoint> points;
};
Result<DepthCurve> effectiveFieldsOverDepth(DeepBranches& branches, const FieldQuestion& question,
                                            std::int64_t mostBlocks, const ComputeContext& context);

} // namespace factorscope
