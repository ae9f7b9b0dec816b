#pragma once

#include "core/conv/instruction_set.h"

#include <cstdint>
#include <string>

namespace factorscope {

/// What was measured on, with what and when.
struct Machine {
    std::string processor; ///< as the system names it: "AMD EPYC 7B13"; "unknown" where it does not
    std::string instructionSet; ///< "avx512"
    int threads = 1; ///< the most that are used
    std::int64_t lastCacheBytes = 0;
    std::string version; ///< of this program
    std::string date; ///< UTC, "2026-11-28T03:04:05Z"
};
Machine thisMachine(InstructionSet set, int threads);

} // namespace factorscope
