#include "core/conv/ceil_div.h"
#include "core/conv/conv_engine.h"
#include "core/conv/direct_region.h"
#include "core/conv/engines.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <vector>

namespace factorscope {
namespace {

constexpr std::int64_t kMaxTerms = 65536; // so that any rectangle's input fits 8 MB
constexpr std::int64_t kNearFloats = std::int64_t{112} << 10; // that the second-level cache holds
constexpr std::int64_t kLeastColumns = 48; // of a piece of a row, unless more would not be near
constexpr std::int64_t kEnoughItems = 16; // for several threads
constexpr std::int64_t kMacsWorthAnItem = std::int64_t{1} << 18;
constexpr std::int64_t kLanes = 16; // of the widest vectors
constexpr std::int64_t kChannels = 8; // of the largest block of sums
constexpr std::int64_t kVectors = 8; // of a block, at most
constexpr std::int64_t kSums = 24; // vectors of the largest block of sums

/// The same convolution, with fewer edges: under a 1×1 kernel a map may as well be one row.
ConvProblem simplified(ConvProblem p)
{
    if (p.kernel == Extent{1, 1} && p.stride == Extent{1, 1} && p.padding == Extent{0, 0})
        p.inSize = {1, p.inSize.height * p.inSize.width};
    return p;
}

/// How the output is cut: each map of a group into rectangles, their channels into shares. A
/// rectangle's input is gathered once for all its shares, if the same thread takes them.
struct Cut {
    Extent rectangle{1, 1};
    std::int64_t down = 1; ///< rectangles
    std::int64_t across = 1; ///< rectangles
    std::int64_t channels = 1; ///< of a share
    std::int64_t shares = 1;
    std::int64_t partsOfItem = 1;

    std::int64_t parts(const ConvProblem& p) const
    {
        return p.batch * p.groups * down * across * shares;
    }

    /// Shares of a rectangle follow each other.
    DirectPart part(const ConvProblem& p, std::int64_t i) const
    {
        const Extent out = p.outSize();
        const std::int64_t share = i % shares;
        const std::int64_t x0 = i / shares % across * rectangle.width;
        const std::int64_t y0 = i / shares / across % down * rectangle.height;
        const std::int64_t group = i / shares / across / down;
        return {.image = group / p.groups,
                .group = group % p.groups,
                .region = {.y0 = y0,
                           .y1 = std::min(y0 + rectangle.height, out.height),
                           .x0 = x0,
                           .x1 = std::min(x0 + rectangle.width, out.width)},
                .firstChannel = share * channels,
                .endChannel = std::min((share + 1) * channels, p.outChannelsPerGroup())};
    }
};

/// What the sums of a group's output channels over a rectangle come to.
struct Load {
    double ofTerm = 0.0; ///< cycles
    double steps = 0.0; ///< blocks
    double sums = 0.0; ///< vectors

    void add(const Load& other, std::int64_t times)
    {
        const auto factor = static_cast<double>(times);
        ofTerm += factor * other.ofTerm;
        steps += factor * other.steps;
        sums += factor * other.sums;
    }
};

Load loadOf(const ConvProblem& p, Extent rectangle, const DirectInput& input)
{
    // What loads at any alignment add to the multiply-adds of a term, by channels in a block.
    constexpr std::array<double, kChannels> kLoads{3.0, 1.6, 1.3, 1.08, 1.02, 1.02, 1.02, 1.02};
    constexpr double kLatency = 5.8; // of a term, however few sums there are
    const auto [height, width] = rectangle;
    const std::int64_t inRows = height * ceilDiv(width, kLanes);
    const std::int64_t endToEnd = ceilDiv((height - 1) * input.pitch + width, kLanes);
    const std::int64_t vectors = input.isInPlace ? inRows : std::min(inRows, endToEnd);
    const std::int64_t blocks = ceilDiv(p.outChannelsPerGroup(), kChannels);
    const std::int64_t channels = ceilDiv(p.outChannelsPerGroup(), blocks);
    const std::int64_t blockVectors = std::min(kSums / channels, kVectors);
    Load load;
    load.sums = static_cast<double>(vectors * p.outChannelsPerGroup());
    load.steps = static_cast<double>(ceilDiv(vectors, blockVectors) * blocks);
    load.ofTerm = std::max(load.sums / 2.0 * kLoads[static_cast<std::size_t>(channels - 1)],
                           load.steps * kLatency);
    return load;
}

/// About how many cycles a group of one image takes, as measured with AVX-512.
double cyclesOfGroup(const ConvProblem& p, const Cut& cut)
{
    constexpr double kStep = 30.0;
    constexpr double kStore = 5.0;
    constexpr double kRow = 20.0;
    constexpr std::array<double, 3> kValue{0.5, 0.7, 1.5}; // by stride
    const Extent out = p.outSize();
    const auto [height, width] = cut.rectangle;
    const DirectInput input = directInput(p, cut.rectangle);
    const Extent last{out.height - (cut.down - 1) * height, out.width - (cut.across - 1) * width};
    Load load;
    if (cut.down > 1 && cut.across > 1)
        load.add(loadOf(p, cut.rectangle, input), (cut.down - 1) * (cut.across - 1));
    if (cut.across > 1)
        load.add(loadOf(p, {last.height, width}, input), cut.across - 1);
    if (cut.down > 1)
        load.add(loadOf(p, {height, last.width}, input), cut.down - 1);
    load.add(loadOf(p, last, input), 1);
    const std::int64_t beyond = std::max(input.floats - kNearFloats, std::int64_t{0});
    const double ofValue
        = kValue[static_cast<std::size_t>(std::min<std::int64_t>(p.stride.width, 3) - 1)];
    const double gathered = kRow * static_cast<double>(input.rows)
        + ofValue * static_cast<double>(input.floats) + static_cast<double>(beyond);
    // Each share may be another thread's, which gathers again.
    const double times = static_cast<double>(cut.down * cut.across)
        * (1.0 + static_cast<double>(cut.shares - 1) / 4.0);
    return load.ofTerm * static_cast<double>(p.patchElements()) + kStep * load.steps
        + kStore * load.sums + times * gathered;
}

/// Items that would keep several threads busy, if the work is worth it.
std::int64_t wantedItems(const ConvProblem& p)
{
    return std::clamp(p.macs() / kMacsWorthAnItem, std::int64_t{1}, kEnoughItems);
}

Cut cutInto(const ConvProblem& p, std::int64_t width, std::int64_t down)
{
    const Extent out = p.outSize();
    Cut cut;
    cut.rectangle = {ceilDiv(out.height, down), width};
    cut.down = ceilDiv(out.height, cut.rectangle.height);
    cut.across = ceilDiv(out.width, width);
    const std::int64_t blocks = ceilDiv(p.outChannelsPerGroup(), kChannels);
    const std::int64_t shares = std::min(ceilDiv(wantedItems(p), cut.parts(p)), blocks);
    cut.channels = std::min(ceilDiv(blocks, shares) * kChannels, p.outChannelsPerGroup());
    cut.shares = ceilDiv(p.outChannelsPerGroup(), cut.channels);
    const std::int64_t macsOfPart = std::max(p.macs() / cut.parts(p), std::int64_t{1});
    cut.partsOfItem = std::clamp(kMacsWorthAnItem / macsOfPart, std::int64_t{1},
                                 ceilDiv(cut.parts(p), 2 * kEnoughItems));
    return cut;
}

struct PricedCut {
    Cut cut;
    double cycles = 0.0; ///< of a group of one image
};

/// How few bands of rows bring the input of a rectangle near, if any number does.
std::int64_t fewestBands(const ConvProblem& p, std::int64_t width)
{
    const std::int64_t height = p.outSize().height;
    std::int64_t rows = height;
    while (rows > 1) {
        const std::int64_t floats = directInput(p, {rows, width}).floats;
        if (floats <= kNearFloats)
            break;
        rows = std::clamp(rows * kNearFloats / floats, std::int64_t{1}, rows - 1);
    }
    return ceilDiv(height, rows);
}

/// The cheapest of a few cuts that bring the input near and give several threads work.
PricedCut bestCut(const ConvProblem& p)
{
    const Extent out = p.outSize();
    const std::int64_t wanted = wantedItems(p);
    const std::int64_t blocks = ceilDiv(p.outChannelsPerGroup(), kChannels);
    PricedCut best;
    double least = std::numeric_limits<double>::infinity();
    const auto consider = [&](std::int64_t width, std::int64_t bands) {
        const Cut cut = cutInto(p, width, std::min(bands, out.height));
        const std::int64_t idle = std::max(wanted - cut.parts(p), std::int64_t{0});
        const double cycles = cyclesOfGroup(p, cut);
        const double weighed
            = cycles * (1.0 + 0.25 * static_cast<double>(idle) / static_cast<double>(cut.parts(p)));
        if (weighed < least) {
            best = {cut, cycles};
            least = weighed;
        }
    };
    for (std::int64_t across = 1;; across *= 2) {
        const std::int64_t width
            = across == 1 ? out.width : ceilDiv(ceilDiv(out.width, across), kLanes) * kLanes;
        const std::int64_t fewest = fewestBands(p, width);
        const std::int64_t wantedBands = ceilDiv(wanted, p.batch * p.groups * across);
        consider(width, fewest);
        if (wantedBands > fewest) {
            consider(width, std::max(fewest, ceilDiv(wantedBands, blocks)));
            consider(width, wantedBands);
        }
        const bool isNear = fewest < out.height || directInput(p, {1, width}).floats <= kNearFloats;
        if (width <= (isNear ? 2 * kLeastColumns : kLanes))
            return best;
    }
}

/// Convolution by its definition, sums of a few vectors of pixels and a few channels at a time, see
/// direct_kernel.cpp.
class DirectEngine final : public ConvEngine {
public:
    std::string_view name() const override { return "direct"; }

    std::optional<Error> declines(const ConvProblem& problem) const override
    {
        if (problem.patchElements() <= kMaxTerms)
            return {};
        return Error{ErrorCode::Unsupported,
                     QT_TRANSLATE_NOOP("core",
                                       "direct takes kernels of at most %1 weights for each "
                                       "output channel, not %2"),
                     {std::to_string(kMaxTerms), std::to_string(problem.patchElements())}};
    }

    double estimatedCost(const ConvProblem& problem) const override
    {
        constexpr double kMacsOfCycle = 32.0;
        constexpr double kCyclesOfCall = 4500.0;
        const ConvProblem p = simplified(problem);
        return kMacsOfCycle
            * (kCyclesOfCall + static_cast<double>(p.patchElements())
               + static_cast<double>(p.batch * p.groups) * bestCut(p).cycles);
    }

    std::int64_t scratchFloats(const ConvProblem& problem) const override
    {
        const ConvProblem p = simplified(problem);
        return DirectRegions::scratchFloats(p, bestCut(p).cut.rectangle);
    }

    bool run(const ConvProblem& problem, const ConvData& data, std::span<float> scratch,
             const ComputeContext& context) const override
    {
        const ConvProblem p = simplified(problem);
        const Cut cut = bestCut(p).cut;
        const DirectRegions regions(p, cut.rectangle);
        const std::int64_t floats = DirectRegions::scratchFloats(p, cut.rectangle);
        const std::int64_t parts = cut.parts(p);
        // The rectangle whose input each thread has in its scratch.
        std::vector<std::int64_t> gathered(static_cast<std::size_t>(context.team.size()), -1);
        const auto compute = [&](std::int64_t item, int thread) {
            float* const own = scratch.data() + thread * floats;
            const std::int64_t end = std::min((item + 1) * cut.partsOfItem, parts);
            for (std::int64_t i = item * cut.partsOfItem; i < end; ++i) {
                if (context.stop.stop_requested())
                    return;
                const DirectPart part = cut.part(p, i);
                std::int64_t& last = gathered[static_cast<std::size_t>(thread)];
                if (last != i / cut.shares)
                    regions.gather(data.input, part, own, context.instructionSet);
                last = i / cut.shares;
                regions.compute(data, part, own, context);
                context.advance(part.region.pixels() * (part.endChannel - part.firstChannel)
                                * p.patchElements());
            }
        };
        return context.team.forEach(ceilDiv(parts, cut.partsOfItem), compute, context.stop);
    }
};

} // namespace

const ConvEngine& directEngine()
{
    static const DirectEngine engine;
    return engine;
}

} // namespace factorscope
