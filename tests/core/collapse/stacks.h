#pragma once

#include "core/branch/layer_traits.h"
#include "core/weights/initialize.h"

#include <algorithm>
#include <memory>
#include <random>

namespace factorscope {

/// Draws linear branches of all kinds of layers.
class RandomStacks {
public:
    explicit RandomStacks(unsigned seed) : m_engine(seed), m_generator(seed) {}

    enum class Layers {
        All,
        Movable, ///< whose padding can be moved to the first: no residual, no shift before it
    };

    BranchSpec spec(Layers kinds)
    {
        BranchSpec spec{.name = "random", .inChannels = 2 * upTo(3), .layers = {}};
        std::int64_t channels = spec.inChannels;
        const bool isMovable = kinds == Layers::Movable;
        const std::int64_t layers = upTo(4);
        for (std::int64_t i = 0; i < layers; ++i) {
            const std::int64_t kind = upTo(isMovable ? 4 : 6);
            if (kind == 4 && (i > 0 || !isMovable))
                spec.layers.push_back({BatchNorm{.eps = 1e-3}});
            else if (kind > 4)
                spec.layers.push_back({residual(channels, 1)});
            else
                spec.layers.push_back({convolution(channels)});
            channels = channelsAfter({spec.layers.back()}, channels);
        }
        return spec;
    }

    /// Of every tensor, those of BatchNorm too.
    TensorMap weights(const BranchSpec& spec)
    {
        TensorMap tensors = initialized(spec, m_generator);
        for (const Parameter& parameter : parametersOf(spec)) {
            const bool isNorm
                = parameter.role != ParameterRole::Weight && parameter.role != ParameterRole::Bias;
            if (isNorm)
                m_generator.uniform(tensors.at(parameter.name).values(), 0.5F, 1.5F);
        }
        return tensors;
    }

    SharedTensor input(std::int64_t channels, Extent size)
    {
        Tensor values = Tensor::uninitialized({1, channels, size.height, size.width});
        m_generator.normal(values.values());
        return std::make_shared<const Tensor>(std::move(values));
    }

private:
    std::int64_t upTo(std::int64_t most)
    {
        return std::uniform_int_distribution<std::int64_t>(1, most)(m_engine);
    }

    Conv2d convolution(std::int64_t channels)
    {
        const bool isGrouped = channels % 2 == 0 && upTo(3) == 1;
        return {.outChannels = 2 * upTo(3),
                .kernel = {upTo(3), upTo(3)},
                .padding = {upTo(3) - 1, upTo(3) - 1},
                .stride = {upTo(4) / 3 + 1, upTo(4) / 3 + 1},
                .dilation = {upTo(2), upTo(2)},
                .groups = isGrouped ? 2 : 1,
                .bias = upTo(2) == 1};
    }

    /// Its body keeps the size.
    Residual residual(std::int64_t channels, int depth)
    {
        Residual made;
        made.shortcut = upTo(2) == 1 ? Shortcut::Identity : Shortcut::Conv1x1;
        Conv2d first{.outChannels = 2 * upTo(3), .kernel = {3, 1}, .padding = {1, 0}};
        Conv2d second{.outChannels = 2 * upTo(3),
                      .kernel = {3, 5},
                      .padding = {2, 2},
                      .dilation = {2, 1},
                      .bias = false};
        if (made.shortcut == Shortcut::Identity)
            second.outChannels = channels;
        made.body = {{first}};
        if (depth < 3 && upTo(2) == 1)
            made.body.push_back({residual(first.outChannels, depth + 1)});
        made.body.push_back({BatchNorm{}});
        made.body.push_back({second});
        return made;
    }

    std::mt19937 m_engine;
    TorchGenerator m_generator;
};

/// A branch without the activations that end it.
inline BranchSpec withoutTrailing(BranchSpec spec)
{
    while (!spec.layers.empty()
           && (std::holds_alternative<Relu>(spec.layers.back().type)
               || std::holds_alternative<LeakyRelu>(spec.layers.back().type)))
        spec.layers.pop_back();
    return spec;
}

} // namespace factorscope
