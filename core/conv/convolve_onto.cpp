#include "core/conv/convolve_onto.h"

#include "core/conv/engines.h"

namespace factorscope {

Result<ActivatedSums> convolveOnto(const Tensor& sums, const ConvProblem& problem,
                                   const float* input, const Tensor& weights,
                                   std::optional<float> negativeSlope,
                                   const ComputeContext& context)
{
    const ConvEngine& engine = directEngine();
    EXPECTS(sums.shape() == problem.outShape() && weights.shape() == problem.weightShape());
    EXPECTS(!engine.declines(problem));
    ConvData data{.input = input,
                  .weights = weights.data(),
                  .negativeSlope = negativeSlope,
                  .initial = sums.data()};
    if (!negativeSlope) {
        ASSIGN_OR_RETURN(Tensor made, convolve(engine, problem, data, context));
        return ActivatedSums{std::move(made), {}};
    }
    Tensor made = Tensor::uninitialized(sums.shape(), context.pool);
    data.preActivations = made.data();
    ASSIGN_OR_RETURN(Tensor activated, convolve(engine, problem, data, context));
    return ActivatedSums{std::move(made), std::move(activated)};
}

} // namespace factorscope
