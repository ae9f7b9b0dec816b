#include "core/tensor/memory.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <limits>
#include <string>

#include <sys/resource.h>
#include <unistd.h>

namespace factorscope {
namespace {

constexpr std::int64_t kUnlimited = std::numeric_limits<std::int64_t>::max();

std::int64_t systemAvailableBytes()
{
    std::ifstream meminfo("/proc/meminfo");
    std::string key;
    std::int64_t kilobytes = 0;
    std::string unit;
    while (meminfo >> key >> kilobytes >> unit) {
        if (key == "MemAvailable:")
            return kilobytes * 1024;
    }
    const long pages = ::sysconf(_SC_PHYS_PAGES);
    return pages > 0 ? std::int64_t{pages} * ::sysconf(_SC_PAGESIZE) : kUnlimited;
}

std::int64_t controlGroupBytes()
{
    const auto number = [](const char* path) {
        std::int64_t value = kUnlimited; // also when the file says "max"
        std::ifstream(path) >> value;
        return value > 0 ? value : kUnlimited;
    };
    const std::int64_t limit = number("/sys/fs/cgroup/memory.max");
    if (limit == kUnlimited)
        return kUnlimited;
    return std::max<std::int64_t>(0, limit - number("/sys/fs/cgroup/memory.current"));
}

std::int64_t addressSpaceBytes()
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return kUnlimited;
    std::int64_t usedPages = 0;
    std::ifstream("/proc/self/statm") >> usedPages;
    const auto total = static_cast<std::int64_t>(limit.rlim_cur);
    return std::max<std::int64_t>(0, total - usedPages * ::sysconf(_SC_PAGESIZE));
}

} // namespace

std::int64_t availableMemoryBytes()
{
    const std::int64_t least
        = std::min({systemAvailableBytes(), controlGroupBytes(), addressSpaceBytes()});
    return least / 5 * 4;
}

Result<void> requireMemory(std::int64_t needBytes, std::int64_t limitBytes, const char* lower)
{
    if (needBytes <= limitBytes)
        return {};
    return Error{ErrorCode::Memory,
                 QT_TRANSLATE_NOOP("core", "this needs %1 of memory and %2 may be used: lower %3"),
                 {bytesText(needBytes), bytesText(limitBytes), lower}};
}

std::string bytesText(std::int64_t bytes)
{
    constexpr const char* kUnits[] = {"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};
    double value = static_cast<double>(bytes);
    int unit = 0;
    for (; value >= 1000.0 && unit < 6; ++unit)
        value /= 1000.0;
    char text[32];
    std::snprintf(text, sizeof text, unit == 0 ? "%.0f %s" : "%.1f %s", value, kUnits[unit]);
    return text;
}

} // namespace factorscope
