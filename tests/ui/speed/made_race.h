#pragma once

#include "core/race/race.h"

#include <map>
#include <string>
#include <vector>

namespace factorscope {

/// A race whose times are given, for 64 → 64 → 64 channels on 224×224 unless the experiment says
/// otherwise: two threads, one roof for each.
struct MadeRace {
    Experiment experiment{};
    Extent size{224, 224};
    Roof roof{.threads = 2, .fmaPeakGflops = 200.0, .gigabytesPerSecond = 30.0};
    /// Of original and factorised by algorithm; the rounds are 1 % about it.
    std::map<std::string, std::array<double, 2>> milliseconds{};
    double spread = 0.01;

    Race made() const
    {
        Race race;
        race.experiment = experiment;
        race.original = branchSpec(experiment, BranchKind::Original);
        race.factorised = branchSpec(experiment, experiment.factorised);
        race.originalInput = {1, experiment.inChannels, size.height, size.width};
        race.factorisedInput = race.originalInput;
        race.machine = {.processor = "A processor",
                        .instructionSet = "avx512",
                        .threads = 2,
                        .lastCacheBytes = 32 << 20,
                        .version = "1.2.3",
                        .date = "2026-11-28T03:04:05Z"};
        race.rounds = 3;
        race.roofs = {{.threads = 1,
                       .fmaPeakGflops = roof.fmaPeakGflops / 2.0,
                       .gigabytesPerSecond = roof.gigabytesPerSecond / 1.5},
                      roof};
        for (const int threads : {1, 2}) {
            for (const auto& [algorithm, times] : milliseconds) {
                for (const bool isOriginal : {true, false})
                    race.lanes.push_back(
                        lane(race, isOriginal, algorithm, threads,
                             times[isOriginal ? 0 : 1] * (threads == 1 ? 1.9 : 1.0)));
            }
        }
        return race;
    }

private:
    RaceLane lane(const Race& race, bool isOriginal, const std::string& algorithm, int threads,
                  double ms) const
    {
        RaceLane lane;
        lane.isOriginal = isOriginal;
        lane.algorithm = algorithm;
        lane.threads = threads;
        lane.work
            = workOf(isOriginal ? race.original : race.factorised, race.originalInput, algorithm);
        lane.rounds = {ms * (1.0 - spread), ms, ms * (1.0 + spread)};
        return lane;
    }
};

} // namespace factorscope
