#include "core/cost/convention.h"

#include "core/cost/saturating.h"
#include "core/result/expects.h"

#include <algorithm>
#include <array>

namespace factorscope {

std::span<const CountingConvention> countingConventions()
{
    static constexpr std::array<CountingConvention, 8> conventions{{
        {.id = "weights", .perMac = 1, .countsBias = false, .backendMayCountRelu = false},
        {.id = "fvcore", .perMac = 1, .countsBias = false, .backendMayCountRelu = false},
        {.id = "thop", .perMac = 1, .countsBias = false, .backendMayCountRelu = false},
        {.id = "netscope", .perMac = 1, .countsBias = false, .backendMayCountRelu = false},
        {.id = "torchinfo", .perMac = 1, .countsBias = true, .backendMayCountRelu = false},
        {.id = "ptflops", .perMac = 1, .countsBias = true, .backendMayCountRelu = true},
        {.id = "torch", .perMac = 2, .countsBias = false, .backendMayCountRelu = false},
        {.id = "calflops", .perMac = 2, .countsBias = true, .backendMayCountRelu = false},
    }};
    return conventions;
}

const CountingConvention* findConvention(std::string_view id)
{
    const auto found = std::ranges::find(countingConventions(), id, &CountingConvention::id);
    return found == countingConventions().end() ? nullptr : &*found;
}

const CountRule& ruleOf(const CountingConvention& convention)
{
    const std::array<int, kCountPartCount> times{convention.perMac, convention.countsBias ? 1 : 0};
    const auto found = std::ranges::find(countRules(), times, &CountRule::times);
    EXPECTS(found != countRules().end());
    return *found;
}

Result<std::int64_t> counted(const BranchSpec& spec, Extent size,
                             const CountingConvention& convention)
{
    ASSIGN_OR_RETURN(const CountParts parts, countParts(spec, size));
    const std::int64_t sum = ruleOf(convention).of(parts);
    if (sum == kTooMany)
        return Error{ErrorCode::Shape,
                     QT_TRANSLATE_NOOP("core", "the costs at %1 are too large to count"),
                     {size.text()}};
    return sum;
}

Result<std::int64_t> countedActivations(const BranchSpec& spec, Extent size)
{
    ASSIGN_OR_RETURN(const CountParts parts, countParts(spec, size));
    return parts[CountPart::Activations];
}

} // namespace factorscope
