#include "core/result/expects.h"

#include <cstdio>
#include <cstdlib>

namespace factorscope {

void contractBroken(const char* condition, const char* file, int line)
{
    std::fprintf(stderr, "factorscope: broken promise: %s (%s:%d)\n", condition, file, line);
    std::abort();
}

} // namespace factorscope
