#include "core/receptive/receptive_field.h"

#include "core/branch/layer_traits.h"

#include <algorithm>

namespace factorscope {
namespace {

/// Numbers on a box of positions of one layer's plane.
struct Grid {
    PixelBox box;
    std::vector<double> values;

    explicit Grid(const PixelBox& area)
        : box(area), values(static_cast<std::size_t>(area.height() * area.width()), 0.0)
    {}
    double& at(std::int64_t y, std::int64_t x)
    {
        return values[static_cast<std::size_t>((y - box.y0) * box.width() + (x - box.x0))];
    }
};

/// Hands each count of a layer's output on to all the taps that lie on its input of `size`.
Grid backThrough(const Window& w, Grid& out, Extent size)
{
    Grid in(clippedTo(seenThrough(w, out.box), size));
    for (std::int64_t y = out.box.y0; y <= out.box.y1; ++y) {
        for (std::int64_t x = out.box.x0; x <= out.box.x1; ++x) {
            const double count = out.at(y, x);
            for (std::int64_t ky = 0; ky < w.kernel.height && count != 0.0; ++ky) {
                for (std::int64_t kx = 0; kx < w.kernel.width; ++kx) {
                    const std::int64_t iy
                        = y * w.stride.height - w.padding.height + ky * w.dilation.height;
                    const std::int64_t ix
                        = x * w.stride.width - w.padding.width + kx * w.dilation.width;
                    if (in.box.contains(iy, ix))
                        in.at(iy, ix) += count;
                }
            }
        }
    }
    return in;
}

Grid backThrough(const std::vector<Layer>& layers, Grid grid, Shape shape);

Grid backThroughResidual(const Residual& residual, const Grid& out, const Shape& shape)
{
    const Grid body = backThrough(residual.body, out, shape);
    Grid sum(joined(body.box, out.box));
    for (const Grid* part : {&body, &out}) {
        if (part->box.isEmpty())
            continue;
        std::size_t i = 0;
        for (std::int64_t y = part->box.y0; y <= part->box.y1; ++y)
            for (std::int64_t x = part->box.x0; x <= part->box.x1; ++x)
                sum.at(y, x) += part->values[i++];
    }
    return sum;
}

/// `shape` is that of the input of the first layer.
Grid backThrough(const std::vector<Layer>& layers, Grid grid, Shape shape)
{
    std::vector<Shape> inputs;
    for (const Layer& layer : layers) {
        inputs.push_back(shape);
        shape = *outShape(layer, shape, {});
    }
    for (std::size_t i = layers.size(); i-- > 0 && !grid.box.isEmpty();) {
        const Extent size{inputs[i][2], inputs[i][3]};
        if (const auto* residual = std::get_if<Residual>(&layers[i].type))
            grid = backThroughResidual(*residual, grid, inputs[i]);
        else
            grid = backThrough(*windowOf(layers[i]), grid, size);
    }
    return grid;
}

/// One axis of the field of `inner` seen through the layers before it, `outer`.
void extend(std::int64_t& size, std::int64_t& stride, std::int64_t& padding,
            std::int64_t kernelReach, std::int64_t layerStride, std::int64_t layerPadding)
{
    size += (kernelReach - 1) * stride;
    padding += layerPadding * stride;
    stride *= layerStride;
}

TheoreticalField fieldOf(const std::vector<Layer>& layers)
{
    TheoreticalField field;
    for (const Layer& layer : layers) {
        Window window;
        if (const auto* residual = std::get_if<Residual>(&layer.type)) {
            // The body keeps the size, so it and the shortcut lie over the same positions.
            const TheoreticalField body = fieldOf(residual->body);
            const auto cover = [](std::int64_t size, std::int64_t padding) {
                return std::max(size - padding, std::int64_t{1})
                    + std::max(padding, std::int64_t{0});
            };
            window.kernel = {cover(body.size.height, body.padding.height),
                             cover(body.size.width, body.padding.width)};
            window.padding = {std::max(body.padding.height, std::int64_t{0}),
                              std::max(body.padding.width, std::int64_t{0})};
            window.stride = body.stride;
        } else {
            window = *windowOf(layer);
        }
        extend(field.size.height, field.stride.height, field.padding.height,
               reach(window.kernel.height, window.dilation.height), window.stride.height,
               window.padding.height);
        extend(field.size.width, field.stride.width, field.padding.width,
               reach(window.kernel.width, window.dilation.width), window.stride.width,
               window.padding.width);
    }
    return field;
}

} // namespace

TheoreticalField theoreticalField(const BranchSpec& spec)
{
    return fieldOf(spec.layers);
}

PixelBox fieldBox(const TheoreticalField& field, std::int64_t y, std::int64_t x)
{
    const std::int64_t y0 = y * field.stride.height - field.padding.height;
    const std::int64_t x0 = x * field.stride.width - field.padding.width;
    return {y0, x0, y0 + field.size.height - 1, x0 + field.size.width - 1};
}

double PathCounts::at(std::int64_t y, std::int64_t x) const
{
    if (!box.contains(y, x))
        return 0.0;
    return counts[static_cast<std::size_t>((y - box.y0) * box.width() + (x - box.x0))];
}

Result<Extent> outputSize(const BranchSpec& spec, Extent size)
{
    ASSIGN_OR_RETURN(const std::vector<Shape> shapes,
                     layerShapes(spec, {1, spec.inChannels, size.height, size.width}));
    return Extent{shapes.back()[2], shapes.back()[3]};
}

Result<PathCounts> pathCounts(const BranchSpec& spec, Extent size, std::int64_t y, std::int64_t x)
{
    ASSIGN_OR_RETURN(const Extent out, outputSize(spec, size));
    if (y < 0 || y >= out.height || x < 0 || x >= out.width)
        return Error{ErrorCode::InvalidArgument,
                     QT_TRANSLATE_NOOP("core", "position %1,%2 is outside the output of %3"),
                     {std::to_string(y), std::to_string(x), out.text()}};
    Grid last({y, x, y, x});
    last.values = {1.0};
    Grid counts
        = backThrough(spec.layers, std::move(last), {1, spec.inChannels, size.height, size.width});
    return PathCounts{counts.box, std::move(counts.values)};
}

} // namespace factorscope
