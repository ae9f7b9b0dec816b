#pragma once

#include "core/image/channel_covariance.h"

#include <optional>
#include <span>

namespace factorscope {

/// How many dimensions a spectrum is spread over: exp(−Σ pᵢ ln pᵢ) with pᵢ = λᵢ / Σλ. It is n for n
/// equal values and 1 where one is all. Values at or below 0, such as rounding leaves of them,
/// count as 0; 0 where none is above. After O. Roy & M. Vetterli, "The effective rank: a measure of
/// effective dimensionality", EUSIPCO 2007.
double effectiveRank(std::span<const double> spectrum);

/// That of the eigenvalues (which are the singular values) of the covariance of channels with each
/// other: how many independent maps a layer is worth. Nothing where values are not finite. Time
/// O(C³).
std::optional<double> effectiveRank(const ChannelCovariance& covariance);

} // namespace factorscope
