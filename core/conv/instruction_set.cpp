#include "core/conv/instruction_set.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

namespace factorscope {
namespace {

constexpr std::array<std::string_view, 4> kNames{"baseline", "sse4", "avx2", "avx512"};

std::vector<InstructionSet> detected()
{
    std::vector<InstructionSet> sets{InstructionSet::Baseline};
#if defined(FACTORSCOPE_X86_KERNELS)
    if (__builtin_cpu_supports("x86-64-v2"))
        sets.push_back(InstructionSet::Sse4);
    if (__builtin_cpu_supports("x86-64-v3"))
        sets.push_back(InstructionSet::Avx2);
    if (__builtin_cpu_supports("x86-64-v4"))
        sets.push_back(InstructionSet::Avx512);
#endif
    return sets;
}

InstructionSet cappedByEnvironment()
{
    const InstructionSet widest = availableInstructionSets().back();
    const char* name = std::getenv("FACTORSCOPE_ISA");
    const auto cap = instructionSetFromName(name ? name : "");
    return cap ? std::min(*cap, widest) : widest;
}

} // namespace

std::string_view instructionSetName(InstructionSet set)
{
    return kNames[static_cast<std::size_t>(set)];
}

std::optional<InstructionSet> instructionSetFromName(std::string_view name)
{
    const auto found = std::ranges::find(kNames, name);
    if (found == kNames.end())
        return {};
    return static_cast<InstructionSet>(found - kNames.begin());
}

std::span<const InstructionSet> availableInstructionSets()
{
    static const std::vector<InstructionSet> sets = detected();
    return sets;
}

InstructionSet bestInstructionSet()
{
    static const InstructionSet best = cappedByEnvironment();
    return best;
}

} // namespace factorscope
