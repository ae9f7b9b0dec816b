#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace factorscope {

/// The vector instructions that kernels are built for, from narrow to wide.
enum class InstructionSet {
    Baseline, ///< what every processor of the architecture has
    Avx2,     ///< AVX2 with FMA: 8 floats
    Avx512,   ///< AVX-512 F, VL, BW, DQ: 16 floats
};

std::string_view instructionSetName(InstructionSet set); ///< "baseline", "avx2", "avx512"
std::optional<InstructionSet> instructionSetFromName(std::string_view name);

/// Those that this processor has and this program was built for, narrowest first.
std::span<const InstructionSet> availableInstructionSets();

/// The widest available one, but none above what the environment variable FACTORSCOPE_ISA names.
InstructionSet bestInstructionSet();

} // namespace factorscope
