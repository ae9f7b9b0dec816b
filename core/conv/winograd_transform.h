#pragma once

#include <array>

namespace factorscope {

// Winograd's minimal filtering, after Toom and Cook. In one dimension F(M,R) makes M outputs of a
// kernel g with R taps out of N = M + R − 1 inputs d with N multiplications instead of M·R:
//
//   y = Aᵀ [ (G g) ⊙ (Bᵀ d) ]
//
// Read as polynomials, G evaluates the kernel at N points, Bᵀ (the transpose of interpolation)
// brings the inputs to the same points, Aᵀ (the transpose of evaluation) brings the products back.
// In two dimensions each transform is applied to the columns and then to the rows of a tile.
//
// The points are 0, pairs ±p and infinity. Pairs let a transform share its even and odd part, and
// small simple points keep rounding errors low: those below did best among thousands tried.

template <int N>
struct WinogradPoints;
template <>
struct WinogradPoints<6> {
    static constexpr std::array<double, 2> kPairs{0.625, 1.5};
};
template <>
struct WinogradPoints<8> {
    static constexpr std::array<double, 3> kPairs{1.0, 2.0, 0.5};
};

/// The numbers of F(M,R), worked out by the compiler. Position 0 is the point 0, 1 + 2k and 2 + 2k
/// are +p_k and −p_k, N − 1 is infinity.
template <int M, int R>
struct WinogradTransform {
    static constexpr int kOutputs = M;
    static constexpr int kTaps = R;
    static constexpr int kInputs = M + R - 1; ///< N
    static constexpr auto kPairs = WinogradPoints<kInputs>::kPairs;
    static constexpr int kPairCount = static_cast<int>(kPairs.size());
    static_assert(2 * kPairCount + 2 == kInputs);

    /// Coefficients of ∏(y − p²) over all pairs but `without`, lowest power first, the highest is
    /// one. `without` = kPairCount leaves none out.
    static constexpr std::array<double, kPairCount + 1> product(int without)
    {
        std::array<double, kPairCount + 1> coefficients{1.0};
        for (int pair = 0; pair < kPairCount; ++pair) {
            if (pair == without)
                continue;
            const double root
                = kPairs[static_cast<std::size_t>(pair)] * kPairs[static_cast<std::size_t>(pair)];
            for (std::size_t i = kPairCount; i > 0; --i)
                coefficients[i] = coefficients[i - 1] - root * coefficients[i];
            coefficients[0] *= -root;
        }
        return coefficients;
    }

    static constexpr double point(int position)
    {
        const double p = kPairs[static_cast<std::size_t>((position - 1) / 2)];
        return position == 0 ? 0.0 : position % 2 == 1 ? p : -p;
    }

    using Matrix = std::array<std::array<double, static_cast<std::size_t>(kInputs)>,
                              static_cast<std::size_t>(kInputs)>;

    /// Bᵀ (N,N): row i holds the coefficients of the polynomial that vanishes at all finite points
    /// but the i-th; for ±p it is x·(x ± p)·∏(x² − q²) over the other pairs.
    static constexpr Matrix inputMatrix()
    {
        Matrix b{};
        const auto all = product(kPairCount);
        for (std::size_t i = 0; i <= kPairCount; ++i)
            b[0][2 * i] = b[kInputs - 1][2 * i + 1] = all[i];
        for (int position = 1; position < kInputs - 1; ++position) {
            const auto others = product((position - 1) / 2);
            auto& row = b[static_cast<std::size_t>(position)];
            for (std::size_t i = 0; i < kPairCount; ++i) {
                row[2 * i + 1] = point(position) * others[i];
                row[2 * i + 2] = others[i];
            }
        }
        return b;
    }

    /// G (N,R), in its first R columns: the powers of each point, divided by what the polynomial of
    /// Bᵀ is there.
    static constexpr Matrix kernelMatrix()
    {
        Matrix g{};
        const Matrix b = inputMatrix();
        for (int position = 0; position < kInputs - 1; ++position) {
            const auto at = static_cast<std::size_t>(position);
            const double x = point(position);
            double value = 0.0;
            for (std::size_t i = kInputs; i-- > 0;)
                value = value * x + b[at][i];
            double power = 1.0;
            for (std::size_t tap = 0; tap < R; ++tap) {
                g[at][tap] = power / value;
                power *= x;
            }
        }
        g[kInputs - 1][R - 1] = 1.0;
        return g;
    }

    /// Aᵀ (M,N), in its first M rows: the powers of each point.
    static constexpr Matrix outputMatrix()
    {
        Matrix a{};
        for (int position = 0; position < kInputs - 1; ++position) {
            double power = 1.0;
            for (std::size_t k = 0; k < M; ++k) {
                a[k][static_cast<std::size_t>(position)] = power;
                power *= point(position);
            }
        }
        a[M - 1][kInputs - 1] = 1.0;
        return a;
    }
};

} // namespace factorscope
