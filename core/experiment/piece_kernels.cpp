#include "core/experiment/piece_kernels.h"

#include "core/experiment/branch_halves.h"
#include "core/experiment/fields.h"
#include "core/receptive/local_pass.h"

#include <cmath>
#include <numeric>

namespace factorscope {
namespace {

std::size_t pixelsOf(Extent size)
{
    return static_cast<std::size_t>(size.height * size.width);
}

std::int64_t mainChannelCount(const BranchEvaluation& branch)
{
    return branch.run.output->shape()[1];
}

/// Kernels of a part without activations, by its gradient on an image without a border near.
struct KernelBank {
    Extent size;
    Tensor values; ///< (outputs, inputs, size)

    const float* of(std::int64_t output, std::int64_t input) const
    {
        return values.data()
            + (output * values.shape()[1] + input) * static_cast<std::int64_t>(pixelsOf(size));
    }
};

struct Outputs {
    std::int64_t first = 0;
    std::int64_t count = 1;
};

Result<KernelBank> bankOf(const BranchSpec& spec, const TensorMap& weights, const Outputs& outputs,
                          const ComputeContext& context)
{
    const Extent size = theoreticalField(spec).size;
    const auto image = std::make_shared<const Tensor>(
        Tensor::zeros({1, spec.inChannels, 2 * size.height + 1, 2 * size.width + 1}));
    ASSIGN_OR_RETURN(const LocalPass pass,
                     LocalPass::forward(spec, weights, image, {size.height, size.width}, context));
    ASSIGN_OR_RETURN(Tensor values, pass.gradients(outputs.first, outputs.count, context));
    return KernelBank{size, std::move(values)};
}

void append(std::vector<double>& to, const float* from, Extent size)
{
    to.insert(to.end(), from, from + pixelsOf(size));
}

/// Σ over the mid channels of second ∗ first, each tap of the second by its factor.
template <typename Factor>
LocalKernel composed(const PieceKernels& kernels, const Factor& factor)
{
    const Extent a = kernels.firstSize;
    const Extent b = kernels.secondSize;
    LocalKernel sum{{a.height + b.height - 1, a.width + b.width - 1}, {}};
    sum.values.resize(pixelsOf(sum.size));
    for (std::size_t tap = 0; tap < kernels.second.size(); ++tap) {
        const double outer = kernels.second[tap] * factor(tap);
        if (outer == 0.0)
            continue;
        const std::size_t place = tap % pixelsOf(b);
        const double* inner = kernels.first.data() + tap / pixelsOf(b) * pixelsOf(a);
        const auto top = static_cast<std::int64_t>(place) / b.width;
        const auto left = static_cast<std::int64_t>(place) % b.width;
        for (std::int64_t y = 0; y < a.height; ++y) {
            for (std::int64_t x = 0; x < a.width; ++x)
                sum.values[static_cast<std::size_t>((top + y) * sum.size.width + left + x)]
                    += outer * *inner++;
        }
    }
    sum.values[sum.values.size() / 2] += kernels.shortcut;
    return sum;
}

/// Without the activation that ends it.
Result<LocalKernel> originalKernel(const BranchEvaluation& branch, const Position& channels,
                                   const ComputeContext& context)
{
    BranchSpec spec = branch.spec;
    if (std::holds_alternative<Relu>(spec.layers.back().type))
        spec.layers.pop_back();
    ASSIGN_OR_RETURN(const KernelBank bank,
                     bankOf(spec, *branch.weights, {channels.y, 1}, context));
    LocalKernel kernel{bank.size, {}};
    append(kernel.values, bank.of(0, channels.x), bank.size);
    return kernel;
}

} // namespace

std::int64_t TapPattern::active() const
{
    return std::accumulate(isOn.begin(), isOn.end(), std::int64_t{0});
}

TapPattern tapsAt(const BothEvaluated& both, const Position& position)
{
    const Tensor& mid = *both.stages[Stage::MidBefore].maps;
    const bool isLinear = both.experiment.between == Between::None;
    const std::int64_t height = mid.shape()[2];
    const std::int64_t width = mid.shape()[3];
    const TheoreticalField field = fieldsOf(both.experiment).mid;
    const PixelBox box = fieldBox(field, position.y, position.x);
    TapPattern pattern{field.size, mid.shape()[1], {}};
    for (std::int64_t c = 0; c < pattern.channels; ++c) {
        for (std::int64_t y = box.y0; y <= box.y1; ++y) {
            for (std::int64_t x = box.x0; x <= box.x1; ++x) {
                const bool isInside = y >= 0 && x >= 0 && y < height && x < width;
                const bool isOn
                    = isInside && (isLinear || mid.data()[(c * height + y) * width + x] > 0.0F);
                pattern.isOn.push_back(isOn ? 1 : 0);
            }
        }
    }
    return pattern;
}

std::optional<double> deviation(const LocalKernel& a, const LocalKernel& b)
{
    double squares = 0.0;
    double norm = 0.0;
    for (std::size_t i = 0; i < b.values.size(); ++i) {
        squares += std::pow(a.values[i] - b.values[i], 2);
        norm += std::pow(b.values[i], 2);
    }
    if (norm == 0.0)
        return {};
    return std::sqrt(squares / norm);
}

Result<PieceKernels> pieceKernels(const BothEvaluated& both, std::int64_t outChannel,
                                  std::int64_t inChannel, const ComputeContext& context)
{
    const BranchHalves halves = halvesOf(both);
    const std::int64_t mids = halves.second.spec.inChannels;
    ASSIGN_OR_RETURN(const KernelBank first,
                     bankOf(halves.first.spec, halves.first.weights, {0, mids}, context));
    ASSIGN_OR_RETURN(const KernelBank second,
                     bankOf(halves.second.spec, halves.second.weights, {outChannel, 1}, context));
    PieceKernels kernels{.outChannel = outChannel,
                         .inChannel = inChannel,
                         .slope = slopeBetween(both.experiment),
                         .shortcut = shortcutFactor(both.factorised, outChannel, inChannel),
                         .firstSize = first.size,
                         .secondSize = second.size};
    for (std::int64_t m = 0; m < mids; ++m) {
        append(kernels.first, first.of(m, inChannel), first.size);
        append(kernels.second, second.of(0, m), second.size);
    }
    kernels.linear = composed(kernels, [](std::size_t) { return 1.0; });
    const std::int64_t out = std::min(outChannel, mainChannelCount(both.original) - 1);
    const std::int64_t in = std::min(inChannel, both.original.spec.inChannels - 1);
    ASSIGN_OR_RETURN(kernels.original, originalKernel(both.original, {out, in}, context));
    return kernels;
}

LocalKernel kernelAt(const PieceKernels& kernels, const BothEvaluated& both,
                     const Position& position, const TapPattern& taps)
{
    const Tensor& mid = *both.stages[Stage::MidBefore].maps;
    const Extent midSize{mid.shape()[2], mid.shape()[3]};
    const ExperimentFields fields = fieldsOf(both.experiment);
    const PixelBox window = fieldBox(fields.mid, position.y, position.x);
    LocalKernel kernel = composed(kernels, [&](std::size_t tap) {
        if (taps.isOn[tap])
            return 1.0;
        const auto place = static_cast<std::int64_t>(tap % pixelsOf(taps.window));
        const std::int64_t y = window.y0 + place / taps.window.width;
        const std::int64_t x = window.x0 + place % taps.window.width;
        const bool isPadding = y < 0 || x < 0 || y >= midSize.height || x >= midSize.width;
        return isPadding ? 0.0 : kernels.slope;
    });
    const Shape& image = both.factorised.input->shape();
    const PixelBox whole = fieldBox(fields.factorised, position.y, position.x);
    for (std::size_t i = 0; i < kernel.values.size(); ++i) {
        const std::int64_t y = whole.y0 + static_cast<std::int64_t>(i) / kernel.size.width;
        const std::int64_t x = whole.x0 + static_cast<std::int64_t>(i) % kernel.size.width;
        if (y < 0 || x < 0 || y >= image[2] || x >= image[3])
            kernel.values[i] = 0.0;
    }
    return kernel;
}

} // namespace factorscope
