#include "core/race/race.h"

#include "core/result/expects.h"

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

double perMillisecond(double operations, double milliseconds)
{
    return operations / milliseconds * 1e-6;
}

std::string branchName(const Race& race, const RaceLane& lane)
{
    return std::string(
        branchKindName(lane.isOriginal ? BranchKind::Original : race.experiment.factorised));
}

std::vector<Json> laneRow(const Race& race, const RaceLane& lane)
{
    const Spread spread = lane.spread();
    const Traffic& traffic = lane.work.traffic;
    const Roof* roof = race.roof(lane.threads);
    const Shape& input = lane.isOriginal ? race.originalInput : race.factorisedInput;
    return {branchName(race, lane),
            lane.algorithm,
            lane.work.engines,
            lane.threads,
            race.experiment.midChannels,
            input.text(),
            lane.rounds.size(),
            spread.min,
            spread.lower,
            spread.median,
            spread.upper,
            spread.max,
            lane.work.macs,
            lane.work.multiplications,
            traffic.input,
            traffic.weights,
            traffic.transformed,
            traffic.intermediate,
            traffic.output,
            traffic.total(),
            lane.work.intensity(),
            lane.effectiveGflops(),
            lane.madeGflops(),
            roof ? Json(shareOfRoof(lane, *roof)) : Json(),
            lane.maxRelativeError};
}

NumberTable machineTable(const Race& race)
{
    const Machine& machine = race.machine;
    NumberTable table{.name = "machine",
                      .columns
                      = {"date", "version", "processor", "instruction_set", "last_cache_bytes",
                         "threads", "fma_peak_gflops", "memory_gb_per_s", "ridge_flop_per_byte"},
                      .rows = {}};
    for (const Roof& roof : race.roofs)
        table.rows.push_back({machine.date, machine.version, machine.processor,
                              machine.instructionSet, machine.lastCacheBytes, roof.threads,
                              roof.fmaPeakGflops, roof.gigabytesPerSecond, roof.ridge()});
    return table;
}

} // namespace

Spread spreadOf(std::vector<double> values)
{
    EXPECTS(!values.empty());
    std::ranges::sort(values);
    const auto at = [&](double share) {
        const double place = share * static_cast<double>(values.size() - 1);
        const auto low = static_cast<std::size_t>(place);
        const std::size_t high = std::min(low + 1, values.size() - 1);
        return values[low] + (place - static_cast<double>(low)) * (values[high] - values[low]);
    };
    return {at(0.0), at(0.25), at(0.5), at(0.75), at(1.0)};
}

double RaceLane::effectiveGflops() const
{
    return perMillisecond(work.effectiveFlops(), medianMs());
}

double RaceLane::madeGflops() const
{
    return perMillisecond(work.madeFlops(), medianMs());
}

double Roof::at(double intensity) const
{
    return std::min(fmaPeakGflops, gigabytesPerSecond * intensity);
}

bool Race::isWhole() const
{
    return !lanes.empty() && std::ranges::all_of(lanes, [&](const RaceLane& lane) {
        return static_cast<int>(lane.rounds.size()) == rounds;
    });
}

bool Race::isOf(const BothEvaluated& both) const
{
    return original == both.original.spec && factorised == both.factorised.spec
        && originalInput == both.original.input->shape()
        && factorisedInput == both.factorised.input->shape();
}

const Roof* Race::roof(int threads) const
{
    const auto found = std::ranges::find(roofs, threads, &Roof::threads);
    return found == roofs.end() ? nullptr : &*found;
}

const RaceLane* Race::lane(bool isOriginal, std::string_view algorithm, int threads) const
{
    const auto found = std::ranges::find_if(lanes, [&](const RaceLane& lane) {
        return lane.isOriginal == isOriginal && lane.algorithm == algorithm
            && lane.threads == threads && lane.isTimed();
    });
    return found == lanes.end() ? nullptr : &*found;
}

std::vector<int> Race::threadCounts() const
{
    std::vector<int> counts;
    for (const RaceLane& lane : lanes)
        counts.push_back(lane.threads);
    std::ranges::sort(counts);
    const auto repeated = std::ranges::unique(counts);
    counts.erase(repeated.begin(), repeated.end());
    return counts;
}

std::vector<std::string> Race::algorithms() const
{
    std::vector<std::string> names;
    for (const RaceLane& lane : lanes) {
        if (std::ranges::find(names, lane.algorithm) == names.end())
            names.push_back(lane.algorithm);
    }
    return names;
}

double shareOfRoof(const RaceLane& lane, const Roof& roof)
{
    return lane.madeGflops() / roof.at(lane.work.intensity());
}

std::vector<NumberTable> raceTables(const Race& race)
{
    NumberTable lanes{.name = "lanes",
                      .columns = {"branch",
                                  "algorithm",
                                  "engines",
                                  "threads",
                                  "mid_channels",
                                  "input",
                                  "rounds",
                                  "min_ms",
                                  "lower_quartile_ms",
                                  "median_ms",
                                  "upper_quartile_ms",
                                  "max_ms",
                                  "macs",
                                  "multiplications",
                                  "input_bytes",
                                  "weight_bytes",
                                  "transformed_bytes",
                                  "intermediate_bytes",
                                  "output_bytes",
                                  "bytes",
                                  "flop_per_byte",
                                  "effective_gflops",
                                  "made_gflops",
                                  "share_of_roof",
                                  "max_relative_error"},
                      .rows = {}};
    NumberTable rounds{
        .name = "rounds", .columns = {"branch", "algorithm", "threads", "round", "ms"}, .rows = {}};
    for (const RaceLane& lane : race.lanes) {
        if (!lane.isTimed())
            continue;
        lanes.rows.push_back(laneRow(race, lane));
        for (std::size_t round = 0; round < lane.rounds.size(); ++round)
            rounds.rows.push_back({branchName(race, lane), lane.algorithm, lane.threads, round + 1,
                                   lane.rounds[round]});
    }
    return {std::move(lanes), machineTable(race), std::move(rounds)};
}

} // namespace factorscope
