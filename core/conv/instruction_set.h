#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace factorscope {

/// The vector instructions that kernels are built for, from narrow to wide.
enum class InstructionSet {
    Baseline, ///< what every processor of the architecture has
    Sse4, ///< x86-64-v2: 4 floats
    Avx2, ///< x86-64-v3, with FMA: 8 floats
    Avx512, ///< x86-64-v4: 16 floats
};

std::string_view instructionSetName(InstructionSet set); ///< "baseline", "sse4", "avx2", "avx512"
std::optional<InstructionSet> instructionSetFromName(std::string_view name);

/// Those that this processor has and this program was built for, narrowest first.
std::span<const InstructionSet> availableInstructionSets();

/// The widest available one, but none above what the environment variable FACTORSCOPE_ISA names.
InstructionSet bestInstructionSet();

} // namespace factorscope
