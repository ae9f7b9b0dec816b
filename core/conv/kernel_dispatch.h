#pragma once

#include "core/conv/instruction_set.h"

/// Declares the copies of a kernel that add_kernels() compiles, one for each instruction set, and
/// defines `void name(Argument, InstructionSet)`, which calls the one asked for.
#if defined(FACTORSCOPE_X86_KERNELS)
#define FACTORSCOPE_DISPATCH_KERNEL(name, Argument)                                                \
    void name##Baseline(Argument argument);                                                        \
    void name##Sse4(Argument argument);                                                            \
    void name##Avx2(Argument argument);                                                            \
    void name##Avx512(Argument argument);                                                          \
    void name(Argument argument, InstructionSet set)                                               \
    {                                                                                              \
        switch (set) {                                                                             \
        case InstructionSet::Baseline:                                                             \
            return name##Baseline(argument);                                                       \
        case InstructionSet::Sse4:                                                                 \
            return name##Sse4(argument);                                                           \
        case InstructionSet::Avx2:                                                                 \
            return name##Avx2(argument);                                                           \
        case InstructionSet::Avx512:                                                               \
            return name##Avx512(argument);                                                         \
        }                                                                                          \
    }
#else
#define FACTORSCOPE_DISPATCH_KERNEL(name, Argument)                                                \
    void name##Baseline(Argument argument);                                                        \
    void name(Argument argument, InstructionSet)                                                   \
    {                                                                                              \
        name##Baseline(argument);                                                                  \
    }
#endif
