#include "core/conv/conv_pair.h"

#include "core/conv/ceil_div.h"

#include <algorithm>
#include <atomic>
#include <vector>

namespace factorscope {
namespace {

constexpr std::int64_t kNearFloats = std::int64_t{192} << 10; // 768 kB: in the second-level cache
constexpr std::int64_t kMostRows = 16;
constexpr std::int64_t kMostFloats = std::int64_t{1} << 20; // 4 MB
// A band reads all weights of the second one again, so they are to stay in the cache, too.
constexpr std::int64_t kMostWeights = std::int64_t{64} << 10; // 256 kB
constexpr std::int64_t kLine = 16; // floats

/// The second one's output in bands of rows, and the rows between the two that a band sees: with
/// the padding above the first one and below the last.
class Bands {
public:
    explicit Bands(const ConvPair& pair)
        : m_between(pair.first.problem.outSize()), m_channels(pair.first.problem.outChannels),
          m_outHeight(pair.second.problem.outSize().height),
          m_padding(pair.second.problem.padding.height),
          m_overlap(pair.second.problem.kernel.height - 1)
    {
        const std::int64_t step = pair.second.engine.rowStep();
        const std::int64_t fitting = kNearFloats / (m_channels * m_between.width) - m_overlap;
        const std::int64_t rows
            = std::min(std::clamp(fitting, 2 * m_overlap, kMostRows), m_outHeight);
        m_height = std::max(rows / step, std::int64_t{1}) * step;
    }

    std::int64_t count() const { return ceilDiv(m_outHeight, m_height); } ///< of an image
    RowRange output(std::int64_t band) const
    {
        return {band * m_height, std::min((band + 1) * m_height, m_outHeight)};
    }
    RowRange seen(std::int64_t band) const
    {
        const std::int64_t top = band * m_height - m_padding;
        return {top, top + m_height + m_overlap};
    }
    /// Those of a band that are to be computed, but for the ones that the band before it has seen.
    RowRange within(std::int64_t band, bool isContinued) const
    {
        const auto [begin, end] = seen(band);
        return {std::max(isContinued ? begin + m_overlap : begin, std::int64_t{0}),
                std::min(end, m_between.height)};
    }

    /// A strip of memory for the rows that a band sees, (channels, rows, columns).
    std::int64_t stripFloats() const { return ceilDiv(m_channels * planeFloats(), kLine) * kLine; }
    /// Brings the rows that the next band sees, too, to where it has them.
    void moveOverlap(float* strip) const
    {
        for (std::int64_t c = 0; c < m_channels; ++c) {
            float* const plane = strip + c * planeFloats();
            std::copy_n(plane + m_height * m_between.width, m_overlap * m_between.width, plane);
        }
    }

private:
    std::int64_t planeFloats() const { return (m_height + m_overlap) * m_between.width; }

    Extent m_between;
    std::int64_t m_channels;
    std::int64_t m_outHeight;
    std::int64_t m_padding;
    std::int64_t m_overlap; ///< rows that two neighbouring bands see
    std::int64_t m_height = 1;
};

/// A pair at work on one input.
class PairRun {
public:
    PairRun(const ConvPair& pair, const ConvData& first, const ConvData& second,
            const ComputeContext& context)
        : m_pair(pair), m_context(context), m_bands(pair), m_threadFloats(scratchFloats(pair)),
          m_scratch(Tensor::uninitialized({m_threadFloats * context.team.size()}, context.pool)),
          m_scratchData(m_scratch.data()),
          m_output(Tensor::uninitialized(pair.second.problem.outShape(), context.pool)),
          m_before(static_cast<std::size_t>(context.team.size()), -1), m_first(first),
          m_second(second)
    {
        m_second.output = m_output.data();
    }

    Result<std::optional<Tensor>> run()
    {
        const std::int64_t items = m_pair.second.problem.batch * m_bands.count();
        const auto body = [this](std::int64_t item, int thread) { computeBand(item, thread); };
        if (!m_context.team.forEach(items, body, m_context.stop))
            return cancelled();
        if (m_isFinite)
            return std::optional(std::move(m_output));
        m_context.advance(-m_macs); // all is to be done again
        return std::optional<Tensor>();
    }

private:
    void computeBand(std::int64_t item, int thread)
    {
        if (!m_isFinite.load(std::memory_order_relaxed))
            return;
        const auto& [first, second] = m_pair;
        const std::int64_t image = item / m_bands.count();
        const std::int64_t band = item % m_bands.count();
        float* const strip = m_scratchData + thread * m_threadFloats;
        float* const scratch = strip + m_bands.stripFloats();
        std::int64_t& before = m_before[static_cast<std::size_t>(thread)];
        const bool isContinued = band > 0 && before == item - 1;
        before = item;
        if (isContinued)
            m_bands.moveOverlap(strip);
        ConvData toStrip = m_first;
        toStrip.input += image * (first.problem.inShape().elements() / first.problem.batch);
        toStrip.output = strip;
        ConvData fromStrip = m_second;
        fromStrip.input = strip;
        fromStrip.output += image * (second.problem.outShape().elements() / second.problem.batch);
        const RowRange seen = m_bands.seen(band);
        const bool isFinite
            = first.engine.runRows(first.problem, toStrip, {0, first.problem.inSize.height}, seen,
                                   m_bands.within(band, isContinued), scratch, m_context)
            && second.engine.runRows(second.problem, fromStrip, seen,
                                     {0, second.problem.outSize().height}, m_bands.output(band),
                                     scratch, m_context);
        if (!isFinite)
            m_isFinite.store(false, std::memory_order_relaxed);
        const std::int64_t macs = macsOf(m_bands.output(band));
        m_macs.fetch_add(macs, std::memory_order_relaxed);
        m_context.advance(macs);
    }

    /// Of both, shared out evenly among the rows.
    std::int64_t macsOf(RowRange rows) const
    {
        const auto& [first, second] = m_pair;
        const std::int64_t ofImage
            = (first.problem.macs() + second.problem.macs()) / second.problem.batch;
        const std::int64_t height = second.problem.outSize().height;
        return ofImage * rows.end / height - ofImage * rows.begin / height;
    }

    const ConvPair& m_pair;
    const ComputeContext& m_context;
    const Bands m_bands;
    const std::int64_t m_threadFloats;
    Tensor m_scratch; ///< of each thread the strip, then what an engine needs
    float* m_scratchData;
    Tensor m_output;
    std::vector<std::int64_t> m_before; ///< the item that a thread did last
    ConvData m_first;
    ConvData m_second;
    std::atomic<bool> m_isFinite{true};
    std::atomic<std::int64_t> m_macs{0}; ///< that are told as done
};

ConvData dataOf(const ConvLayer& layer, const SharedTensor& prepared)
{
    return {.weights = layer.weights.data(),
            .prepared = prepared ? prepared->data() : nullptr,
            .bias = layer.bias ? layer.bias->data() : nullptr,
            .negativeSlope = layer.negativeSlope};
}

bool runsInBands(const ConvPair& pair)
{
    return pair.first.engine.rowStep() == 1 && pair.second.engine.rowStep() > 0
        && pair.second.engine.preparedFloats(pair.second.problem) <= kMostWeights
        && Bands(pair).stripFloats() <= kMostFloats;
}

bool runsInBlocks(const ConvPair& pair)
{
    return pair.first.engine.takesBlocks() && pair.second.engine.takesBlocks();
}

/// One behind the other, what lies between in blocks of channels.
Result<std::optional<Tensor>> runInBlocks(const ConvPair& pair, ConvData firstData,
                                          ConvData secondData, const ComputeContext& context)
{
    const auto& [first, second] = pair;
    Tensor scratch
        = Tensor::uninitialized({scratchFloats(pair) * context.team.size()}, context.pool);
    Tensor between = Tensor::uninitialized({betweenFloats(pair)}, context.pool);
    firstData.output = between.data();
    firstData.outputLayout = MapLayout::Blocks;
    const auto refusal = [&]() -> Result<std::optional<Tensor>> {
        if (context.stop.stop_requested())
            return cancelled();
        return std::optional<Tensor>();
    };
    if (!first.engine.run(first.problem, firstData, scratch.values(), context))
        return refusal();
    Tensor output = Tensor::uninitialized(second.problem.outShape(), context.pool);
    secondData.input = between.data();
    secondData.inputLayout = MapLayout::Blocks;
    secondData.output = output.data();
    if (!second.engine.run(second.problem, secondData, scratch.values(), context)) {
        context.advance(-first.problem.macs()); // all is to be done again
        return refusal();
    }
    return std::optional(std::move(output));
}

} // namespace

bool isPair(const ConvPair& pair)
{
    return runsInBands(pair) || runsInBlocks(pair);
}

std::int64_t scratchFloats(const ConvPair& pair)
{
    return (runsInBands(pair) ? Bands(pair).stripFloats() : 0)
        + std::max(pair.first.engine.scratchFloats(pair.first.problem),
                   pair.second.engine.scratchFloats(pair.second.problem));
}

std::int64_t betweenFloats(const ConvPair& pair)
{
    const ConvProblem& second = pair.second.problem;
    return runsInBands(pair)
        ? 0
        : second.batch * mapFloats(MapLayout::Blocks, second.inChannels, second.inSize);
}

Result<std::optional<Tensor>> convolvePair(const ConvPair& pair, const ConvLayer& first,
                                           const ConvLayer& second, const Tensor& input,
                                           const ComputeContext& context)
{
    EXPECTS(isPair(pair) && input.shape() == pair.first.problem.inShape());
    EXPECTS(pair.first.problem.outShape() == pair.second.problem.inShape());
    const SharedTensor firstPrepared
        = prepared(pair.first.engine, pair.first.problem, first.weights, context);
    const SharedTensor secondPrepared
        = prepared(pair.second.engine, pair.second.problem, second.weights, context);
    if (context.stop.stop_requested())
        return cancelled();
    ConvData firstData = dataOf(first, firstPrepared);
    firstData.input = input.data();
    const ConvData secondData = dataOf(second, secondPrepared);
    if (runsInBands(pair))
        return PairRun(pair, firstData, secondData, context).run();
    return runInBlocks(pair, firstData, secondData, context);
}

} // namespace factorscope
