#pragma once

#include "core/conv/instruction_set.h"

#include <cstddef>
#include <cstdint>

namespace factorscope {

/// Values are added up in as many sums as this, value i in sum i modulo kSumLanes: so the order is
/// the same however wide the vectors are.
inline constexpr std::ptrdiff_t kSumLanes = 16;

struct BlockSums {
    float least[kSumLanes];
    float most[kSumLanes];
    float sum[kSumLanes]; ///< of the values' distances from the origin
    float squares[kSumLanes]; ///< of these distances
    std::int64_t zeros;
    bool isFinite; ///< all values are; else the rest says nothing
};

struct BlockToSum {
    const float* values;
    std::ptrdiff_t count; ///< a multiple of kSumLanes, > 0
    float origin;
    BlockSums* sums; ///< written
};

/// Built once for each instruction set; all give the same bits.
void sumBlock(const BlockToSum& job, InstructionSet set);

} // namespace factorscope
