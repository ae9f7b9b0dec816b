#include "core/collapse/border.h"

#include "core/branch/layer_traits.h"
#include "core/receptive/receptive_field.h"

#include <algorithm>
#include <limits>

namespace factorscope {
namespace {

constexpr std::int64_t kEndless = std::numeric_limits<std::int64_t>::max() / 4;

/// One layer's window along one axis, seen from one end of it.
struct AxisWindow {
    std::int64_t kernel = 1;
    std::int64_t padding = 0; ///< that the windows of all outputs see; less than none: rows unseen
    std::int64_t stride = 1;
    std::int64_t dilation = 1;
};

/// What a map is beyond and near one end of an axis.
struct AxisEnd {
    std::int64_t differing = 0; ///< pixels from the border inwards
    std::int64_t alive = 0; ///< pixels beyond the border that are not zero on the unbounded image

    AxisEnd joinedWith(const AxisEnd& other) const
    {
        return {std::max(differing, other.differing), std::max(alive, other.alive)};
    }
};

/// Whether a tap of output u falls on a pixel that differs, or on a live one beyond the border.
bool touches(const AxisWindow& w, const AxisEnd& end, std::int64_t u)
{
    const std::int64_t first = u * w.stride - w.padding;
    const std::int64_t skipped = std::max<std::int64_t>(0, -end.alive - first);
    const std::int64_t tap = (skipped + w.dilation - 1) / w.dilation;
    return tap < w.kernel && first + tap * w.dilation < end.differing;
}

AxisEnd through(const AxisWindow& w, const AxisEnd& end, bool hasBias)
{
    AxisEnd next;
    if (end.alive > 0 || end.differing > 0) {
        const std::int64_t lastSeen = end.differing - 1 + w.padding;
        std::int64_t u = lastSeen >= 0 ? lastSeen / w.stride : -1;
        while (u >= 0 && !touches(w, end, u))
            --u;
        next.differing = u + 1;
    }
    const std::int64_t beyond = end.alive + (w.kernel - 1) * w.dilation - w.padding;
    const bool isEndless = hasBias || end.alive == kEndless;
    next.alive = isEndless ? kEndless : std::max<std::int64_t>(beyond / w.stride, 0);
    return next;
}

struct BothEnds {
    AxisEnd low; ///< top or left
    AxisEnd high; ///< bottom or right

    BothEnds joinedWith(const BothEnds& other) const
    {
        return {low.joinedWith(other.low), high.joinedWith(other.high)};
    }
};

/// The padding that the last window sees of an axis of `in` pixels; all of it on an axis without
/// end.
std::int64_t seenAtHighEnd(const AxisWindow& w, std::int64_t in)
{
    if (in == kEndless)
        return w.padding;
    const std::int64_t reached = reach(w.kernel, w.dilation);
    const std::int64_t left = (in + 2 * w.padding - reached) % w.stride;
    return w.padding - left;
}

std::int64_t sizeAfter(const AxisWindow& w, std::int64_t in)
{
    return in == kEndless ? in : (in + 2 * w.padding - reach(w.kernel, w.dilation)) / w.stride + 1;
}

/// Follows the layers along one axis.
class AxisWalk {
public:
    AxisWalk(std::int64_t Extent::*side, std::int64_t size) : m_side(side), m_size(size) {}

    BothEnds over(const std::vector<Layer>& layers, BothEnds ends)
    {
        for (const Layer& layer : layers)
            ends = std::visit(Visitor{
                                  [&](const Conv2d& conv) { return convolution(conv, ends); },
                                  [&](const Relu&) { return ends; },
                                  [&](const LeakyRelu&) { return ends; },
                                  [&](const BatchNorm&) {
                                      return BothEnds{{ends.low.differing, kEndless},
                                                      {ends.high.differing, kEndless}};
                                  },
                                  [&](const Residual& residual) { return sum(residual, ends); },
                              },
                              layer.type);
        return ends;
    }

private:
    BothEnds convolution(const Conv2d& conv, const BothEnds& ends)
    {
        const AxisWindow low{conv.kernel.*m_side, conv.padding.*m_side, conv.stride.*m_side,
                             conv.dilation.*m_side};
        AxisWindow high = low;
        high.padding = seenAtHighEnd(low, m_size);
        m_size = sizeAfter(low, m_size);
        return {through(low, ends.low, conv.bias), through(high, ends.high, conv.bias)};
    }

    BothEnds sum(const Residual& residual, const BothEnds& ends)
    {
        const std::int64_t size = m_size; // the body keeps it
        const BothEnds body = over(residual.body, ends);
        m_size = size;
        if (residual.shortcut == Shortcut::Identity)
            return body.joinedWith(ends);
        return body.joinedWith(convolution(shortcutConv(1), ends));
    }

    std::int64_t Extent::*m_side;
    std::int64_t m_size;
};

Ring ringOf(const BranchSpec& spec, Extent image, Extent output)
{
    const BothEnds rows = AxisWalk(&Extent::height, image.height).over(spec.layers, {});
    const BothEnds columns = AxisWalk(&Extent::width, image.width).over(spec.layers, {});
    return {std::min(rows.low.differing, output.height),
            std::min(columns.low.differing, output.width),
            std::min(rows.high.differing, output.height),
            std::min(columns.high.differing, output.width)};
}

Error residualPads(const LayerPath& path)
{
    return {ErrorCode::Unsupported,
            QT_TRANSLATE_NOOP("core",
                              "the residual at layer %1 adds maps of one size, so its padding must "
                              "stay as it is"),
            {pathText(path)}};
}

bool pads(const std::vector<Layer>& layers)
{
    return std::ranges::any_of(layers, [](const Layer& layer) {
        if (const auto* residual = std::get_if<Residual>(&layer.type))
            return pads(residual->body);
        const auto* conv = std::get_if<Conv2d>(&layer.type);
        return conv && conv->padding != Extent{0, 0};
    });
}

/// Adds a layer's padding, in pixels before the first one, and its stride. False on overflow.
bool addPadding(const Conv2d& conv, Extent& stride, Extent& total)
{
    const auto along = [&](auto side) {
        std::int64_t pixels = 0;
        return !__builtin_mul_overflow(conv.padding.*side, stride.*side, &pixels)
            && !__builtin_add_overflow(total.*side, pixels, &(total.*side))
            && !__builtin_mul_overflow(stride.*side, conv.stride.*side, &(stride.*side))
            && total.*side < kEndless;
    };
    return along(&Extent::height) && along(&Extent::width);
}

} // namespace

std::int64_t Ring::widest() const
{
    return std::max({top, left, bottom, right});
}

bool Ring::holds(std::int64_t y, std::int64_t x, Extent size) const
{
    return y < top || x < left || y >= size.height - bottom || x >= size.width - right;
}

Result<Ring> borderRing(const BranchSpec& spec, Extent image)
{
    ASSIGN_OR_RETURN(const Extent output, outputSize(spec, image));
    return ringOf(spec, image, output);
}

Ring borderRing(const BranchSpec& spec)
{
    return ringOf(spec, {kEndless, kEndless}, {kEndless, kEndless});
}

Result<BorderPadding> borderPaddingFromText(const std::string& text)
{
    const auto found = std::ranges::find(kBorderPaddingNames, text);
    if (found == kBorderPaddingNames.end())
        return Error{ErrorCode::InvalidArgument,
                     QT_TRANSLATE_NOOP("core", "padding '%1' is none of same, valid, once"),
                     {text}};
    return static_cast<BorderPadding>(found - kBorderPaddingNames.begin());
}

const char* explanation(BorderPadding padding)
{
    switch (padding) {
    case BorderPadding::Same:
        return QT_TRANSLATE_NOOP(
            "core",
            "Each layer pads its own input with zeros. At the border the later "
            "layers see these zeros where one convolution sees what the first "
            "layer makes of the padded image, so a ring differs.");
    case BorderPadding::Valid:
        return QT_TRANSLATE_NOOP("core",
                                 "No layer pads. Nobody sees an added zero, so both agree "
                                 "everywhere; the output is smaller.");
    case BorderPadding::Once:
        return QT_TRANSLATE_NOOP("core",
                                 "The first layer pads for all. Every layer sees the same padded "
                                 "image, so both agree everywhere, at the full size.");
    }
    EXPECTS(false);
}

Result<BranchSpec> withBorderPadding(const BranchSpec& spec, BorderPadding padding)
{
    BranchSpec moved = spec;
    if (padding == BorderPadding::Same)
        return moved;
    Conv2d* first = nullptr;
    Extent total{0, 0};
    Extent stride{1, 1};
    for (std::size_t i = 0; i < moved.layers.size(); ++i) {
        const LayerPath path{static_cast<int>(i)};
        if (const auto* residual = std::get_if<Residual>(&moved.layers[i].type)) {
            if (pads(residual->body))
                return residualPads(path);
        }
        auto* conv = std::get_if<Conv2d>(&moved.layers[i].type);
        if (!conv)
            continue;
        if (!addPadding(*conv, stride, total))
            return Error{ErrorCode::Shape,
                         QT_TRANSLATE_NOOP("core", "the padding up to layer %1 is too large"),
                         {pathText(path)}};
        conv->padding = {0, 0};
        first = first ? first : conv;
    }
    if (padding == BorderPadding::Valid || !first)
        return moved;
    first->padding = total;
    if (!borderRing(moved).isEmpty())
        return Error{ErrorCode::Unsupported,
                     QT_TRANSLATE_NOOP("core",
                                       "a layer before the first convolution of '%1' shifts its "
                                       "values, so padding there does not remove the ring"),
                     {spec.name}};
    return moved;
}

} // namespace factorscope
