#include "core/conv/convolve_onto.h"

#include "core/conv/engines.h"

namespace factorscope {

Result<Tensor> convolveOnto(const Tensor& sums, const ConvProblem& problem, const float* input,
                            const Tensor& weights, const ComputeContext& context)
{
    const ConvEngine& engine = directEngine();
    EXPECTS(sums.shape() == problem.outShape() && weights.shape() == problem.weightShape());
    EXPECTS(!engine.declines(problem));
    Tensor scratch = Tensor::uninitialized({engine.scratchFloats(problem) * context.team.size()},
                                           context.pool);
    Tensor output = Tensor::uninitialized(problem.outShape(), context.pool);
    const ConvData data{.input = input,
                        .weights = weights.data(),
                        .initial = sums.data(),
                        .output = output.data()};
    if (!engine.run(problem, data, scratch.values(), context))
        return cancelled();
    return output;
}

} // namespace factorscope
