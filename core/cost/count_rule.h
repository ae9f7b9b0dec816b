#pragma once

#include "core/branch/branch_spec.h"
#include "core/result/result.h"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace factorscope {

/// What there is to be counted in a branch or a layer.
enum class CountPart {
    Macs,
    BiasTerms, ///< one for each output value of a convolution with bias
    Activations, ///< one for each output value of an activation
    Weights, ///< of convolutions
    Biases, ///< of convolutions
    Norms, ///< scale and shift of BatchNorm
    Outputs, ///< values of the layers' outputs; activations work in place
};
inline constexpr std::size_t kCountPartCount = 7;
const char* countPartLabel(CountPart part); ///< marked for translation

/// How many there are of each.
struct CountParts {
    std::array<std::int64_t, kCountPartCount> amounts{};

    std::int64_t operator[](CountPart part) const
    {
        return amounts[static_cast<std::size_t>(part)];
    }
    bool operator==(const CountParts&) const = default;
};
/// Errors: as of costOf().
Result<CountParts> countParts(const BranchSpec& spec, Extent size);

/// A way to make one number of the parts: how often each is counted. Tools differ in nothing else.
struct CountRule {
    std::string_view id; ///< "macs-bias"
    const char* label; ///< "MACs + 1 for each bias", marked for translation
    std::array<int, kCountPartCount> times;
    std::string_view tools; ///< "torchinfo, ptflops": those that print it; may be empty

    std::int64_t of(const CountParts& parts) const; ///< at most 2^63 − 1
    int timesOf(CountPart part) const { return times[static_cast<std::size_t>(part)]; }
};
/// Operations first, then parameters, then memory; those of tools before others.
std::span<const CountRule> countRules();
const CountRule* findCountRule(std::string_view id);

/// Where two rules part: one line for each kind of thing that there is and that one of them counts.
struct CountLine {
    CountPart part;
    std::int64_t amount;
    int timesFrom;
    int timesTo;

    std::int64_t from() const { return amount * timesFrom; }
    std::int64_t to() const { return amount * timesTo; }
    bool operator==(const CountLine&) const = default;
};
std::vector<CountLine> countLines(const CountParts& parts, const CountRule& from,
                                  const CountRule& to);

} // namespace factorscope
