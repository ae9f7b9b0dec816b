#include "core/fit/picture_residual.h"

#include "core/tensor/memory.h"

#include <cmath>
#include <limits>

namespace factorscope {
namespace {

/// ‖target − approximation‖ / ‖target‖, added up in double precision.
double errorOf(const Tensor& target, const Tensor& approximation)
{
    double squares = 0.0;
    double rest = 0.0;
    for (std::int64_t i = 0; i < target.elements(); ++i) {
        const double value = target.data()[i];
        const double difference = value - approximation.data()[i];
        squares += value * value;
        rest += difference * difference;
    }
    if (squares > 0.0)
        return std::sqrt(rest / squares);
    return rest > 0.0 ? std::numeric_limits<double>::infinity() : 0.0;
}

} // namespace

Result<PictureResidual> residualOnPicture(const Tensor& kernels, const Tensor& approximation,
                                          const SharedTensor& input, const ComputeContext& context)
{
    const Shape& shape = kernels.shape();
    const Shape& inShape = input->shape();
    const bool fits = shape.rank() == 4 && shape[2] == 5 && shape[3] == 5
        && approximation.shape() == shape && inShape.rank() == 4 && inShape[1] == shape[1];
    if (!fits)
        return Error{ErrorCode::Shape,
                     QT_TRANSLATE_NOOP("core",
                                       "kernels %1, their approximation %2 and the input %3 do "
                                       "not fit each other"),
                     {shape.text(), approximation.shape().text(), inShape.text()}};
    const ConvProblem problem{.batch = inShape[0],
                              .inChannels = shape[1],
                              .inSize = {inShape[2], inShape[3]},
                              .outChannels = shape[0],
                              .kernel = {5, 5},
                              .padding = {2, 2}};
    RETURN_IF_ERROR(requireMemory(2 * problem.outShape().elements() * std::int64_t{sizeof(float)},
                                  context.memoryLimitBytes,
                                  QT_TRANSLATE_NOOP("core", "the size or the channels")));
    PictureResidual residual;
    ASSIGN_OR_RETURN(Tensor target,
                     convolve("auto", problem, *input, {.weights = kernels}, context));
    ASSIGN_OR_RETURN(Tensor other,
                     convolve("auto", problem, *input, {.weights = approximation}, context));
    residual.relativeError = errorOf(target, other);
    residual.target = std::make_shared<const Tensor>(std::move(target));
    residual.approximation = std::make_shared<const Tensor>(std::move(other));
    return residual;
}

} // namespace factorscope
