#pragma once

#include "core/conv/conv_engine.h"
#include "core/tensor/tensor.h"

#include <vector>

namespace factorscope {

// The layers that take each value by itself, map by map in parallel. `out` has the shape of `in`
// and may be `in`. False when stopped.

/// max(x, 0) + slope·min(x, 0); NaN stays NaN. A slope of 0 is ReLU.
bool leakyRelu(const Tensor& in, float slope, Tensor& out, const ComputeContext& context);

/// a + b
bool add(const Tensor& a, const Tensor& b, Tensor& out, const ComputeContext& context);

/// Mean and (biased) variance of one channel over batch, height and width.
struct ChannelMoments {
    double mean = 0.0;
    double variance = 1.0;
};

/// Of the data, summed in double precision in two passes; empty when stopped.
std::vector<ChannelMoments> batchMoments(const Tensor& in, const ComputeContext& context);
/// As training has recorded them.
std::vector<ChannelMoments> runningMoments(const Tensor& mean, const Tensor& variance);

/// What normalize() does to the values of one channel.
struct ChannelScale {
    double factor = 1.0;
    double offset = 0.0;

    float of(float x) const { return static_cast<float>(x * factor + offset); }
};
ChannelScale channelScale(const ChannelMoments& moments, double eps, float scale, float shift);

/// (x − mean)/√(variance + eps)·scale + shift, channel by channel.
bool normalize(const Tensor& in, const std::vector<ChannelMoments>& moments, double eps,
               const Tensor& scale, const Tensor& shift, Tensor& out,
               const ComputeContext& context);

} // namespace factorscope
