#include "core/race/machine.h"

#include "core/bench/memory_bandwidth.h"

#include <array>
#include <ctime>
#include <fstream>

namespace factorscope {
namespace {

std::string processorName()
{
    std::ifstream file("/proc/cpuinfo");
    std::string line;
    while (std::getline(file, line)) {
        const std::size_t colon = line.find(": ");
        if (line.starts_with("model name") && colon != std::string::npos)
            return line.substr(colon + 2);
    }
    return "unknown";
}

std::string dateNow()
{
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    std::array<char, 32> text{};
    const std::size_t length
        = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return {text.data(), length};
}

} // namespace

Machine thisMachine(InstructionSet set, int threads)
{
    return {.processor = processorName(),
            .instructionSet = std::string(instructionSetName(set)),
            .threads = threads,
            .lastCacheBytes = lastCacheBytes(),
            .version = FACTORSCOPE_VERSION,
            .date = dateNow()};
}

} // namespace factorscope
