#pragma once

#include "core/branch/branch_spec.h"
#include "core/conv/conv_problem.h"
#include "core/tensor/tensor.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace factorscope {

// How far float32 results may be from the exact ones. Every tolerance of the tests comes from here.

/// A sum of `terms` products in float32 is rounded at most terms + 1 times on the way of any term,
/// in whatever order it is added up, and each rounding errs by at most 2^-24 of what has come
/// together: so by `magnitude`, the sum of the absolute values of the terms, at most.
/// `amplification` is the algorithm's own, see amplificationOf().
double roundingBound(std::int64_t terms, double magnitude, double amplification = 1.0);

/// By how much an algorithm's intermediate values exceed those of the plain sum: 1 for those that
/// only add in another order, more where the input is transformed. A new engine needs a row here;
/// "auto" has the largest.
double amplificationOf(std::string_view algorithm);

/// A tensor in double precision and, value by value, how far a float32 computation may be from it.
struct BoundedTensor {
    Shape shape;
    std::vector<double> values;
    std::vector<double> bounds;

    static BoundedTensor exactly(const Tensor& tensor);
};

/// A convolution from its definition, in the oracle's own way: each input value is handed to all
/// the outputs that it reaches. `bias` may be null.
BoundedTensor boundedConvolution(const ConvProblem& problem, const BoundedTensor& input,
                                 const Tensor& weights, const Tensor* bias,
                                 double amplification = 1.0);

/// What each layer of a branch makes of `input`; the errors of a layer are carried on through the
/// next ones.
std::vector<BoundedTensor> boundedActivations(const BranchSpec& spec, const TensorMap& weights,
                                              const Tensor& input, double amplification = 1.0);

/// A sentence on the first value of `actual` that is off by more than its bound; empty when none
/// is.
std::string firstOutside(const Tensor& actual, const BoundedTensor& expected);

/// The same against a recording, which may itself be off by a bound.
std::string firstDifference(const Tensor& actual, const Tensor& recorded,
                            const BoundedTensor& expected);

} // namespace factorscope
