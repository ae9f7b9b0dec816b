#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <span>
#include <stop_token>

namespace factorscope {

/// PyTorch's random numbers on the CPU after torch.manual_seed(seed). uniform() has the same bits,
/// normal() the same to about 1e-6, as logarithm and cosine differ between libraries.
class TorchGenerator {
public:
    /// PyTorch, too, keeps the low 32 bits of the seed only.
    explicit TorchGenerator(std::uint64_t seed);

    /// torch.Tensor.uniform_(low, high), computed in float with one rounding.
    void uniform(std::span<float> values, float low, float high);

    /// torch.randn. Half-filled when stopped: the answer is then false.
    bool normal(std::span<float> values, const std::stop_token& stop = {});

private:
    float nextFloat();   ///< 24 bits in [0, 1)
    double nextDouble(); ///< 53 bits in [0, 1)
    double nextNormal();
    void fewNormals(std::span<float> values);

    std::mt19937 m_engine;
    std::optional<double> m_spareNormal; ///< the second of a pair, for the next short tensor
};

} // namespace factorscope
