#include "core/weights/hand_made.h"

#include "core/weights/torch_generator.h"

#include <Eigen/Eigenvalues>
#include <Eigen/SVD>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace factorscope {
namespace {

constexpr double kGolden = std::numbers::phi;

template <typename Function>
Kernel5x5 sampled(const Function& value)
{
    Kernel5x5 kernel{};
    for (int y = -2; y <= 2; ++y)
        for (int x = -2; x <= 2; ++x)
            kernel[static_cast<std::size_t>((y + 2) * 5 + x + 2)] = value(double(x), double(y));
    return kernel;
}

Kernel5x5 laplacianOfGaussian(double sigma)
{
    const double s2 = sigma * sigma;
    Kernel5x5 kernel = sampled([s2](double x, double y) {
        const double r2 = x * x + y * y;
        return (r2 - 2.0 * s2) / (s2 * s2) * std::exp(-r2 / (2.0 * s2));
    });
    double mean = 0.0;
    for (const double value : kernel)
        mean += value / 25.0;
    for (double& value : kernel)
        value -= mean;
    return kernel;
}

Kernel5x5 gabor(const KernelShape& shape)
{
    const double angle = shape.gaborAngle * std::numbers::pi / 180.0;
    const double cosine = std::cos(angle);
    const double sine = std::sin(angle);
    const double s2 = shape.gaborSigma * shape.gaborSigma;
    return sampled([&](double x, double y) {
        const double along = x * cosine + y * sine;
        const double across = shape.gaborAspect * (y * cosine - x * sine);
        return std::exp(-(along * along + across * across) / (2.0 * s2))
            * std::cos(2.0 * std::numbers::pi * along / shape.gaborWavelength);
    });
}

/// Pixels whose middle lies on the disk.
Kernel5x5 disk(double radius)
{
    return sampled(
        [r2 = radius * radius](double x, double y) { return x * x + y * y <= r2 ? 1.0 : 0.0; });
}

Kernel5x5 randomKernel(std::uint64_t seed)
{
    std::array<float, 25> drawn{};
    TorchGenerator(seed).normal(drawn);
    Kernel5x5 kernel{};
    std::ranges::copy(drawn, kernel.begin());
    return kernel;
}

Taps3 scaled(const Taps3& taps, double factor)
{
    return {taps[0] * factor, taps[1] * factor, taps[2] * factor};
}

/// The pairs that are known by heart.
std::optional<SeparablePair> knownPair(HandMade kind)
{
    constexpr Taps3 delta{0.0, 1.0, 0.0};
    constexpr Taps3 binomial{1.0, 2.0, 1.0};
    switch (kind) {
    case HandMade::Identity:
        return SeparablePair{delta, delta, delta, delta};
    case HandMade::Box: { // [1 1 1 1 1] = [1 φ 1] ∗ [1 1−φ 1]
        const Taps3 first = scaled({1.0, kGolden, 1.0}, std::sqrt(0.2));
        const Taps3 second = scaled({1.0, 1.0 - kGolden, 1.0}, std::sqrt(0.2));
        return SeparablePair{first, first, second, second};
    }
    case HandMade::Binomial: {
        const Taps3 quarter = scaled(binomial, 0.25);
        return SeparablePair{quarter, quarter, quarter, quarter};
    }
    case HandMade::Sobel:
        return SeparablePair{binomial, binomial, {1.0, 0.0, -1.0}, binomial};
    case HandMade::Log:
    case HandMade::Gabor:
    case HandMade::Disk:
    case HandMade::Random:
    case HandMade::Painted:
    case HandMade::Matched:
        break;
    }
    return {};
}

Kernel5x5 productOf(const SeparablePair& pair)
{
    const Taps5 column = product(pair.firstColumn, pair.secondColumn);
    const Taps5 row = product(pair.firstRow, pair.secondRow);
    Kernel5x5 kernel{};
    for (std::size_t y = 0; y < 5; ++y)
        for (std::size_t x = 0; x < 5; ++x)
            kernel[y * 5 + x] = column[y] * row[x];
    return kernel;
}

/// The roots of a polynomial given by its coefficients, the constant first, the last not zero.
std::vector<std::complex<double>> roots(const std::vector<double>& coefficients)
{
    const auto degree = static_cast<Eigen::Index>(coefficients.size()) - 1;
    if (degree == 0)
        return {};
    Eigen::MatrixXd companion = Eigen::MatrixXd::Zero(degree, degree);
    for (Eigen::Index i = 0; i < degree; ++i) {
        if (i + 1 < degree)
            companion(i + 1, i) = 1.0;
        companion(i, degree - 1) = -coefficients[static_cast<std::size_t>(i)] / coefficients.back();
    }
    const Eigen::VectorXcd values = companion.eigenvalues();
    return {values.begin(), values.end()};
}

/// Two factors of three taps whose product is `taps`, of equal norm.
std::pair<Taps3, Taps3> quadraticFactors(const Taps5& taps)
{
    const double largest = std::abs(*std::ranges::max_element(
        taps, [](double a, double b) { return std::abs(a) < std::abs(b); }));
    std::vector<double> coefficients(taps.begin(), taps.end());
    while (coefficients.size() > 1 && std::abs(coefficients.back()) < 1e-13 * largest)
        coefficients.pop_back();
    // Conjugates come to lie side by side, real roots in order.
    auto all = roots(coefficients);
    std::ranges::sort(all, [](const auto& a, const auto& b) {
        const bool aReal = std::abs(a.imag()) < 1e-9 * std::abs(a);
        const bool bReal = std::abs(b.imag()) < 1e-9 * std::abs(b);
        return std::tuple(aReal, a.real(), std::abs(a.imag()))
            < std::tuple(bReal, b.real(), std::abs(b.imag()));
    });
    std::array<Taps3, 2> factors{{{1.0, 0.0, 0.0}, {1.0, 0.0, 0.0}}};
    for (std::size_t i = 0; i < all.size(); i += 2) {
        const bool isPair = i + 1 < all.size();
        factors[i / 2] = isPair
            ? Taps3{(all[i] * all[i + 1]).real(), -(all[i] + all[i + 1]).real(), 1.0}
            : Taps3{-all[i].real(), 1.0, 0.0};
    }
    const auto norm = [](const Taps3& t) { return std::hypot(t[0], t[1], t[2]); };
    const double lead = coefficients.back() / 1.0;
    const double balance = std::sqrt(std::abs(lead) * norm(factors[1]) / norm(factors[0]));
    return {scaled(factors[0], balance), scaled(factors[1], lead / balance)};
}

std::vector<SeparablePair> pairsBySingularValues(const Kernel5x5& kernel)
{
    using Matrix5 = Eigen::Matrix<double, 5, 5, Eigen::RowMajor>;
    const Matrix5 matrix = Eigen::Map<const Matrix5>(kernel.data());
    const Eigen::JacobiSVD<Matrix5> svd(matrix, Eigen::ComputeFullU | Eigen::ComputeFullV);
    std::vector<SeparablePair> pairs;
    for (Eigen::Index i = 0; i < 5; ++i) {
        const double value = svd.singularValues()[i];
        if (value <= 1e-12 * svd.singularValues()[0])
            break;
        Taps5 column{};
        Taps5 row{};
        for (Eigen::Index t = 0; t < 5; ++t) {
            column[static_cast<std::size_t>(t)] = svd.matrixU()(t, i) * std::sqrt(value);
            row[static_cast<std::size_t>(t)] = svd.matrixV()(t, i) * std::sqrt(value);
        }
        const auto [firstColumn, secondColumn] = quadraticFactors(column);
        const auto [firstRow, secondRow] = quadraticFactors(row);
        pairs.push_back({firstColumn, firstRow, secondColumn, secondRow});
    }
    return pairs;
}

} // namespace

Taps5 product(const Taps3& a, const Taps3& b)
{
    Taps5 taps{};
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j)
            taps[i + j] += a[i] * b[j];
    return taps;
}

Kernel5x5 handMadeKernel(const HandMadeChoice& choice)
{
    switch (choice.kind) {
    case HandMade::Identity:
    case HandMade::Box:
    case HandMade::Binomial:
    case HandMade::Sobel:
        return productOf(*knownPair(choice.kind));
    case HandMade::Log:
        return laplacianOfGaussian(choice.shape.logSigma);
    case HandMade::Gabor:
        return gabor(choice.shape);
    case HandMade::Disk:
        return disk(choice.shape.diskRadius);
    case HandMade::Random:
        return randomKernel(choice.seed);
    case HandMade::Painted:
        return choice.shape.painted;
    case HandMade::Matched:
        break;
    }
    EXPECTS(choice.kind != HandMade::Matched);
    return {};
}

std::vector<SeparablePair> separablePairs(const HandMadeChoice& choice)
{
    if (const auto known = knownPair(choice.kind))
        return {*known};
    return pairsBySingularValues(handMadeKernel(choice));
}

} // namespace factorscope
