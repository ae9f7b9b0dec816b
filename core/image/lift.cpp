#include "core/image/lift.h"

#include "core/image/filterbank.h"
#include "core/tensor/memory.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace factorscope {
namespace {

using Kind = OrientedFilter::Kind;
using Plane = OrientedFilter::Plane;

Result<void> channelsFit(Lift lift, int channels)
{
    if (lift == Lift::Rgb && channels != 3)
        return Error{
            ErrorCode::Shape,
            QT_TRANSLATE_NOOP("core", "the lift 'rgb' makes 3 channels and the branch takes %1"),
            {std::to_string(channels)}};
    if (lift == Lift::Gray && channels != 1)
        return Error{
            ErrorCode::Shape,
            QT_TRANSLATE_NOOP("core", "the lift 'gray' makes 1 channel and the branch takes %1"),
            {std::to_string(channels)}};
    return {};
}

Result<Tensor> emptyChannels(Extent size, int channels)
{
    const std::int64_t sizes[] = {1, channels, size.height, size.width};
    const auto shape = Shape::checked(sizes);
    const std::int64_t needBytes = shape ? shape->elements() * std::int64_t{sizeof(float)}
                                         : std::numeric_limits<std::int64_t>::max();
    RETURN_IF_ERROR(requireMemory(needBytes, availableMemoryBytes(),
                                  QT_TRANSLATE_NOOP("core", "the size or the channels")));
    return Tensor::uninitialized(*shape);
}

/// As short as it can be without another value: "22.5".
std::string numberText(double number)
{
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    return {digits.data(), end};
}

std::string sigmaText(double sigmaPx)
{
    return numberText(std::round(sigmaPx * 10.0) / 10.0);
}

const char* orientedText(Kind kind, Plane plane)
{
    const bool isEdge = kind == Kind::Edge;
    switch (plane) {
    case Plane::Brightness:
        return isEdge ? QT_TRANSLATE_NOOP("core", "edge at %1°, σ %2 px")
                      : QT_TRANSLATE_NOOP("core", "ridge at %1°, σ %2 px");
    case Plane::RedGreen:
        return isEdge ? QT_TRANSLATE_NOOP("core", "red–green edge at %1°, σ %2 px")
                      : QT_TRANSLATE_NOOP("core", "red–green ridge at %1°, σ %2 px");
    case Plane::BlueYellow:
        return isEdge ? QT_TRANSLATE_NOOP("core", "blue–yellow edge at %1°, σ %2 px")
                      : QT_TRANSLATE_NOOP("core", "blue–yellow ridge at %1°, σ %2 px");
    }
    EXPECTS(false);
    return "";
}

ChannelLabel filterbankLabel(int channel)
{
    constexpr const char* kPointwise[kPointwiseChannels] = {
        QT_TRANSLATE_NOOP("core", "brightness"),
        QT_TRANSLATE_NOOP("core", "red against green"),
        QT_TRANSLATE_NOOP("core", "blue against yellow"),
    };
    if (channel < kPointwiseChannels)
        return {kPointwise[channel], {}};
    const OrientedFilter filter = orientedFilter(channel);
    return {orientedText(filter.kind, filter.plane),
            {numberText(filter.degrees), sigmaText(filter.sigmaPx)}};
}

} // namespace

Lift defaultLift(int channels)
{
    return channels == 3 ? Lift::Rgb : channels == 1 ? Lift::Gray : Lift::Filterbank;
}

Result<Tensor> lifted(const Picture& picture, Lift lift, int channels, const std::stop_token& stop)
{
    EXPECTS(channels >= 1 && lift != Lift::Randn);
    RETURN_IF_ERROR(channelsFit(lift, channels));
    if (stop.stop_requested())
        return cancelled();
    ASSIGN_OR_RETURN(Tensor maps, emptyChannels(picture.size(), channels));
    switch (lift) {
    case Lift::Rgb:
        std::ranges::copy(picture.rgb.values(), maps.data());
        break;
    case Lift::Gray: // the first channel of the bank
    case Lift::Filterbank:
        RETURN_IF_ERROR(fillFilterbank(picture, maps, stop));
        break;
    case Lift::Randn:
        break;
    }
    return maps;
}

ChannelLabel channelLabel(Lift lift, int channel)
{
    EXPECTS(channel >= 0);
    constexpr const char* kRgb[]
        = {QT_TRANSLATE_NOOP("core", "red"), QT_TRANSLATE_NOOP("core", "green"),
           QT_TRANSLATE_NOOP("core", "blue")};
    switch (lift) {
    case Lift::Rgb:
        EXPECTS(channel < 3);
        return {kRgb[channel], {}};
    case Lift::Gray:
        EXPECTS(channel == 0);
        return {QT_TRANSLATE_NOOP("core", "brightness"), {}};
    case Lift::Filterbank:
        return filterbankLabel(channel);
    case Lift::Randn:
        return {QT_TRANSLATE_NOOP("core", "random numbers"), {}};
    }
    EXPECTS(false);
    return {};
}

std::string channelName(Lift lift, int channel)
{
    const ChannelLabel label = channelLabel(lift, channel);
    return filledIn(label.text, label.arguments);
}

} // namespace factorscope
