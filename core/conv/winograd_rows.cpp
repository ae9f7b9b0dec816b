#include "core/conv/ceil_div.h"
#include "core/conv/conv_engine.h"
#include "core/conv/engines.h"
#include "core/conv/kernel_dispatch.h"
#include "core/conv/winograd_common.h"
#include "core/conv/winograd_rows_kernel.h"
#include "core/conv/winograd_transform.h"

#include <algorithm>
#include <array>

namespace factorscope {

FACTORSCOPE_DISPATCH_KERNEL(computeWinogradRows, const WinogradRows&)

namespace {

constexpr std::int64_t kGroupPixels = kRowOutputs * 16; ///< of the widest vectors
constexpr std::int64_t kGroupsAtOnce = 2; ///< whose sums are computed together
constexpr std::int64_t kNearFloats = std::int64_t{96} << 10; // 384 kB: in the second-level cache
constexpr std::int64_t kMostRows = 16;
constexpr std::int64_t kBandsWanted = 16; // for several threads
// A rectangle takes a millisecond or so with as many, and only then looks whether it is to stop.
constexpr std::int64_t kMaxChannelPairs = 4096;

/// How the output is cut: an image into bands, each of them into pieces.
struct Pieces {
    Extent size; ///< of a piece, in pixels; those at the right and the bottom have less
    std::int64_t bands = 1;
    std::int64_t across = 1;

    std::int64_t ofImage() const { return bands * across; }
};

Pieces piecesOf(const ConvProblem& p)
{
    const Extent out = p.outSize();
    const std::int64_t taps = p.kernel.height;
    Pieces pieces;
    pieces.size.height
        = std::clamp(ceilDiv(out.height, kBandsWanted), std::min(taps, out.height), kMostRows);
    const std::int64_t floatsOfGroup
        = winogradRowsScratch(taps, p.inChannels, {pieces.size.height, kGroupPixels});
    const std::int64_t fitting = std::max(kNearFloats / floatsOfGroup, std::int64_t{1});
    const std::int64_t groups = ceilDiv(out.width, kGroupPixels);
    const std::int64_t wide = ceilDiv(groups, ceilDiv(groups, fitting));
    pieces.size.width
        = kGroupPixels * (wide > 1 ? ceilDiv(wide, kGroupsAtOnce) * kGroupsAtOnce : wide);
    pieces.across = ceilDiv(out.width, pieces.size.width);
    pieces.bands = ceilDiv(out.height, pieces.size.height);
    return pieces;
}

/// Winograd's minimal filtering along the rows alone: four outputs of an R×R kernel by R·(R + 3)
/// multiplications for each pair of channels, see winograd_rows_kernel.cpp. It needs no lanes of
/// channels, so it pays where these are few. Rounding errors are between those of `direct` and of
/// square tiles. Sums in float, row by row of the kernel, in the order of the input channels.
template <int kTaps>
class WinogradRowsEngine final : public ConvEngine {
public:
    explicit WinogradRowsEngine(std::string_view variant) : m_variant(variant) {}

    std::string_view name() const override { return "winograd"; }
    std::string_view variant() const override { return m_variant; }

    std::optional<Error> declines(const ConvProblem& p) const override
    {
        if (auto reason = declinedByWinograd(p, {kTaps, kTaps}))
            return reason;
        if (p.inChannels * p.outChannels > kMaxChannelPairs)
            return tooManyForWinograd(p);
        return {};
    }

    /// As measured with AVX-512, and of 3×3 a little less: two of them run as one, see conv_pair.h.
    double estimatedCost(const ConvProblem& p) const override
    {
        constexpr double kMacsOfCycle = 32.0;
        constexpr double kTerm = kTaps == 5 ? 0.64 : 0.62; // cycles of a vector's multiply-add
        constexpr double kOutput = 21.0; // of a group and channel
        constexpr double kInput = 60.0;
        constexpr double kPiece = 1500.0;
        const Pieces pieces = piecesOf(p);
        const auto in = static_cast<double>(p.inChannels);
        const auto out = static_cast<double>(p.outChannels);
        const auto rows = static_cast<double>(p.outSize().height);
        const auto groups = static_cast<double>(ceilDiv(p.outSize().width, kGroupPixels));
        const double inRows = rows + static_cast<double>((kTaps - 1) * pieces.bands);
        const double cycles = kPiece * static_cast<double>(pieces.ofImage())
            + groups
                * (kInput * in * inRows
                   + rows * out * (kOutput + kTerm * Transform::kInputs * kTaps * in));
        return kMacsOfCycle * static_cast<double>(p.batch) * cycles;
    }

    std::int64_t multiplications(const ConvProblem& p) const override
    {
        const Extent out = p.outSize();
        const std::int64_t tiles = p.batch * out.height * ceilDiv(out.width, kRowOutputs);
        return tiles * kTaps * Transform::kInputs * p.inChannels * p.outChannels;
    }

    std::int64_t preparedFloats(const ConvProblem& p) const override
    {
        return p.outChannels * p.inChannels * kTaps * Transform::kInputs;
    }

    bool prepare(const ConvProblem& p, const float* weights, float* prepared,
                 const ComputeContext& context) const override
    {
        constexpr auto kG = Transform::kernelMatrix();
        const std::int64_t floats = p.inChannels * kTaps * Transform::kInputs;
        const auto channel = [&](std::int64_t out, int) {
            for (std::int64_t row = 0; row < kTaps; ++row) {
                for (std::int64_t in = 0; in < p.inChannels; ++in) {
                    const float* taps = weights + ((out * p.inChannels + in) * kTaps + row) * kTaps;
                    float* to
                        = prepared + out * floats + (row * p.inChannels + in) * Transform::kInputs;
                    for (std::size_t i = 0; i < Transform::kInputs; ++i) {
                        double sum = 0.0;
                        for (std::size_t x = 0; x < kTaps; ++x)
                            sum += kG[i][x] * double{taps[x]};
                        to[i] = static_cast<float>(sum);
                    }
                }
            }
        };
        return context.team.forEach(p.outChannels, channel, context.stop);
    }

    std::int64_t scratchFloats(const ConvProblem& p) const override
    {
        const Pieces pieces = piecesOf(p);
        const std::int64_t floats = std::max(winogradRowsScratch(kTaps, p.inChannels, pieces.size),
                                             DirectRegions::scratchFloats(p, pieces.size));
        return ceilDiv(floats, kLine) * kLine;
    }

    bool run(const ConvProblem& p, const ConvData& data, std::span<float> scratch,
             const ComputeContext& context) const override
    {
        const Pieces pieces = piecesOf(p);
        const std::int64_t scratchOfThread = scratchFloats(p);
        const Extent out = p.outSize();
        const auto computePiece = [&](std::int64_t item, int thread) {
            const std::int64_t band = item % pieces.ofImage() / pieces.across;
            const std::int64_t y0 = band * pieces.size.height;
            const std::int64_t x0 = item % pieces.across * pieces.size.width;
            const WinogradPart part{.image = item / pieces.ofImage(),
                                    .region = {.y0 = y0,
                                               .y1 = std::min(y0 + pieces.size.height, out.height),
                                               .x0 = x0,
                                               .x1 = std::min(x0 + pieces.size.width, out.width)},
                                    .channels = {0, p.outChannels},
                                    .largest = pieces.size};
            computePart(p, data, part, scratch.data() + thread * scratchOfThread, context,
                        [&](const WinogradLayer& layer) {
                            const OutputRegion& r = part.region;
                            computeWinogradRows({layer, kTaps, r.y0, r.y1, r.x0, r.x1},
                                                context.instructionSet);
                        });
        };
        return context.team.forEach(p.batch * pieces.ofImage(), computePiece, context.stop);
    }

    std::int64_t rowStep() const override { return 1; }

    bool runRows(const ConvProblem& p, const ConvData& data, RowRange input, RowRange output,
                 RowRange computed, float* scratch, const ComputeContext& context) const override
    {
        const Pieces pieces = piecesOf(p);
        const std::int64_t width = p.outSize().width;
        bool hasNonFinite = false;
        WinogradLayer layer = winogradLayer(p, data, 0, scratch, hasNonFinite);
        layer.inRows = input;
        layer.outRows = output;
        for (std::int64_t y = computed.begin; y < computed.end; y += pieces.size.height) {
            const std::int64_t end = std::min(y + pieces.size.height, computed.end);
            for (std::int64_t x = 0; x < width; x += pieces.size.width)
                computeWinogradRows(
                    {layer, kTaps, y, end, x, std::min(x + pieces.size.width, width)},
                    context.instructionSet);
        }
        return !hasNonFinite;
    }

private:
    using Transform = WinogradTransform<kRowOutputs, kTaps>;
    static constexpr std::int64_t kLine = 16; ///< floats

    std::string_view m_variant;
};

} // namespace

std::int64_t winogradRowsScratch(std::int64_t taps, std::int64_t inChannels, Extent pixels)
{
    const std::int64_t inputs = kRowOutputs + taps - 1;
    const std::int64_t groups = ceilDiv(pixels.width, kGroupPixels);
    const std::int64_t tiles = groups * kGroupPixels / kRowOutputs;
    return (pixels.height + taps - 1) * inChannels * inputs * tiles;
}

std::span<const ConvEngine* const> winogradRowsEngines()
{
    static const WinogradRowsEngine<5> of5x5("F(1x4,5x5)");
    static const WinogradRowsEngine<3> of3x3("F(1x4,3x3)");
    static const std::array<const ConvEngine*, 2> engines{&of5x5, &of3x3};
    return engines;
}

} // namespace factorscope
