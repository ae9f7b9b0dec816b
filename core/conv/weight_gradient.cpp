// The gradient of a convolution's weights.
#include "core/conv/ceil_div.h"
#include "core/conv/columns.h"
#include "core/conv/conv_gradient.h"
#include "core/conv/gemm_kernel.h"
#include "core/conv/winograd_gradient.h"

#include <algorithm>
#include <vector>

namespace factorscope {
namespace {

/// How the work is cut. An item is some input channels of one group over some of the chunks of
/// output pixels; the chunks of an item are gone through one after the other. All of it follows
/// from the problem alone, and the sums of the items are added up in their order, so that the
/// result does not depend on the number of threads.
struct Cut {
    std::int64_t channels = 1; ///< input channels of one item
    std::int64_t channelBlocks = 1; ///< of one group
    std::int64_t rows = 1; ///< of one chunk
    std::int64_t columns = 1; ///< of one chunk
    std::int64_t down = 1; ///< chunks
    std::int64_t across = 1; ///< chunks
    std::int64_t chunks = 1; ///< of all images
    std::int64_t segments = 1; ///< items that share the chunks

    std::int64_t items(const ConvProblem& p) const { return p.groups * channelBlocks * segments; }
};

Cut cutOf(const ConvProblem& p)
{
    constexpr std::int64_t kColumnsOfProduct = 256; // input channels times taps
    constexpr std::int64_t kBlockFloats = std::int64_t{128}
        << 10; // of each factor: in the L2 cache
    constexpr std::int64_t kMostPixels = 1024;
    constexpr std::int64_t kItems = 32; // enough for several threads
    constexpr std::int64_t kMostSums = std::int64_t{1} << 20; // doubles, for all segments
    const Extent out = p.outSize();
    const std::int64_t taps = p.kernel.height * p.kernel.width;
    Cut cut;
    cut.channels = std::clamp<std::int64_t>(kColumnsOfProduct / taps, 1, p.inChannelsPerGroup());
    cut.channelBlocks = ceilDiv(p.inChannelsPerGroup(), cut.channels);
    const std::int64_t widest = std::max(cut.channels * taps, p.outChannelsPerGroup());
    const std::int64_t pixels = std::clamp<std::int64_t>(kBlockFloats / widest, 16, kMostPixels);
    if (out.width <= pixels) {
        cut.rows = std::min(pixels / out.width, out.height);
        cut.columns = out.width;
    } else {
        cut.columns = ceilDiv(out.width, ceilDiv(out.width, pixels));
    }
    cut.down = ceilDiv(out.height, cut.rows);
    cut.across = ceilDiv(out.width, cut.columns);
    cut.chunks = p.batch * cut.down * cut.across;
    const std::int64_t wanted = ceilDiv(kItems, p.groups * cut.channelBlocks);
    const std::int64_t fitting = kMostSums / p.weightShape().elements();
    cut.segments = std::clamp<std::int64_t>(std::min(wanted, fitting), 1, cut.chunks);
    return cut;
}

/// What one thread works in.
struct Scratch {
    float* columns; ///< (channels·taps, pixels)
    float* gradient; ///< (pixels, OC/groups)
    float* product; ///< (channels·taps, OC/groups)

    static std::int64_t floats(const ConvProblem& p, const Cut& cut)
    {
        const std::int64_t rows = cut.channels * p.kernel.height * p.kernel.width;
        const std::int64_t pixels = cut.rows * cut.columns;
        const std::int64_t outs = p.outChannelsPerGroup();
        return ceilDiv(rows * pixels + pixels * outs + rows * outs, 16) * 16;
    }
    Scratch(float* memory, const ConvProblem& p, const Cut& cut)
    {
        const std::int64_t pixels = cut.rows * cut.columns;
        columns = memory;
        gradient = columns + cut.channels * p.kernel.height * p.kernel.width * pixels;
        product = gradient + pixels * p.outChannelsPerGroup();
    }
};

/// One chunk: which image, which pixels.
struct Chunk {
    std::int64_t n;
    OutputRegion region;
};

Chunk chunkOf(const ConvProblem& p, const Cut& cut, std::int64_t index)
{
    const Extent out = p.outSize();
    const std::int64_t y0 = index / cut.across % cut.down * cut.rows;
    const std::int64_t x0 = index % cut.across * cut.columns;
    return {index / cut.across / cut.down,
            {.y0 = y0,
             .y1 = std::min(y0 + cut.rows, out.height),
             .x0 = x0,
             .x1 = std::min(x0 + cut.columns, out.width)}};
}

/// (OC/groups, pixels) of the gradient to (pixels, OC/groups).
void transposeGradient(const ConvProblem& p, const float* maps, const OutputRegion& region,
                       float* to)
{
    constexpr std::int64_t kTile = 16; // of pixels: what is written stays in the first-level cache
    const Extent out = p.outSize();
    const std::int64_t outs = p.outChannelsPerGroup();
    const float* first = maps + region.y0 * out.width + region.x0;
    for (std::int64_t begin = 0; begin < region.pixels(); begin += kTile) {
        const std::int64_t end = std::min(begin + kTile, region.pixels());
        for (std::int64_t o = 0; o < outs; ++o)
            for (std::int64_t i = begin; i < end; ++i)
                to[i * outs + o] = first[o * out.height * out.width + i];
    }
}

/// Sums of one item: (channels·taps, OC/groups), in double precision.
class ItemSums {
public:
    ItemSums(const ConvProblem& problem, const Cut& cut, std::int64_t item)
        : m_problem(problem), m_cut(cut), m_segment(item % cut.segments),
          m_group(item / cut.segments / cut.channelBlocks)
    {
        const std::int64_t block = item / cut.segments % cut.channelBlocks;
        m_first = block * cut.channels;
        m_channels = std::min(cut.channels, problem.inChannelsPerGroup() - m_first);
    }

    void compute(const float* input, const float* gradient, Scratch scratch, double* sums,
                 const ComputeContext& context) const
    {
        const std::int64_t begin = m_cut.chunks * m_segment / m_cut.segments;
        const std::int64_t end = m_cut.chunks * (m_segment + 1) / m_cut.segments;
        for (std::int64_t i = begin; i < end && !context.stop.stop_requested(); ++i)
            add(chunkOf(m_problem, m_cut, i), input, gradient, scratch, sums, context);
    }

    /// Adds them to the weights (OC,C/groups,KH,KW) that they belong to, in double precision, too.
    void addTo(const double* sums, double* weights) const
    {
        const std::int64_t outs = m_problem.outChannelsPerGroup();
        for (std::int64_t row = 0; row < rows(); ++row)
            for (std::int64_t o = 0; o < outs; ++o)
                weights[(m_group * outs + o) * m_problem.patchElements() + m_first * taps() + row]
                    += sums[row * outs + o];
    }

private:
    std::int64_t taps() const { return m_problem.kernel.height * m_problem.kernel.width; }
    std::int64_t rows() const { return m_channels * taps(); }

    void add(const Chunk& chunk, const float* input, const float* gradient, Scratch scratch,
             double* sums, const ComputeContext& context) const
    {
        const ConvProblem& p = m_problem;
        const Extent out = p.outSize();
        const std::int64_t outs = p.outChannelsPerGroup();
        const std::int64_t firstIn = m_group * p.inChannelsPerGroup() + m_first;
        const std::int64_t pixels = chunk.region.pixels();
        gatherColumns(p,
                      input + (chunk.n * p.inChannels + firstIn) * p.inSize.height * p.inSize.width,
                      m_channels, chunk.region, scratch.columns);
        transposeGradient(
            p, gradient + (chunk.n * p.outChannels + m_group * outs) * out.height * out.width,
            chunk.region, scratch.gradient);
        std::fill_n(scratch.product, rows() * outs, 0.0F);
        addProduct({.m = rows(),
                    .n = outs,
                    .k = pixels,
                    .a = scratch.columns,
                    .b = scratch.gradient,
                    .bStride = outs,
                    .c = scratch.product,
                    .cStride = outs},
                   context.instructionSet);
        for (std::int64_t i = 0; i < rows() * outs; ++i)
            sums[i] += double{scratch.product[i]};
        context.advance(rows() * outs * pixels);
    }

    const ConvProblem& m_problem;
    const Cut& m_cut;
    std::int64_t m_segment;
    std::int64_t m_group;
    std::int64_t m_first = 0; ///< input channel within the group
    std::int64_t m_channels = 1;
};

Result<Tensor> byProducts(const ConvProblem& p, const Tensor& input, const Tensor& gradient,
                          const ComputeContext& context)
{
    const Cut cut = cutOf(p);
    const std::int64_t perItem
        = cut.channels * p.kernel.height * p.kernel.width * p.outChannelsPerGroup();
    std::vector<double> sums(static_cast<std::size_t>(cut.items(p) * perItem));
    const std::int64_t perThread = Scratch::floats(p, cut);
    Tensor memory = Tensor::uninitialized({perThread * context.team.size()}, context.pool);
    float* scratch = memory.data();
    const auto compute = [&](std::int64_t item, int thread) {
        ItemSums(p, cut, item)
            .compute(input.data(), gradient.data(), Scratch(scratch + thread * perThread, p, cut),
                     sums.data() + item * perItem, context);
    };
    if (!context.team.forEach(cut.items(p), compute, context.stop) || context.stop.stop_requested())
        return cancelled();
    std::vector<double> weights(static_cast<std::size_t>(p.weightShape().elements()));
    for (std::int64_t item = 0; item < cut.items(p); ++item)
        ItemSums(p, cut, item).addTo(sums.data() + item * perItem, weights.data());
    Tensor result = Tensor::uninitialized(p.weightShape());
    std::ranges::transform(weights, result.data(), [](double v) { return static_cast<float>(v); });
    return result;
}

/// ∂L/∂w[o,c,ky,kx] from its definition, in plain loops and double precision.
float valueByDefinition(const ConvProblem& p, const float* input, const float* gradient,
                        std::int64_t ky, std::int64_t kx)
{
    const Extent out = p.outSize();
    double sum = 0.0;
    for (std::int64_t n = 0; n < p.batch; ++n) {
        const float* map = input + n * p.inChannels * p.inSize.height * p.inSize.width;
        const float* g = gradient + n * p.outChannels * out.height * out.width;
        for (std::int64_t oy = 0; oy < out.height; ++oy) {
            const std::int64_t y = oy * p.stride.height - p.padding.height + ky * p.dilation.height;
            for (std::int64_t ox = 0; ox < out.width; ++ox, ++g) {
                const std::int64_t x
                    = ox * p.stride.width - p.padding.width + kx * p.dilation.width;
                const bool inside = y >= 0 && y < p.inSize.height && x >= 0 && x < p.inSize.width;
                const double value = inside ? double{map[y * p.inSize.width + x]} : 0.0;
                sum += value * double{*g};
            }
        }
    }
    return static_cast<float>(sum);
}

Result<Tensor> byDefinition(const ConvProblem& p, const Tensor& input, const Tensor& gradient,
                            const ComputeContext& context)
{
    Tensor result = Tensor::uninitialized(p.weightShape());
    float* weights = result.data();
    const Extent out = p.outSize();
    const auto kernel = [&](std::int64_t item, int) {
        const std::int64_t o = item / p.inChannelsPerGroup();
        const std::int64_t c
            = o / p.outChannelsPerGroup() * p.inChannelsPerGroup() + item % p.inChannelsPerGroup();
        float* to = weights + item * p.kernel.height * p.kernel.width;
        for (std::int64_t ky = 0; ky < p.kernel.height; ++ky)
            for (std::int64_t kx = 0; kx < p.kernel.width && !context.stop.stop_requested(); ++kx)
                *to++ = valueByDefinition(p, input.data() + c * p.inSize.height * p.inSize.width,
                                          gradient.data() + o * out.height * out.width, ky, kx);
    };
    if (!context.team.forEach(p.outChannels * p.inChannelsPerGroup(), kernel, context.stop)
        || context.stop.stop_requested())
        return cancelled();
    return result;
}

} // namespace

Result<Tensor> weightGradient(std::string_view algorithm, const ConvProblem& problem,
                              const Tensor& input, const Tensor& outputGradient,
                              const ComputeContext& context)
{
    EXPECTS(input.shape() == problem.inShape());
    EXPECTS(outputGradient.shape() == problem.outShape());
    RETURN_IF_ERROR(engineOrAuto(algorithm, problem)); // the name is one
    if (algorithm == "reference")
        return byDefinition(problem, input, outputGradient, context);
    if (algorithm != "gemm" && WinogradGradient::takes(problem)
        && (algorithm == "winograd" || WinogradGradient::pays(problem))) {
        ASSIGN_OR_RETURN(std::optional<Tensor> result,
                         WinogradGradient(problem).compute(input, outputGradient, context));
        if (result)
            return std::move(*result);
    }
    return byProducts(problem, input, outputGradient, context);
}

} // namespace factorscope
