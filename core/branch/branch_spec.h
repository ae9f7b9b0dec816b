#pragma once

#include "core/tensor/shape.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace factorscope {

struct Layer;

/// torch.nn.Conv2d with zero padding.
struct Conv2d {
    std::int64_t outChannels = 1;
    Extent kernel{1, 1};
    Extent padding{0, 0};
    Extent stride{1, 1};
    Extent dilation{1, 1};
    std::int64_t groups = 1;
    bool bias = true;
    bool operator==(const Conv2d&) const = default;
};

struct Relu {
    bool operator==(const Relu&) const = default;
};

struct LeakyRelu {
    double slope = 0.01; ///< of the negative side
    bool operator==(const LeakyRelu&) const = default;
};

/// torch.nn.BatchNorm2d: affine, with running statistics.
struct BatchNorm {
    double eps = 1e-5;
    bool operator==(const BatchNorm&) const = default;
};

enum class Shortcut { Identity, Conv1x1 };

/// body(x) + shortcut(x). The 1×1 convolution has a bias.
struct Residual {
    Shortcut shortcut = Shortcut::Identity;
    std::vector<Layer> body;
    bool operator==(const Residual&) const;
};

/// One layer. A new type is one struct more here; the compiler then names every place that must
/// say what it means.
struct Layer {
    std::variant<Conv2d, Relu, LeakyRelu, BatchNorm, Residual> type;
    bool operator==(const Layer&) const = default;
};

inline bool Residual::operator==(const Residual& other) const
{
    return shortcut == other.shortcut && body == other.body;
}

/// Whether BatchNorm uses the running statistics or those of the batch.
enum class Mode { Eval, Train };

/// A branch: layers one after the other, as PyTorch's nn.Sequential called `branch`.
struct BranchSpec {
    std::string name;
    std::int64_t inChannels = 1;
    Mode mode = Mode::Eval;
    std::vector<Layer> layers;
    bool operator==(const BranchSpec&) const = default;
};

/// Where a layer stands: {2} is the third of the branch, {0, 1} the second in the body of the
/// first. Messages show it as "2" and "0.1".
using LayerPath = std::vector<int>;
std::string pathText(const LayerPath& path);

/// For a visit that names every type and has no default arm.
template <typename... Arms>
struct Visitor : Arms... {
    using Arms::operator()...;
};

} // namespace factorscope
