#pragma once

#include "core/cost/count_finder.h"
#include "ui/cost/cost_data.h"
#include "ui/cost/text_table.h"
#include "ui/view/cost_look.h"

#include <optional>
#include <vector>

namespace factorscope {

/// A number that a tool printed, explained, and a rule of counting beside another.
struct ConventionAnswer {
    BranchKind factorisedKind = BranchKind::Decomposed;
    std::vector<CountSubject> subjects{}; ///< the 5×5 first, then the other branch, then its layers
    std::size_t factorised = 0; ///< which of them is the whole other branch
    std::optional<PrintedNumber> number{}; ///< nothing where none is asked about
    CountMatches matches{};
    const CountRule* rule = nullptr; ///< that gives the number or is nearest, else the chosen one
    const CountRule* other = nullptr;
};
/// Errors: as of printedNumber() and costOf().
Result<ConventionAnswer> conventionAnswer(const CostQuestion& question, const CostLook& look);

/// "80,331,776 is MACs + 1 for each bias of the original 5×5, as torchinfo, ptflops count."
QStringList conventionWords(const ConventionAnswer& answer);
/// What every rule makes of both branches, and of the layer that a number is of.
TextTable ruleTable(const ConventionAnswer& answer, const Theme& theme);
/// Line by line what the other rule counts more or less, then the sum.
TextTable ruleDifference(const ConventionAnswer& answer, const Theme& theme);

QString ruleTitle(const CountRule& rule); ///< "MACs + 1 for each bias (torchinfo, ptflops)"

} // namespace factorscope
