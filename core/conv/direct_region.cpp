#include "core/conv/direct_region.h"

#include "core/conv/ceil_div.h"

#include "core/conv/direct_gather_kernel.h"
#include "core/conv/direct_kernel.h"
#include "core/conv/kernel_dispatch.h"
#include "core/result/expects.h"

#include <algorithm>
#include <numeric>

namespace factorscope {

FACTORSCOPE_DISPATCH_KERNEL(gatherRows, const FramedRows&)
FACTORSCOPE_DISPATCH_KERNEL(sumDirectly, const DirectSums&)

namespace {

constexpr std::int64_t kOverrun = 16; // floats that the kernel may read beyond a rectangle
constexpr std::int64_t kLeastInPlace = 16; // columns, see DirectSums::runsOver

// Reading in place jumps from map to map: good for as much as the second-level cache holds.
constexpr std::int64_t kMostInPlace = std::int64_t{256} << 10; // floats

constexpr std::int64_t kBlock = 8; // channels that the kernel sums at once
constexpr std::int64_t kMacsAtOnce = std::int64_t{1} << 24; // between looks at the stop token

TapAxis rowAxis(const ConvProblem& p, std::int64_t outputs)
{
    return {p.kernel.height, p.padding.height, p.stride.height, p.dilation.height, outputs};
}

TapAxis columnAxis(const ConvProblem& p, std::int64_t outputs)
{
    return {p.kernel.width, p.padding.width, p.stride.width, p.dilation.width, outputs};
}

/// The slots [begin, end) of a run that lie inside the map.
struct Inside {
    std::int64_t begin;
    std::int64_t end;
};

Inside inside(std::int64_t firstCoordinate, std::int64_t slots, std::int64_t stride,
              std::int64_t size)
{
    const std::int64_t begin = std::clamp(
        ceilDiv(std::max(-firstCoordinate, std::int64_t{0}), stride), std::int64_t{0}, slots);
    const std::int64_t end = std::clamp(
        ceilDiv(std::max(size - firstCoordinate, std::int64_t{0}), stride), begin, slots);
    return {begin, end};
}

/// How far apart rows may lie: where rectangles are as wide as the output, the zeros behind one row
/// serve as those before the next.
std::int64_t pitchOf(const ConvProblem& p, const TapAxis& columns, std::int64_t outputs)
{
    const bool wholeRows = outputs == p.outSize().width;
    std::int64_t pitch = outputs;
    for (std::int64_t run = 0; run < columns.runs(); ++run) {
        const std::int64_t length = columns.length(run);
        const auto [begin, end]
            = inside(columns.first(run), length, p.stride.width, p.inSize.width);
        pitch = std::max(pitch, wholeRows ? length - std::min(begin, length - end) : length);
    }
    return pitch;
}

/// Floats of one run of columns, over all rows.
std::int64_t runFloats(const TapAxis& rows, const TapAxis& columns, std::int64_t pitch)
{
    return rows.start(rows.runs()) * pitch + columns.length(0) - pitch;
}

bool canReadInPlace(const ConvProblem& p, std::int64_t columns)
{
    const std::int64_t plane = p.inSize.height * p.inSize.width;
    const std::int64_t lastColumns = (p.outSize().width - 1) % columns + 1;
    // Maps that lie a multiple of a page apart compete for the same few places of a cache.
    const bool scattered = plane % 1024 != 0 || p.inChannelsPerGroup() <= 4;
    return p.stride == Extent{1, 1} && p.padding == Extent{0, 0} && lastColumns >= kLeastInPlace
        && p.inChannelsPerGroup() * plane <= kMostInPlace && scattered;
}

} // namespace

std::int64_t TapAxis::period() const
{
    return stride / std::gcd(stride, dilation);
}

std::int64_t TapAxis::distance() const
{
    return dilation / std::gcd(stride, dilation);
}

bool TapAxis::shares() const
{
    return distance() <= outputs;
}

std::int64_t TapAxis::runs() const
{
    return shares() ? std::min(period(), kernel) : kernel;
}

std::int64_t TapAxis::first(std::int64_t run) const
{
    return run * dilation - padding;
}

std::int64_t TapAxis::length(std::int64_t run) const
{
    return shares() ? (kernel - 1 - run) / period() * distance() + outputs : outputs;
}

std::int64_t TapAxis::start(std::int64_t run) const
{
    std::int64_t sum = 0;
    for (std::int64_t before = 0; before < run; ++before)
        sum += length(before);
    return sum;
}

TapAxis::Place TapAxis::place(std::int64_t tap) const
{
    return shares() ? Place{tap % period(), tap / period() * distance()} : Place{tap, 0};
}

DirectInput directInput(const ConvProblem& p, Extent rectangle)
{
    const TapAxis columns = columnAxis(p, rectangle.width);
    const TapAxis rows = rowAxis(p, rectangle.height);
    const std::int64_t pitch = pitchOf(p, columns, rectangle.width);
    const std::int64_t floats
        = p.inChannelsPerGroup() * columns.runs() * runFloats(rows, columns, pitch);
    if (canReadInPlace(p, rectangle.width))
        return {.isInPlace = true, .floats = floats, .rows = 0, .pitch = p.inSize.width};
    return {.isInPlace = false,
            .floats = floats,
            .rows = p.inChannelsPerGroup() * columns.runs() * rows.start(rows.runs()),
            .pitch = pitch};
}

DirectRegions::DirectRegions(const ConvProblem& p, Extent largest)
    : m_problem(p), m_largest(largest), m_rows(rowAxis(p, largest.height)),
      m_columns(columnAxis(p, largest.width)), m_inPlace(canReadInPlace(p, largest.width))
{
    if (m_inPlace) {
        m_pitch = p.inSize.width;
        m_channelFloats = p.inSize.height * p.inSize.width;
    } else {
        m_pitch = pitchOf(p, m_columns, largest.width);
        m_runFloats = runFloats(m_rows, m_columns, m_pitch);
        m_channelFloats = m_runFloats * m_columns.runs();
    }
    EXPECTS(m_channelFloats * p.inChannelsPerGroup() < std::int64_t{1} << 31);
    m_offsets.reserve(static_cast<std::size_t>(p.patchElements()));
    for (std::int64_t ky = 0; ky < p.kernel.height; ++ky)
        for (std::int64_t kx = 0; kx < p.kernel.width; ++kx)
            m_offsets.push_back(static_cast<std::int32_t>(offsetOfTap(ky, kx)));
    const std::size_t taps = m_offsets.size();
    for (std::size_t k = taps; k < static_cast<std::size_t>(p.patchElements()); ++k)
        m_offsets.push_back(m_offsets[k - taps] + static_cast<std::int32_t>(m_channelFloats));
}

/// Of what the first output sees through a tap, from the beginning of a channel.
std::int64_t DirectRegions::offsetOfTap(std::int64_t ky, std::int64_t kx) const
{
    if (m_inPlace)
        return ky * m_problem.dilation.height * m_pitch + kx * m_problem.dilation.width;
    const auto [rowRun, row] = m_rows.place(ky);
    const auto [columnRun, column] = m_columns.place(kx);
    return columnRun * m_runFloats + (m_rows.start(rowRun) + row) * m_pitch + column;
}

std::int64_t DirectRegions::scratchFloats(const ConvProblem& p, Extent largest)
{
    const DirectInput input = directInput(p, largest);
    // Whole cache lines, so that threads do not share one.
    return input.isInPlace ? 0 : ceilDiv(input.floats + kOverrun, 16) * 16;
}

void DirectRegions::run(const ConvData& data, const DirectPart& part, float* scratch,
                        const ComputeContext& context) const
{
    gather(data.input, part, scratch, context.instructionSet);
    compute(data, part, scratch, context);
}

void DirectRegions::gather(const float* input, const DirectPart& part, float* scratch,
                           InstructionSet set) const
{
    const ConvProblem& p = m_problem;
    const auto [y0, y1, x0, x1] = part.region;
    EXPECTS(y1 - y0 <= m_largest.height && x1 - x0 <= m_largest.width);
    EXPECTS(m_largest.width != p.outSize().width || x1 - x0 == m_largest.width);
    EXPECTS(!m_inPlace || x1 - x0 >= kLeastInPlace);
    if (m_inPlace)
        return;
    const auto [height, width] = p.inSize;
    const std::int64_t firstMap = part.image * p.inChannels + part.group * p.inChannelsPerGroup();
    for (std::int64_t rowRun = 0; rowRun < m_rows.runs(); ++rowRun) {
        const std::int64_t y = m_rows.first(rowRun) + y0 * p.stride.height;
        const std::int64_t rows = m_rows.length(rowRun) - (m_largest.height - (y1 - y0));
        const auto [top, bottom] = inside(y, rows, p.stride.height, height);
        for (std::int64_t run = 0; run < m_columns.runs(); ++run) {
            const std::int64_t x = m_columns.first(run) + x0 * p.stride.width;
            const auto [left, right] = inside(x, m_pitch, p.stride.width, width);
            const bool isEmpty = left == right || top == bottom;
            gatherRows({.from = isEmpty ? input
                                        : input + firstMap * height * width
                                + (y + top * p.stride.height) * width + x + left * p.stride.width,
                        .fromColumn = p.stride.width,
                        .fromRow = p.stride.height * width,
                        .fromMap = height * width,
                        .to = scratch + run * m_runFloats + m_rows.start(rowRun) * m_pitch,
                        .toMap = m_channelFloats,
                        .maps = p.inChannelsPerGroup(),
                        .above = isEmpty ? rows : top,
                        .rows = isEmpty ? 0 : bottom - top,
                        .below = isEmpty ? 0 : rows - bottom,
                        .before = left,
                        .columns = right - left,
                        .after = m_pitch - right,
                        .behind = m_columns.length(0) - m_pitch},
                       set);
        }
    }
    std::fill_n(scratch + p.inChannelsPerGroup() * m_channelFloats, kOverrun, 0.0F);
}

void DirectRegions::compute(const ConvData& data, const DirectPart& part, const float* scratch,
                            const ComputeContext& context) const
{
    const ConvProblem& p = m_problem;
    const auto [y0, y1, x0, x1] = part.region;
    const Extent out = p.outSize();
    const std::int64_t group = part.image * p.groups + part.group;
    const float* const input = m_inPlace
        ? data.input + group * p.inChannelsPerGroup() * m_channelFloats + y0 * m_pitch + x0
        : scratch;
    const std::int64_t macsOfRow = (x1 - x0) * p.patchElements();
    const std::int64_t channelsAtOnce
        = std::max(kMacsAtOnce / macsOfRow / (y1 - y0) / kBlock, std::int64_t{1}) * kBlock;
    const std::int64_t rowsAtOnce
        = std::clamp(kMacsAtOnce / macsOfRow / kBlock, std::int64_t{1}, y1 - y0);
    const std::int64_t outMap = group * p.outChannelsPerGroup();
    const std::int64_t firstOfGroup = part.group * p.outChannelsPerGroup();
    for (std::int64_t oc = part.firstChannel; oc < part.endChannel; oc += channelsAtOnce) {
        for (std::int64_t y = y0; y < y1; y += rowsAtOnce) {
            if (context.stop.stop_requested())
                return;
            const std::int64_t at = ((outMap + oc) * out.height + y) * out.width + x0;
            sumDirectly(
                {.input = input + (y - y0) * m_pitch,
                 .offsets = m_offsets.data(),
                 .terms = p.patchElements(),
                 .pitch = m_pitch,
                 .runsOver = !m_inPlace,
                 .rows = std::min(rowsAtOnce, y1 - y),
                 .columns = x1 - x0,
                 .weights = data.weights + (firstOfGroup + oc) * p.patchElements(),
                 .bias = data.bias ? data.bias + firstOfGroup + oc : nullptr,
                 .channels = std::min(channelsAtOnce, part.endChannel - oc),
                 .output = data.output + at,
                 .outputRow = out.width,
                 .outputMap = out.height * out.width,
                 .negativeSlope = data.negativeSlope ? &*data.negativeSlope : nullptr,
                 .initial = data.initial ? data.initial + at : nullptr,
                 .preActivations = data.preActivations ? data.preActivations + at : nullptr},
                context.instructionSet);
        }
    }
}

} // namespace factorscope
