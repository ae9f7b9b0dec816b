#include "core/receptive/effective_field.h"

#include "core/branch/backward.h"
#include "core/branch/executor.h"
#include "core/branch/layer_traits.h"
#include "core/receptive/local_pass.h"
#include "core/tensor/memory.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace factorscope {
namespace {

/// The outputs of one position.
struct Channels {
    std::int64_t first = 0;
    std::int64_t count = 1;
};

/// Adds |∂y/∂x| of some outputs (B,C,height,width) on a box to a field that begins at (y0, x0).
void addMagnitudes(const Tensor& gradients, const PixelBox& box, const PixelBox& field,
                   EffectiveField& sum)
{
    const Shape& shape = gradients.shape();
    const float* g = gradients.data();
    for (std::int64_t output = 0; output < shape[0]; ++output) {
        double total = 0.0;
        for (std::int64_t c = 0; c < shape[1]; ++c) {
            for (std::int64_t y = box.y0; y <= box.y1; ++y) {
                double* row = sum.values.data() + (y - field.y0) * sum.size.width - field.x0;
                for (std::int64_t x = box.x0; x <= box.x1; ++x, ++g) {
                    row[x] += std::abs(double{*g});
                    total += std::abs(double{*g});
                }
            }
        }
        if (total == 0.0)
            ++sum.silentOutputs;
    }
}

EffectiveField emptyField(Extent size)
{
    return {size, std::vector<double>(static_cast<std::size_t>(size.height * size.width)), 0, 0};
}

/// The sums of one position.
Result<EffectiveField> fieldAt(const BranchSpec& spec, const TensorMap& weights,
                               const SharedTensor& input, const Position& position,
                               const Channels& channels, const ComputeContext& context)
{
    constexpr std::int64_t kAtOnce = 64;
    const TheoreticalField theory = theoreticalField(spec);
    ASSIGN_OR_RETURN(const LocalPass pass,
                     LocalPass::forward(spec, weights, input, position, context));
    EffectiveField sum = emptyField(theory.size);
    sum.outputs = channels.count;
    if (pass.box().isEmpty()) { // it sees padding only
        sum.silentOutputs = channels.count;
        return sum;
    }
    const PixelBox field = fieldBox(theory, position.y, position.x);
    for (std::int64_t done = 0; done < channels.count; done += kAtOnce) {
        const std::int64_t count = std::min(kAtOnce, channels.count - done);
        ASSIGN_OR_RETURN(const Tensor gradients,
                         pass.gradients(channels.first + done, count, context));
        addMagnitudes(gradients, pass.box(), field, sum);
    }
    return sum;
}

void add(const EffectiveField& part, EffectiveField& sum)
{
    std::ranges::transform(sum.values, part.values, sum.values.begin(), std::plus());
    sum.outputs += part.outputs;
    sum.silentOutputs += part.silentOutputs;
}

/// All positions, some at a time, each by one thread; added up in their order.
Result<EffectiveField> fieldOfAll(const BranchSpec& spec, const TensorMap& weights,
                                  const SharedTensor& input, std::span<const Position> positions,
                                  const Channels& channels, const ComputeContext& context)
{
    constexpr std::size_t kAtOnce = 64;
    EffectiveField sum = emptyField(theoreticalField(spec).size);
    for (std::size_t begin = 0; begin < positions.size(); begin += kAtOnce) {
        const auto some = positions.subspan(begin, std::min(kAtOnce, positions.size() - begin));
        std::vector<std::optional<Result<EffectiveField>>> parts(some.size());
        const auto one = [&](std::int64_t item, int) {
            ThreadTeam alone(1);
            ComputeContext own{.team = alone,
                               .pool = context.pool,
                               .instructionSet = context.instructionSet,
                               .memoryLimitBytes = context.memoryLimitBytes,
                               .stop = context.stop};
            const auto i = static_cast<std::size_t>(item);
            parts[i] = fieldAt(spec, weights, input, some[i], channels, own);
            context.advance(1);
        };
        if (!context.team.forEach(static_cast<std::int64_t>(some.size()), one, context.stop))
            return cancelled();
        for (const auto& part : parts) {
            if (!*part)
                return part->error();
            add(**part, sum);
        }
    }
    return sum;
}

/// The outputs along one axis whose field lies on the image, first and last; all where none does.
std::pair<std::int64_t, std::int64_t> insideOf(std::int64_t size, std::int64_t stride,
                                               std::int64_t padding, std::int64_t image,
                                               std::int64_t output)
{
    const std::int64_t first = padding > 0 ? (padding + stride - 1) / stride : 0;
    const std::int64_t room = image + padding - size;
    const std::int64_t last = room >= 0 ? std::min(output - 1, room / stride) : -1;
    return first <= last ? std::pair(first, last) : std::pair(std::int64_t{0}, output - 1);
}

} // namespace

double EffectiveField::at(std::int64_t y, std::int64_t x) const
{
    const bool isInside = y >= 0 && x >= 0 && y < size.height && x < size.width;
    return isInside ? values[static_cast<std::size_t>(y * size.width + x)] : 0.0;
}

double EffectiveField::sum() const
{
    return std::accumulate(values.begin(), values.end(), 0.0);
}

FieldSpread spreadOf(const EffectiveField& field)
{
    const double middleY = static_cast<double>(field.size.height - 1) / 2.0;
    const double middleX = static_cast<double>(field.size.width - 1) / 2.0;
    const auto rings = static_cast<std::size_t>(std::ceil(std::max(middleY, middleX))) + 1;
    FieldSpread spread{0.0, 0.0, std::vector<double>(rings)};
    const double sum = field.sum();
    if (sum <= 0.0)
        return spread;
    for (std::int64_t y = 0; y < field.size.height; ++y) {
        for (std::int64_t x = 0; x < field.size.width; ++x) {
            const double share = field.at(y, x) / sum;
            const double dy = std::abs(static_cast<double>(y) - middleY);
            const double dx = std::abs(static_cast<double>(x) - middleX);
            spread.sigmaY += share * dy * dy;
            spread.sigmaX += share * dx * dx;
            spread.mass[static_cast<std::size_t>(std::ceil(std::max(dy, dx)))] += share;
        }
    }
    spread.sigmaY = std::sqrt(spread.sigmaY);
    spread.sigmaX = std::sqrt(spread.sigmaX);
    std::partial_sum(spread.mass.begin(), spread.mass.end(), spread.mass.begin());
    return spread;
}

double uniformSigma(std::int64_t layers, std::int64_t kernel)
{
    return std::sqrt(static_cast<double>(layers * (kernel * kernel - 1)) / 12.0);
}

Result<EffectiveField> effectiveField(const BranchSpec& spec, const TensorMap& weights,
                                      const SharedTensor& input,
                                      std::span<const Position> positions,
                                      std::optional<std::int64_t> channel,
                                      const ComputeContext& context)
{
    EXPECTS(!positions.empty());
    const std::int64_t outChannels = channelsAfter(spec.layers, spec.inChannels);
    if (channel && (*channel < 0 || *channel >= outChannels))
        return Error{ErrorCode::InvalidArgument,
                     QT_TRANSLATE_NOOP("core", "there is no output channel %1 among %2"),
                     {std::to_string(*channel), std::to_string(outChannels)}};
    const Channels channels = channel ? Channels{*channel, 1} : Channels{0, outChannels};
    ComputeContext quiet = context; // the convolutions count in other units
    quiet.progress = nullptr;
    const auto compute = positions.size() == 1
        ? fieldAt(spec, weights, input, positions.front(), channels, quiet)
        : fieldOfAll(spec, weights, input, positions, channels, context);
    ASSIGN_OR_RETURN(EffectiveField field, compute);
    for (double& value : field.values)
        value /= static_cast<double>(field.outputs);
    if (!std::isfinite(field.sum()))
        return Error{ErrorCode::Unsupported,
                     QT_TRANSLATE_NOOP("core",
                                       "the gradient is not a number: the weights or the "
                                       "input have values that are not finite"),
                     {}};
    return field;
}

std::vector<Position> spreadPositions(const TheoreticalField& field, Extent image, Extent output,
                                      std::int64_t count)
{
    const TheoreticalField& f = field;
    const auto [top, bottom]
        = insideOf(f.size.height, f.stride.height, f.padding.height, image.height, output.height);
    const auto [left, right]
        = insideOf(f.size.width, f.stride.width, f.padding.width, image.width, output.width);
    const double aspect
        = static_cast<double>(bottom - top + 1) / static_cast<double>(right - left + 1);
    const auto rows = std::clamp<std::int64_t>(
        std::llround(std::sqrt(static_cast<double>(count) * aspect)), 1, bottom - top + 1);
    const auto columns = std::clamp<std::int64_t>(count / rows, 1, right - left + 1);
    std::vector<Position> positions;
    for (std::int64_t i = 0; i < rows; ++i) // in the middle of cells of equal size
        for (std::int64_t j = 0; j < columns; ++j)
            positions.push_back({top + (2 * i + 1) * (bottom - top + 1) / (2 * rows),
                                 left + (2 * j + 1) * (right - left + 1) / (2 * columns)});
    return positions;
}

} // namespace factorscope
