#include "ui/speed/race_words.h"

#include "ui/text/text.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Speed {
    Q_DECLARE_TR_FUNCTIONS(Speed)
};

constexpr double kSame = 0.0005; // what a ratio may differ from 1 and count as none

/// Both branches under one algorithm.
struct Pair {
    const RaceLane& original;
    const RaceLane& factorised;

    double time() const { return factorised.medianMs() / original.medianMs(); }
    double macs() const { return ratio(factorised.work.macs, original.work.macs); }
    double made() const
    {
        return ratio(factorised.work.multiplications, original.work.multiplications);
    }
    double bytes() const
    {
        return ratio(factorised.work.traffic.total(), original.work.traffic.total());
    }
    bool takesTheSame() const
    {
        const Spread a = original.spread();
        const Spread b = factorised.spread();
        return a.lower <= b.upper && b.lower <= a.upper;
    }

private:
    static double ratio(std::int64_t part, std::int64_t whole)
    {
        return static_cast<double>(part) / static_cast<double>(whole);
    }
};

bool isSame(double ratio)
{
    return std::abs(ratio - 1.0) < kSame;
}

/// "28 %" of 0.72 or of 1.28; "100.9 %" never: three digits at most.
QString percentApart(double ratio)
{
    const double percent = 100.0 * std::abs(ratio - 1.0);
    return Speed::tr("%1 %").arg(fixed(percent, percent < 9.95 ? 1 : 0));
}

/// "1.19×", "12×"
QString times(double ratio)
{
    return Speed::tr("%1×").arg(fixed(ratio, ratio < 9.95 ? 2 : 0));
}

QString macsPart(const Pair& pair)
{
    if (isSame(pair.macs()))
        return Speed::tr("makes as many MACs as the 5×5");
    return (pair.macs() < 1.0 ? Speed::tr("makes %1 fewer MACs than the 5×5")
                              : Speed::tr("makes %1 more MACs than the 5×5"))
        .arg(percentApart(pair.macs()));
}

/// With the word that joins it to the MACs: "but takes 1.19× its time".
QString timePart(const Pair& pair)
{
    if (pair.takesTheSame())
        return isSame(pair.macs())
            ? Speed::tr("and takes the same time within the spread (%1)").arg(times(pair.time()))
            : Speed::tr("but takes the same time within the spread (%1)").arg(times(pair.time()));
    const bool isExpected = (pair.macs() < 1.0 - kSame && pair.time() < 1.0)
        || (pair.macs() > 1.0 + kSame && pair.time() > 1.0);
    return (isExpected ? Speed::tr("and takes %1 its time") : Speed::tr("but takes %1 its time"))
        .arg(times(pair.time()));
}

/// How much less often a branch multiplies than it has MACs.
QString savingPart(const RaceLane& lane, const QString& where)
{
    const double saving = lane.work.saving();
    if (isSame(saving))
        return Speed::tr("as often as there are MACs on %1").arg(where);
    return (saving > 1.0 ? Speed::tr("%1 less often on %2") : Speed::tr("%1 as often on %2"))
        .arg(times(saving > 1.0 ? saving : 1.0 / saving), where);
}

QString madePart(const Pair& pair, const QString& name)
{
    const bool isFiltered = pair.original.work.engines.find("winograd") != std::string::npos
        || pair.factorised.work.engines.find("winograd") != std::string::npos;
    if (!isFiltered)
        return Speed::tr("without Winograd both multiply once for each MAC");
    const QString savings = Speed::tr("with Winograd the program multiplies %1 and %2")
                                .arg(savingPart(pair.original, Speed::tr("the 5×5")),
                                     savingPart(pair.factorised, name));
    if (isSame(pair.made()))
        return Speed::tr("%1, which leaves both the same number of multiplications").arg(savings);
    return (pair.made() < 1.0 ? Speed::tr("%1, which leaves %2 fewer multiplications")
                              : Speed::tr("%1, which leaves %2 more multiplications"))
        .arg(savings, percentApart(pair.made()));
}

QString bytesPart(const Pair& pair)
{
    return isSame(pair.bytes()) ? Speed::tr("it moves as many bytes")
                                : Speed::tr("it moves %1 the bytes").arg(times(pair.bytes()));
}

QString percent(double share)
{
    return Speed::tr("%1 %").arg(fixed(100.0 * share, share < 0.0995 ? 1 : 0));
}

/// How near both come to what bounds them.
QString roofPart(const Pair& pair, const Roof& roof)
{
    const auto isMemory
        = [&](const RaceLane& lane) { return lane.work.intensity() < roof.ridge(); };
    const QString reached = Speed::tr("the 5×5 reaches %1 of its roof and it %2")
                                .arg(percent(shareOfRoof(pair.original, roof)),
                                     percent(shareOfRoof(pair.factorised, roof)));
    if (isMemory(pair.original) && isMemory(pair.factorised))
        return Speed::tr("%1, which memory sets for both").arg(reached);
    if (isMemory(pair.factorised))
        return Speed::tr("%1, which memory sets for the latter").arg(reached);
    if (isMemory(pair.original))
        return Speed::tr("%1, which memory sets for the former").arg(reached);
    return Speed::tr("%1, which arithmetic sets for both").arg(reached);
}

} // namespace

int shownThreads(const Race& race, int wanted)
{
    const std::vector<int> counts = race.threadCounts();
    if (counts.empty() || std::ranges::find(counts, wanted) != counts.end())
        return wanted;
    return counts.back();
}

QString threadsInWords(int threads)
{
    return threads == 1 ? Speed::tr("1 thread") : Speed::tr("%1 threads").arg(threads);
}

QString raceInWords(const Race& race, int threads)
{
    const RaceLane* original = nullptr;
    const RaceLane* factorised = nullptr;
    QString algorithm;
    for (const std::string& name : race.algorithms()) {
        const RaceLane* const one = race.lane(true, name, threads);
        const RaceLane* const other = race.lane(false, name, threads);
        if (one && other && (!original || name == "auto")) {
            original = one;
            factorised = other;
            algorithm = QString::fromStdString(name);
        }
    }
    const Roof* roof = race.roof(threads);
    if (!original || !roof || !(roof->gigabytesPerSecond > 0.0))
        return {};
    const Pair pair{*original, *factorised};
    const QString name = branchTitle(race.experiment.factorised);
    QString words
        = Speed::tr("Under %1 on %2 the %3 %4 %5: %6; %7, and %8.")
              .arg(algorithm, threadsInWords(threads), name, macsPart(pair), timePart(pair),
                   madePart(pair, name), bytesPart(pair), roofPart(pair, *roof));
    return words.replace(QStringLiteral(" %"), QStringLiteral("\u00a0%")); // on one line
}

QString millisecondsInWords(double milliseconds)
{
    const int decimals = milliseconds < 1.0 ? 3 : milliseconds < 99.95 ? 2 : 0;
    return Speed::tr("%1 ms").arg(fixed(milliseconds, decimals));
}

QString raceTitle(const Race& race)
{
    const Experiment& experiment = race.experiment;
    const QString time = QString::fromStdString(race.machine.date).section(u'T', 1).chopped(1);
    return Speed::tr("%1 → %2 → %3, %4 × %5, %6 · %7 UTC")
        .arg(experiment.inChannels)
        .arg(experiment.midChannels)
        .arg(experiment.outChannels)
        .arg(race.originalInput[3])
        .arg(race.originalInput[2])
        .arg(branchTitle(experiment.factorised), time);
}

QString machineInWords(const Race& race, int threads)
{
    const Machine& machine = race.machine;
    QStringList parts{QString::fromStdString(machine.processor),
                      QString::fromStdString(machine.instructionSet), threadsInWords(threads)};
    if (const Roof* roof = race.roof(threads); roof && roof->fmaPeakGflops > 0.0)
        parts << Speed::tr("%1 GFLOP/s at most").arg(fixed(roof->fmaPeakGflops, 1))
              << Speed::tr("%1 GB/s from memory").arg(fixed(roof->gigabytesPerSecond, 1));
    parts << Speed::tr("version %1").arg(QString::fromStdString(machine.version))
          << QString::fromStdString(machine.date);
    return parts.join(QStringLiteral(" · "));
}

} // namespace factorscope
