#include "core/fit/representation.h"

#include "core/fit/picture_residual.h"

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

constexpr double kStartMacs = 2e10; ///< about five seconds of one thread

/// The channels of an input as images of one channel each, or one of them: (N·C,1,H,W) or
/// (N,1,H,W).
SharedTensor channelsAsImages(const Tensor& input, std::optional<std::int64_t> channel)
{
    const Shape& shape = input.shape();
    const std::int64_t pixels = shape[2] * shape[3];
    const std::int64_t channels = channel ? 1 : shape[1];
    Tensor images = Tensor::uninitialized({shape[0] * channels, 1, shape[2], shape[3]});
    for (std::int64_t n = 0; n < shape[0]; ++n)
        std::copy_n(input.data() + (n * shape[1] + channel.value_or(0)) * pixels, channels * pixels,
                    images.data() + n * channels * pixels);
    return std::make_shared<const Tensor>(std::move(images));
}

/// What the kernels are tried on.
SharedTensor imagesOf(const RepresentationQuestion& question)
{
    const bool isOneKernel = question.kernels->shape()[0] == 1 && question.kernels->shape()[1] == 1;
    if (!question.input || !isOneKernel)
        return question.input;
    return channelsAsImages(*question.input, question.channel);
}

Result<RepresentationPoint> judged(BankFit fit, const RepresentationQuestion& question,
                                   const SharedTensor& images, const ComputeContext& context)
{
    RepresentationPoint point{std::move(fit), {}};
    if (!images)
        return point;
    ComputeContext silent = context; // its work is not counted in starts
    silent.progress = nullptr;
    ASSIGN_OR_RETURN(
        const PictureResidual residual,
        residualOnPicture(*question.kernels, *point.fit.approximation, images, silent));
    point.onPicture = residual.relativeError;
    return point;
}

} // namespace

bool RepresentationQuestion::operator==(const RepresentationQuestion& other) const
{
    if (input != other.input || channel != other.channel || midChannels != other.midChannels
        || options != other.options)
        return false;
    return kernels == other.kernels
        || (kernels->shape() == other.kernels->shape()
            && std::ranges::equal(kernels->values(), other.kernels->values()));
}

const RepresentationPoint& Representation::at(int midChannels) const
{
    EXPECTS(!points.empty());
    const auto after = std::ranges::find_if(points, [&](const RepresentationPoint& point) {
        return point.midChannels() > midChannels;
    });
    return after == points.begin() ? points.front() : *std::prev(after);
}

Result<Representation> represent(const RepresentationQuestion& question,
                                 const ComputeContext& context,
                                 const RepresentationListener& listener)
{
    const SharedTensor images = imagesOf(question);
    Representation found;
    found.question = question;
    Result<void> judging;
    const auto add = [&](const BankFit& fit) {
        if (!judging)
            return;
        Result<RepresentationPoint> point = judged(fit, question, images, context);
        if (!point) {
            judging = point.error();
            return;
        }
        found.points.push_back(*std::move(point));
        if (listener.found)
            listener.found(found);
    };
    const auto curve = bankFitLadder(*question.kernels,
                                     {.midChannels = question.midChannels,
                                      .options = question.options,
                                      .listener = listener.under,
                                      .point = add,
                                      .startMacs = kStartMacs},
                                     context);
    if (!curve)
        return curve.error();
    RETURN_IF_ERROR(judging);
    return found;
}

Result<Representation> estimate(RepresentationQuestion question, const ComputeContext& context)
{
    constexpr int kFewSteps = 40;
    constexpr std::int64_t kLargeInput = std::int64_t{1} << 20;
    const FitOptions wanted = question.options;
    const SharedTensor input = question.input;
    question.options.starts = 0;
    question.options.steps = kFewSteps;
    if (input && input->elements() > kLargeInput)
        question.input = nullptr;
    ASSIGN_OR_RETURN(Representation found, represent(question, context));
    found.question.options = wanted;
    found.question.input = input;
    found.isEstimate = true;
    return found;
}

SharedTensor bankOfKernel(const Kernel5x5& kernel)
{
    Tensor bank = Tensor::zeros({1, 1, 5, 5});
    std::ranges::transform(kernel, bank.data(), [](double tap) { return static_cast<float>(tap); });
    return std::make_shared<const Tensor>(std::move(bank));
}

Kernel5x5 kernelAt(const Tensor& bank, std::int64_t outChannel, std::int64_t inChannel)
{
    const Shape& shape = bank.shape();
    EXPECTS(shape.rank() == 4 && shape[2] == 5 && shape[3] == 5 && outChannel < shape[0]
            && inChannel < shape[1]);
    Kernel5x5 kernel{};
    std::copy_n(bank.data() + (outChannel * shape[1] + inChannel) * 25, 25, kernel.begin());
    return kernel;
}

double errorByFreedom(std::int64_t inChannels, std::int64_t midChannels, std::int64_t outChannels)
{
    const double all = 25.0 * static_cast<double>(inChannels * outChannels);
    const auto free = static_cast<double>(stackFreedom(inChannels, midChannels, outChannels));
    return std::sqrt(std::max(0.0, 1.0 - free / all));
}

} // namespace factorscope
