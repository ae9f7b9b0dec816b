#include "core/image/effective_rank.h"

#include "core/result/expects.h"

#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cmath>
#include <limits>

namespace factorscope {

double effectiveRank(std::span<const double> spectrum)
{
    double sum = 0.0;
    for (const double value : spectrum)
        sum += std::max(value, 0.0);
    if (sum <= 0.0)
        return 0.0;
    double entropy = 0.0;
    for (const double value : spectrum) {
        const double share = std::max(value, 0.0) / sum;
        if (share > 0.0)
            entropy -= share * std::log(share);
    }
    return std::exp(entropy);
}

std::optional<double> effectiveRank(const ChannelCovariance& covariance)
{
    EXPECTS(covariance.rows == covariance.columns);
    const auto channels = static_cast<Eigen::Index>(covariance.rows);
    const Eigen::Map<const Eigen::MatrixXd> matrix(covariance.values.data(), channels, channels);
    if (!matrix.allFinite())
        return {};
    if (channels == 0)
        return 0.0;
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(matrix, Eigen::EigenvaluesOnly);
    if (solver.info() != Eigen::Success)
        return {};
    const Eigen::VectorXd& values = solver.eigenvalues();
    // What is left of a zero eigenvalue is rounding: no dimension of the layer.
    const double rounding = static_cast<double>(channels) * std::numeric_limits<double>::epsilon()
        * values.cwiseAbs().maxCoeff();
    std::vector<double> spectrum;
    for (const double value : values)
        spectrum.push_back(value > rounding ? value : 0.0);
    return effectiveRank(spectrum);
}

} // namespace factorscope
