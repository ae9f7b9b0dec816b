#pragma once

#include "core/cost/count_rule.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace factorscope {

/// A number as a tool prints it, exact or rounded: what it may stand for.
struct PrintedNumber {
    std::int64_t least = 0;
    std::int64_t most = 0;
    double value = 0.0; ///< as it stands

    bool isExact() const { return least == most; }
    bool operator==(const PrintedNumber&) const = default;
};
/// "80,281,600", "80.28 M", "160.56 MFLOPs", "5.14G", "8.03e7": separators of thousands, a prefix k
/// M G T and a unit may be there. InvalidArgument with the text.
Result<PrintedNumber> printedNumber(std::string_view text);

/// What a number may have been counted of: a branch, or one of its layers.
struct CountSubject {
    std::string branch; ///< the name of its specification
    std::optional<int> layer; ///< nothing: all of it
    std::string op; ///< of the layer
    CountParts parts;
};
/// The branch, then its layers that have weights when there are several. Errors: as of costOf().
Result<std::vector<CountSubject>> countSubjects(const BranchSpec& spec, Extent size);

/// A rule that gives a number, or nearly.
struct CountMatch {
    std::size_t subject = 0; ///< of those asked about
    const CountRule* rule = nullptr;
    std::int64_t value = 0;

    /// How far the printed number is from it, in relation to it.
    double relativeError(const PrintedNumber& number) const;
};
struct CountMatches {
    std::vector<CountMatch> exact; ///< in the order of the subjects and the rules
    std::vector<CountMatch> nearest; ///< up to three, the nearest first, when none is exact
};
/// Which rules give the number. Of those that do not differ on a subject only the first counts; one
/// that no tool follows counts only where no other gives the number.
CountMatches matchesOf(const PrintedNumber& number, std::span<const CountSubject> subjects);

} // namespace factorscope
