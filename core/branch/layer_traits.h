#pragma once

#include "core/branch/branch_spec.h"
#include "core/conv/conv_problem.h"
#include "core/result/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace factorscope {

// What each layer type means, in one place: name, shape, parameters, arithmetic, geometry.

/// As in a specification: "conv2d".
std::string_view opName(const Layer& layer);

/// The shape (N,C,H,W) that a layer makes of `in`. Shape error with the layer's path when the
/// channels, groups or sizes do not fit.
Result<Shape> outShape(const Layer& layer, const Shape& in, const LayerPath& path);

/// The convolution that the layer is on this input.
ConvProblem convProblem(const Conv2d& conv, const Shape& in);
Conv2d shortcutConv(std::int64_t outChannels); ///< of Shortcut::Conv1x1

enum class ParameterRole { Weight, Bias, NormScale, NormShift, RunningMean, RunningVariance };

/// One tensor that a layer learns or keeps.
struct Parameter {
    std::string name; ///< PyTorch's: "branch.0.body.2.weight"
    Shape shape;
    ParameterRole role = ParameterRole::Weight;
    std::int64_t fanIn = 0; ///< terms in each sum of the convolution it belongs to
};

/// The tensors of a branch in the order in which PyTorch creates and seeds them: layer by layer,
/// weight before bias, a residual's body before its shortcut.
std::vector<Parameter> parametersOf(const BranchSpec& spec);

/// Running statistics belong to the state, but nobody counts them as parameters.
bool isLearned(ParameterRole role);

/// The channels after each layer of `layers`, when `in` enter: the last is what comes out.
std::int64_t channelsAfter(const std::vector<Layer>& layers, std::int64_t in);

/// What a layer does to positions: where the window of an output position lies.
struct Window {
    Extent kernel{1, 1};
    Extent padding{0, 0};
    Extent stride{1, 1};
    Extent dilation{1, 1};
};
/// Pointwise layers have the unit window; a residual has none of its own.
std::optional<Window> windowOf(const Layer& layer);

/// Multiply-accumulate operations on an input of this (valid) shape; nothing when they exceed 2^63.
/// Activations, normalisation and the addition of a residual count as none.
std::optional<std::int64_t> macs(const Layer& layer, const Shape& in);

/// The slope of an activation's negative side, 0 of a ReLU; nothing of another layer.
std::optional<float> slopeOf(const Layer& layer);

inline bool isActivation(const Layer& layer)
{
    return slopeOf(layer).has_value();
}

/// Whether the layer can overwrite its input, as PyTorch's inplace=True does: then it takes no
/// memory.
bool worksInPlace(const Layer& layer);

/// Whether every output depends on the whole batch: BatchNorm in training mode does that.
bool usesBatchStatistics(const BranchSpec& spec);

/// Checks the whole branch on an input shape (N,C,H,W); the shape after each layer.
Result<std::vector<Shape>> layerShapes(const BranchSpec& spec, const Shape& input);

} // namespace factorscope
