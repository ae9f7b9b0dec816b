#pragma once

#include "core/arithmetic/ordered_sum.h"
#include "core/experiment/pixel_arithmetic.h"
#include "ui/view/view_state.h"

#include <array>
#include <memory>
#include <optional>
#include <vector>

namespace factorscope {

/// What is asked about an answer: which output value, in which order, and which of its taps.
struct SumsQuestion {
    ArithmeticQuestion output;
    ProductOrder order = ProductOrder::Natural;
    std::vector<TapPlace> opened; ///< see ArithmeticLook
    bool operator==(const SumsQuestion&) const = default;
};
/// As the settings have it: of the pixel under the cursor, or the middle one.
SumsQuestion sumsQuestion(const BothEvaluated& both, const ViewSettings& settings);

/// The sums that the page of the products shows. Built once, never changed.
struct ArithmeticSums {
    std::shared_ptr<const BothEvaluated> both;
    SumsQuestion question; ///< as asked
    ArithmeticFindings found;
    /// By SumPlace; null where there is none: see found.whyNot and whyClosed.
    std::array<std::shared_ptr<const OrderedSum>, 3> sums;
    std::vector<std::size_t> path; ///< products from the output's sum to the opened one
    std::optional<Error> whyClosed; ///< the tap that was asked for has no sum here

    const std::shared_ptr<const OrderedSum>& operator[](SumPlace place) const
    {
        return sums[static_cast<std::size_t>(place)];
    }
    const PixelTrace& trace(SumPlace place) const
    {
        return place == SumPlace::Original ? found.original->trace : found.factorised->trace;
    }
    /// Whether a product of the sum can be opened.
    bool hasBelow(SumPlace place, std::size_t product) const;
};

/// Answers on any thread; takes over from `before`, which may be null, what is the same there.
/// Error: Cancelled.
Result<ArithmeticSums> arithmeticSums(const std::shared_ptr<const BothEvaluated>& both,
                                      const SumsQuestion& question, const ArithmeticSums* before,
                                      const ComputeContext& context);

TapPlace placeOf(const ProductSum& sum, std::size_t product);
/// Nothing where the sum has no such product.
std::optional<std::size_t> productAt(const ProductSum& sum, const TapPlace& place);

/// The sum's own level reads the mid maps, as they are after the activation; or the input.
enum class SumSource { Input, MidMaps, Between };
SumSource sourceOf(const ArithmeticSums& sums, SumPlace place);

} // namespace factorscope
