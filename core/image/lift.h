#pragma once

#include "core/image/picture.h"
#include "core/result/result.h"

#include <stop_token>
#include <string>

namespace factorscope {

/// How the pixels of a picture become the input channels of a branch.
enum class Lift {
    Rgb,        ///< three channels: R, G, B
    Gray,       ///< one: 0.2126 R + 0.7152 G + 0.0722 B
    Filterbank, ///< any number: brightness, two colour opponents, then oriented filters
    Randn,      ///< no picture: normally distributed numbers
};

/// What fits a number of channels: Rgb for 3, Gray for 1, else Filterbank.
Lift defaultLift(int channels);

/// The picture as (1,channels,H,W). Rgb and Gray demand 3 and 1 channels: Shape otherwise.
/// Not for Randn, which needs no picture. Deterministic: channel c is the same whatever `channels` is.
Result<Tensor> lifted(const Picture& picture, Lift lift, int channels,
                      const std::stop_token& stop = {});

/// What a channel shows, in English: "red", "brightness", "edge at 45°, σ 1.4 px".
std::string channelName(Lift lift, int channel);

} // namespace factorscope
