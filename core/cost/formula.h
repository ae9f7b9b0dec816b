#pragma once

#include "core/branch/named_branches.h"
#include "core/cost/cost.h"
#include "core/cost/expression.h"
#include "core/result/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace factorscope {

/// What the value of a formula is.
enum class FormulaUnit {
    Count,
    Bytes,
    Ratio, ///< of the factorised branch to the original
    Channels, ///< a C_mid
};

/// A figure of the costs and how it comes about.
struct Formula {
    std::string_view id; ///< "weights", "ratio-weights"
    const char* label = ""; ///< "weights", marked for translation
    std::optional<BranchKind> branch{}; ///< nothing where it is about both
    FormulaUnit unit = FormulaUnit::Count;
    Expression expression;
    std::string_view latexName; ///< "W"
    std::optional<std::int64_t> amount{}; ///< counted, where it is a count: exact

    double value() const;
    std::string valueText(FormulaStyle style) const;
};

/// Two branches that are compared.
struct BranchPair {
    BranchOptions original;
    BranchKind kind = BranchKind::Decomposed; ///< of the one beside it
    BranchOptions factorised;
    Extent size;

    bool hasSameEnds() const
    {
        return original.inChannels == factorised.inChannels
            && original.outChannels == factorised.outChannels;
    }
};

/// Weights, parameters, MACs and activation memory of both, then their ratios; where both branches
/// are the article's also parity and, for the same ends, the ratio at C_mid = C_out. The values
/// are those of costOf(), whose errors these are.
Result<std::vector<Formula>> formulas(const BranchPair& pair);

/// "weights of the original = 5·5·C_in·C_out = 5·5·64·64 = 102,400"
std::string formulaText(const Formula& formula);
/// "W_{5\times5} = 5 \cdot 5 \cdot C_{\mathrm{in}} … = 102{,}400"
std::string formulaLatex(const Formula& formula);

} // namespace factorscope
