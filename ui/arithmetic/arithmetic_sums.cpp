#include "ui/arithmetic/arithmetic_sums.h"

#include "core/experiment/fields.h"
#include "ui/receptive/close_up.h"

#include <string>

namespace factorscope {
namespace {

std::string text(const TapPlace& place)
{
    return std::to_string(place.channel) + "," + std::to_string(place.row) + ","
        + std::to_string(place.column);
}

Error noSuchTap(const ProductSum& sum, const TapPlace& place)
{
    const std::int64_t first = sum.products.front().channel;
    return {ErrorCode::InvalidArgument,
            QT_TRANSLATE_NOOP("core",
                              "there is no tap %1: channels go from %2 to %3, rows to %4, columns "
                              "to %5"),
            {text(place), std::to_string(first), std::to_string(sum.products.back().channel),
             std::to_string(sum.kernel.height - 1), std::to_string(sum.kernel.width - 1)}};
}

Error nothingBelow(const ProductSum& sum, std::size_t product)
{
    const char* why = sum.products[product].tap == Tap::Padding
        ? QT_TRANSLATE_NOOP("core", "tap %1 lies in the padding: nothing is summed up for it")
        : QT_TRANSLATE_NOOP("core", "tap %1 is a pixel of the input: nothing is summed up for it");
    return {ErrorCode::InvalidArgument, why, {text(placeOf(sum, product))}};
}

/// Follows the places as far as there are such.
Result<ProductSum> opened(const PixelTrace& trace, std::span<const TapPlace> places,
                          std::vector<std::size_t>& path)
{
    ProductSum sum = trace.output();
    for (const TapPlace& place : places) {
        const std::optional<std::size_t> product = productAt(sum, place);
        if (!product)
            return noSuchTap(sum, place);
        if (!trace.hasBelow(sum, *product))
            return nothingBelow(sum, *product);
        sum = trace.below(sum, *product);
        path.push_back(*product);
    }
    return sum;
}

std::vector<TapPlace> strongest(const PixelTrace& trace)
{
    const auto product = strongestProduct(trace.output());
    if (!product || !trace.hasBelow(trace.output(), *product))
        return {};
    return {placeOf(trace.output(), *product)};
}

std::int64_t convolutions(const std::vector<Layer>& layers)
{
    std::int64_t count = 0;
    for (const Layer& layer : layers) {
        if (const auto* residual = std::get_if<Residual>(&layer.type))
            count += convolutions(residual->body);
        count += std::holds_alternative<Conv2d>(layer.type) ? 1 : 0;
    }
    return count;
}

void open(ArithmeticSums& sums)
{
    const PixelTrace& trace = sums.found.factorised->trace;
    const std::vector<TapPlace> places
        = sums.question.opened.empty() ? strongest(trace) : sums.question.opened;
    if (places.empty())
        return;
    Result<ProductSum> sum = opened(trace, places, sums.path);
    if (sum)
        sums.sums[static_cast<std::size_t>(SumPlace::Opened)]
            = std::make_shared<const OrderedSum>(orderedSum(*std::move(sum), sums.question.order));
    else
        sums.whyClosed = sum.error();
}

} // namespace

SumsQuestion sumsQuestion(const BothEvaluated& both, const ViewSettings& settings)
{
    const Extent size = both.stages[Stage::Factorised].size();
    return {{positionOf(settings, size), settings.outChannel},
            settings.arithmetic.order,
            settings.arithmetic.opened};
}

bool ArithmeticSums::hasBelow(SumPlace place, std::size_t product) const
{
    const auto& ordered = (*this)[place];
    return ordered && product < ordered->sum.products.size()
        && trace(place).hasBelow(ordered->sum, product);
}

Result<ArithmeticSums> arithmeticSums(const std::shared_ptr<const BothEvaluated>& both,
                                      const SumsQuestion& question, const ArithmeticSums* before,
                                      const ComputeContext& context)
{
    const bool isSameOutput
        = before && before->both == both && before->question.output == question.output;
    const bool isSameOrder = isSameOutput && before->question.order == question.order;
    ArithmeticSums sums;
    sums.both = both;
    sums.question = question;
    if (isSameOutput) {
        sums.found = before->found;
    } else {
        ASSIGN_OR_RETURN(sums.found, arithmeticFindings(*both, question.output, context));
    }
    if (sums.found.whyNot)
        return sums;
    for (const SumPlace place : {SumPlace::Original, SumPlace::Factorised}) {
        auto& sum = sums.sums[static_cast<std::size_t>(place)];
        sum = isSameOrder ? (*before)[place]
                          : std::make_shared<const OrderedSum>(
                              orderedSum(sums.trace(place).output(), question.order));
        if (context.stop.stop_requested())
            return cancelled();
    }
    open(sums);
    return sums;
}

TapPlace placeOf(const ProductSum& sum, std::size_t product)
{
    const auto inChannel = static_cast<std::int64_t>(product % sum.tapsOfChannel());
    return {sum.products[product].channel, inChannel / sum.kernel.width,
            inChannel % sum.kernel.width};
}

std::optional<std::size_t> productAt(const ProductSum& sum, const TapPlace& place)
{
    const std::int64_t channel = place.channel - sum.products.front().channel;
    if (channel < 0 || channel >= static_cast<std::int64_t>(sum.channels()) || place.row < 0
        || place.row >= sum.kernel.height || place.column < 0 || place.column >= sum.kernel.width)
        return {};
    return static_cast<std::size_t>((channel * sum.kernel.height + place.row) * sum.kernel.width
                                    + place.column);
}

SumSource sourceOf(const ArithmeticSums& sums, SumPlace place)
{
    const auto& ordered = sums[place];
    if (!ordered || ordered->sum.level + 1 >= sums.trace(place).levels())
        return SumSource::Input;
    const std::int64_t behind = convolutions(secondHalf(sums.both->experiment).layers);
    return ordered->sum.level + 1 == behind ? SumSource::MidMaps : SumSource::Between;
}

} // namespace factorscope
