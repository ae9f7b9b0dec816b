#include "core/conv/activation.h"
#include "core/conv/ceil_div.h"
#include "core/conv/columns.h"
#include "core/conv/conv_engine.h"
#include "core/conv/engines.h"
#include "core/conv/gemm_kernel.h"
#include "core/conv/kernel_dispatch.h"

#include <algorithm>

namespace factorscope {

FACTORSCOPE_DISPATCH_KERNEL(addProduct, const MatrixProduct&)

namespace {

// The columns of one block stay in the second-level cache between their making and their use.
constexpr std::int64_t kBlockFloats = std::int64_t{256} << 10; // 1 MB
constexpr std::int64_t kMinPixels = 32;
constexpr std::int64_t kMaxPixels = 1024;
constexpr std::int64_t kMaxScratchFloats = std::int64_t{2} << 20; // 8 MB a thread
constexpr std::int64_t kMaxMacsAtOnce = std::int64_t{1} << 27; // between looks at the stop token

/// How the output plane is cut into blocks: bands of whole rows, or pieces of one row where a row
/// is long. Either way the block's pixels lie one after the other in each output map. It follows
/// from the problem alone, so the sums do not depend on the number of threads.
struct Blocks {
    std::int64_t rows = 1; ///< of one block
    std::int64_t columns = 1; ///< of one block
    std::int64_t down = 1; ///< blocks
    std::int64_t across = 1; ///< blocks
};

Blocks blocksOf(const ConvProblem& p)
{
    const Extent out = p.outSize();
    const std::int64_t plane = out.height * out.width;
    // Not more than fits the cache, and small planes in pieces enough for several threads.
    const std::int64_t fitting = kBlockFloats / p.patchElements();
    const std::int64_t pixels = std::clamp(std::min(fitting, plane / 8), kMinPixels, kMaxPixels);
    Blocks blocks;
    if (out.width <= pixels) {
        blocks.rows = std::min(pixels / out.width, out.height);
        blocks.columns = out.width;
    } else {
        blocks.columns = ceilDiv(out.width, ceilDiv(out.width, pixels));
    }
    blocks.down = ceilDiv(out.height, blocks.rows);
    blocks.across = ceilDiv(out.width, blocks.columns);
    return blocks;
}

/// A 1×1 kernel sees the input as it lies: no columns to make.
bool readsInputDirectly(const ConvProblem& p)
{
    return p.kernel == Extent{1, 1} && p.stride == Extent{1, 1} && p.padding == Extent{0, 0};
}

/// One block of one group: bias, then weights (OC/groups, patch) times columns (patch, pixels).
void computeBlock(const ConvProblem& p, const ConvData& data, std::int64_t n, std::int64_t group,
                  const OutputRegion& region, float* columns, const ComputeContext& context)
{
    const std::int64_t inPlane = p.inSize.height * p.inSize.width;
    const Extent out = p.outSize();
    const std::int64_t outPlane = out.height * out.width;
    const std::int64_t firstOut = group * p.outChannelsPerGroup();
    const std::int64_t offset = region.y0 * out.width + region.x0;
    const float* input = data.input + (n * p.inChannels + group * p.inChannelsPerGroup()) * inPlane;
    float* output = data.output + (n * p.outChannels + firstOut) * outPlane + offset;

    MatrixProduct product{.m = 0,
                          .n = region.pixels(),
                          .k = p.patchElements(),
                          .a = nullptr,
                          .b = columns,
                          .bStride = region.pixels(),
                          .c = nullptr,
                          .cStride = outPlane};
    if (readsInputDirectly(p)) {
        product.b = input + offset;
        product.bStride = inPlane;
    } else {
        gatherColumns(p, input, p.inChannelsPerGroup(), region, columns);
    }
    const std::int64_t rowsAtOnce
        = std::max<std::int64_t>(8, kMaxMacsAtOnce / (product.n * product.k));
    for (std::int64_t oc = 0; oc < p.outChannelsPerGroup(); oc += product.m) {
        if (context.stop.stop_requested())
            return;
        product.m = std::min(rowsAtOnce, p.outChannelsPerGroup() - oc);
        product.a = data.weights + (firstOut + oc) * p.patchElements();
        product.c = output + oc * outPlane;
        for (std::int64_t row = 0; row < product.m; ++row)
            std::fill_n(product.c + row * outPlane, product.n,
                        data.bias ? data.bias[firstOut + oc + row] : 0.0F);
        addProduct(product, context.instructionSet);
        for (std::int64_t row = 0; data.negativeSlope && row < product.m; ++row) {
            float* values = product.c + row * outPlane;
            activate(values, values, product.n, *data.negativeSlope);
        }
    }
}

/// About how many cycles a block of so many rows takes, as measured with AVX-512: gathering, then
/// Eigen's product, which brings both factors into its own order and does badly at what is left of
/// the pixels over whole vectors.
double cyclesOfBlock(const ConvProblem& p, std::int64_t rows, std::int64_t columns)
{
    const auto m = static_cast<double>(p.outChannelsPerGroup());
    const auto k = static_cast<double>(p.patchElements());
    const std::int64_t pixels = rows * columns;
    const auto n = static_cast<double>(pixels);
    double cycles = 150.0 + m * (11.0 + 0.75 * n);
    if (!readsInputDirectly(p))
        cycles += k * (20.0 * static_cast<double>(rows) + (p.stride.width == 1 ? 0.08 : 0.25) * n);
    if (m == 1.0 || n == 1.0)
        return cycles + 0.32 * m * n * k;
    const auto whole = static_cast<double>(pixels / 16);
    const auto quarters = static_cast<double>(pixels % 16 / 4);
    const auto single = static_cast<double>(pixels % 4);
    return cycles + m * k * (0.7 * whole + 0.44 * quarters + 0.5 * single)
        + k * (0.42 * n + 0.35 * m);
}

/// Convolution as a matrix product ("im2col"), a block of output pixels at a time, on Eigen.
/// Accumulates in float, in the order of Eigen's product.
class GemmEngine final : public ConvEngine {
public:
    std::string_view name() const override { return "gemm"; }

    std::optional<Error> declines(const ConvProblem& problem) const override
    {
        const std::int64_t least = problem.patchElements() * kMinPixels;
        if (readsInputDirectly(problem) || least <= kMaxScratchFloats)
            return {};
        return Error{ErrorCode::Unsupported,
                     QT_TRANSLATE_NOOP("core",
                                       "gemm takes kernels of at most %1 weights for each "
                                       "output channel, not %2"),
                     {std::to_string(kMaxScratchFloats / kMinPixels),
                      std::to_string(problem.patchElements())}};
    }

    double estimatedCost(const ConvProblem& problem) const override
    {
        constexpr double kMacsOfCycle = 32.0;
        constexpr double kCyclesOfCall = 1000.0;
        const Blocks blocks = blocksOf(problem);
        const Extent out = problem.outSize();
        const std::int64_t lastRows = out.height - (blocks.down - 1) * blocks.rows;
        const std::int64_t lastColumns = out.width - (blocks.across - 1) * blocks.columns;
        const auto band = [&](std::int64_t rows) {
            return static_cast<double>(blocks.across - 1)
                * cyclesOfBlock(problem, rows, blocks.columns)
                + cyclesOfBlock(problem, rows, lastColumns);
        };
        const double ofGroup
            = static_cast<double>(blocks.down - 1) * band(blocks.rows) + band(lastRows);
        const auto groups = static_cast<double>(problem.batch * problem.groups);
        return kMacsOfCycle * (kCyclesOfCall + groups * ofGroup);
    }

    std::int64_t scratchFloats(const ConvProblem& problem) const override
    {
        if (readsInputDirectly(problem))
            return 0;
        const Blocks blocks = blocksOf(problem);
        // Rounded up to whole cache lines, so that threads do not share one.
        return ceilDiv(problem.patchElements() * blocks.rows * blocks.columns, 16) * 16;
    }

    bool run(const ConvProblem& problem, const ConvData& data, std::span<float> scratch,
             const ComputeContext& context) const override
    {
        const Blocks blocks = blocksOf(problem);
        const Extent out = problem.outSize();
        const std::int64_t perPlane = blocks.down * blocks.across;
        const std::int64_t scratchOfThread = scratchFloats(problem);
        const auto block = [&](std::int64_t item, int thread) {
            const std::int64_t y0 = item % perPlane / blocks.across * blocks.rows;
            const std::int64_t x0 = item % blocks.across * blocks.columns;
            const OutputRegion region{.y0 = y0,
                                      .y1 = std::min(y0 + blocks.rows, out.height),
                                      .x0 = x0,
                                      .x1 = std::min(x0 + blocks.columns, out.width)};
            const std::int64_t group = item / perPlane % problem.groups;
            const std::int64_t n = item / perPlane / problem.groups;
            computeBlock(problem, data, n, group, region, scratch.data() + thread * scratchOfThread,
                         context);
            context.advance(problem.patchElements() * problem.outChannelsPerGroup()
                            * (region.y1 - region.y0) * (region.x1 - region.x0));
        };
        return context.team.forEach(problem.batch * problem.groups * perPlane, block, context.stop);
    }
};

} // namespace

const ConvEngine& gemmEngine()
{
    static const GemmEngine engine;
    return engine;
}

} // namespace factorscope
