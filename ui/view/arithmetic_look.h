#pragma once

#include "core/arithmetic/multiplications.h"
#include "core/arithmetic/product_sum.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace factorscope {

/// What the view of the arithmetic shows.
enum class ArithmeticPage { Products, Multiplications };

/// One of the sums on the page of the products: that of the 5×5, that of the branch beside it, and
/// that of one of its taps.
enum class SumPlace { Original, Factorised, Opened };
inline constexpr std::array<SumPlace, 3> kSumPlaces{SumPlace::Original, SumPlace::Factorised,
                                                    SumPlace::Opened};

/// A product of a sum by where it stands, so that it is found again under another output pixel.
struct TapPlace {
    std::int64_t channel = 0; ///< of the value, in the maps that the convolution reads
    std::int64_t row = 0; ///< of the kernel
    std::int64_t column = 0;
    bool operator==(const TapPlace&) const = default;
};

/// How the arithmetic of an output value is looked at.
struct ArithmeticLook {
    ArithmeticPage page = ArithmeticPage::Products;
    ProductOrder order = ProductOrder::Natural;
    SumPlace active = SumPlace::Original; ///< the sum that is stepped through
    /// Terms that are added up so far, of each of kSumPlaces; nothing: all of them.
    std::array<std::optional<std::int64_t>, 3> terms;
    /// From tap to tap towards the input; none: the strongest of the output.
    std::vector<TapPlace> opened;
    Channels channels = Channels::One; ///< that multiplications are counted for
    std::int64_t tile = 4; ///< outputs on each side that share their mid positions
    std::optional<std::int64_t> output; ///< of the tile, row by row; nothing: all are computed

    static constexpr std::int64_t kMostTile = 16;

    std::optional<std::int64_t>& termsOf(SumPlace place)
    {
        return terms[static_cast<std::size_t>(place)];
    }
    const std::optional<std::int64_t>& termsOf(SumPlace place) const
    {
        return terms[static_cast<std::size_t>(place)];
    }
    bool operator==(const ArithmeticLook&) const = default;
};

} // namespace factorscope
