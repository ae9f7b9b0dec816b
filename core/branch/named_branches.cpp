#include "core/branch/named_branches.h"

#include <utility>

namespace factorscope {
namespace {

/// Collects layers, with what the options add to each.
class Builder {
public:
    explicit Builder(const BranchOptions& options) : m_options(options) {}

    /// A convolution that keeps the size of the map.
    void conv(std::int64_t outChannels, Extent kernel, std::int64_t groups = 1)
    {
        m_layers.push_back({Conv2d{.outChannels = outChannels,
                                   .kernel = kernel,
                                   .padding = {kernel.height / 2, kernel.width / 2},
                                   .groups = groups,
                                   .bias = m_options.bias}});
    }
    void depthwiseThenPointwise(std::int64_t in, std::int64_t out)
    {
        conv(in, {3, 3}, in);
        conv(out, {1, 1});
    }
    void norm()
    {
        if (m_options.batchNorm)
            m_layers.push_back({BatchNorm{}});
    }
    void between()
    {
        norm();
        if (m_options.between == Between::Relu)
            m_layers.push_back({Relu{}});
        else if (m_options.between == Between::Leaky)
            m_layers.push_back({LeakyRelu{m_options.leakySlope}});
    }
    std::vector<Layer> ended() &&
    {
        norm();
        if (m_options.residual != ResidualKind::None) {
            const bool identity = m_options.residual == ResidualKind::Identity;
            Residual residual{identity ? Shortcut::Identity : Shortcut::Conv1x1,
                              std::move(m_layers)};
            m_layers = {Layer{std::move(residual)}};
        }
        m_layers.push_back({Relu{}});
        return std::move(m_layers);
    }

private:
    const BranchOptions& m_options;
    std::vector<Layer> m_layers;
};

} // namespace

BranchSpec namedBranch(BranchKind kind, const BranchOptions& options)
{
    const std::int64_t in = options.inChannels;
    const std::int64_t mid = options.midChannels;
    const std::int64_t out = options.outChannels;
    Builder builder(options);
    switch (kind) {
    case BranchKind::Original:
        builder.conv(out, {5, 5});
        break;
    case BranchKind::Decomposed:
        builder.conv(mid, {3, 3});
        builder.between();
        builder.conv(out, {3, 3});
        break;
    case BranchKind::Separable:
        builder.depthwiseThenPointwise(in, mid);
        builder.between();
        builder.depthwiseThenPointwise(mid, out);
        break;
    case BranchKind::Asymmetric:
        builder.conv(mid, {1, 5});
        builder.between();
        builder.conv(out, {5, 1});
        break;
    }
    return {std::string(branchKindName(kind)), in, options.mode, std::move(builder).ended()};
}

std::optional<MidLayers> midLayers(BranchKind kind, const BranchOptions& options)
{
    if (kind == BranchKind::Original)
        return {};
    const int convolutions = kind == BranchKind::Separable ? 2 : 1;
    const int last = convolutions - 1 + (options.batchNorm ? 1 : 0);
    LayerPath before;
    if (options.residual != ResidualKind::None)
        before.push_back(0);
    before.push_back(last);
    MidLayers layers{before, {}};
    if (options.between != Between::None) {
        layers.after = before;
        ++layers.after->back();
    }
    return layers;
}

} // namespace factorscope
