#include "core/conv/convolve_onto.h"

#include "core/conv/engines.h"

namespace factorscope {

Result<Tensor> convolveOnto(const Tensor& sums, const ConvProblem& problem, const float* input,
                            const Tensor& weights, const ComputeContext& context)
{
    const ConvEngine& engine = directEngine();
    EXPECTS(sums.shape() == problem.outShape() && weights.shape() == problem.weightShape());
    EXPECTS(!engine.declines(problem));
    return convolve(engine, problem,
                    ConvData{.input = input, .weights = weights.data(), .initial = sums.data()},
                    context);
}

} // namespace factorscope
