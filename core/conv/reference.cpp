#include "core/conv/activation.h"
#include "core/conv/conv_engine.h"
#include "core/conv/engines.h"

namespace factorscope {
namespace {

/// One output value. Padding is a zero that is multiplied like any other value, so a weight that is
/// not a number makes every output of its channel so, as the definition has it.
double outputValue(const ConvProblem& p, const float* input, const float* weights, std::int64_t oy,
                   std::int64_t ox)
{
    const auto [height, width] = p.inSize;
    double sum = 0.0;
    for (std::int64_t c = 0; c < p.inChannelsPerGroup(); ++c) {
        for (std::int64_t ky = 0; ky < p.kernel.height; ++ky) {
            for (std::int64_t kx = 0; kx < p.kernel.width; ++kx) {
                const std::int64_t y
                    = oy * p.stride.height - p.padding.height + ky * p.dilation.height;
                const std::int64_t x
                    = ox * p.stride.width - p.padding.width + kx * p.dilation.width;
                const bool inside = y >= 0 && y < height && x >= 0 && x < width;
                const double value = inside ? double{input[(c * height + y) * width + x]} : 0.0;
                sum += value * double{*weights++};
            }
        }
    }
    return sum;
}

/// The definition in plain loops, accumulated in double precision: the oracle of the tests and the
/// engine of last resort.
class ReferenceEngine final : public ConvEngine {
public:
    std::string_view name() const override { return "reference"; }
    std::optional<Error> declines(const ConvProblem&) const override { return {}; }
    double estimatedCost(const ConvProblem& problem) const override
    {
        constexpr double kSlowness = 100.0;
        return kSlowness * static_cast<double>(problem.macs());
    }
    std::int64_t scratchFloats(const ConvProblem&) const override { return 0; }

    bool run(const ConvProblem& p, const ConvData& data, std::span<float>,
             const ComputeContext& context) const override
    {
        const Extent out = p.outSize();
        const std::int64_t mapElements = p.inSize.height * p.inSize.width;
        const std::int64_t rows = p.batch * p.outChannels * out.height;
        const std::int64_t macsOfRow = p.patchElements() * out.width;
        // One item is one row of one output map.
        const auto computeRow = [&](std::int64_t item, int) {
            const std::int64_t oy = item % out.height;
            const std::int64_t oc = item / out.height % p.outChannels;
            const std::int64_t n = item / out.height / p.outChannels;
            const std::int64_t firstIn = oc / p.outChannelsPerGroup() * p.inChannelsPerGroup();
            const float* input = data.input + (n * p.inChannels + firstIn) * mapElements;
            const float* weights = data.weights + oc * p.patchElements();
            const double bias = data.bias ? double{data.bias[oc]} : 0.0;
            float* row = data.output + item * out.width;
            for (std::int64_t ox = 0; ox < out.width && !context.stop.stop_requested(); ++ox)
                row[ox] = static_cast<float>(outputValue(p, input, weights, oy, ox) + bias);
            if (data.negativeSlope)
                activate(row, row, out.width, *data.negativeSlope);
            context.advance(macsOfRow);
        };
        return context.team.forEach(rows, computeRow, context.stop);
    }
};

} // namespace

const ConvEngine& referenceEngine()
{
    static const ReferenceEngine engine;
    return engine;
}

} // namespace factorscope
