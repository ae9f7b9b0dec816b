#pragma once

#include "core/image/picture.h"
#include "core/result/result.h"

#include <stop_token>
#include <string>
#include <vector>

namespace factorscope {

/// How the pixels of a picture become the input channels of a branch.
enum class Lift {
    Rgb, ///< three channels: R, G, B
    Gray, ///< one: 0.2126 R + 0.7152 G + 0.0722 B
    Filterbank, ///< any number: brightness, two colour opponents, then oriented filters
    Randn, ///< no picture: normally distributed numbers
};

/// What fits a number of channels: Rgb for 3, Gray for 1, else Filterbank.
Lift defaultLift(int channels);

/// The picture as (1,channels,H,W). Rgb and Gray demand 3 and 1 channels: Shape otherwise.
/// Not for Randn, which needs no picture. Deterministic: channel c is the same whatever `channels`
/// is. The channels of Filterbank are described in filterbank.h.
Result<Tensor> lifted(const Picture& picture, Lift lift, int channels,
                      const std::stop_token& stop = {});

/// What a channel shows, as a text marked for translation and what goes into its places.
struct ChannelLabel {
    const char* text = "";
    std::vector<std::string> arguments;
};

ChannelLabel channelLabel(Lift lift, int channel);

/// The label in English: "red", "brightness", "edge at 45°, σ 1.4 px".
std::string channelName(Lift lift, int channel);

} // namespace factorscope
