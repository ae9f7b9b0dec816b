#pragma once

#include "core/image/picture.h"
#include "core/result/result.h"

#include <stop_token>

namespace factorscope {

/// What one oriented channel of the filter bank answers to.
struct OrientedFilter {
    enum class Kind {
        Edge, ///< odd: the first derivative of a Gaussian
        Ridge, ///< even: minus its second derivative, so that a bright line counts as positive
    };
    enum class Plane { Brightness, RedGreen, BlueYellow };

    Kind kind = Kind::Edge;
    Plane plane = Plane::Brightness;
    double sigmaPx = 1.0;
    /// Of the edge or line itself, counter-clockwise as seen on the screen: 0 is horizontal, 45 is
    /// "/", 90 is vertical. An edge counts as positive where it is brighter below (0) or to the
    /// right (90), in between on the side that one gets to by turning from the one to the other.
    double degrees = 0.0;

    bool operator==(const OrientedFilter&) const = default;
};

/// The channels before the oriented ones: brightness (0.2126 R + 0.7152 G + 0.0722 B), red against
/// green (R - G), blue against yellow (B - (R + G) / 2).
inline constexpr int kPointwiseChannels = 3;

/// The filter of a channel from kPointwiseChannels on. They come in groups of eight: edges at four
/// orientations, then ridges at the same four. Group o looks at scale o mod 4, sigma = 1, 1.4, 2,
/// 2.8 px, and at plane (o / 4) mod 3. After twelve groups the scales and planes begin again with
/// orientations between those there were (van der Corput), so no two channels are ever the same.
OrientedFilter orientedFilter(int channel);

/// Fills `bank`, (1,channels,H,W). The oriented filters are steered (Freeman & Adelson 1991): five
/// separable derivatives of a Gaussian per plane and scale, mixed for each orientation. They are
/// multiplied by sigma and sigma^2 and answer exactly to ramps and parabolas, so that all scales
/// have comparable magnitudes. Beyond the border the edge pixels repeat: a flat picture gives
/// zeros everywhere. A kernel reaches 4 sigma far. Besides the output it takes a few rows.
Result<void> fillFilterbank(const Picture& picture, Tensor& bank, const std::stop_token& stop);

} // namespace factorscope
