#pragma once

#include "core/tensor/shape.h"

#include <cstdint>
#include <string>

namespace factorscope {

/// One two-dimensional convolution (cross-correlation, as the field says it) with zero padding:
/// everything that decides which engine runs it and what it costs, and no data.
///
///   in (N,C,H,W), weights (OC,C/groups,KH,KW), bias (OC) or none, out (N,OC,OH,OW)
struct ConvProblem {
    std::int64_t batch = 1;
    std::int64_t inChannels = 1;
    Extent inSize{1, 1};
    std::int64_t outChannels = 1;
    Extent kernel{1, 1};
    Extent padding{0, 0};
    Extent stride{1, 1};
    Extent dilation{1, 1};
    std::int64_t groups = 1;

    bool operator==(const ConvProblem&) const = default;

    Extent outSize() const; ///< meaningful when the kernel fits the padded input
    std::int64_t inChannelsPerGroup() const { return inChannels / groups; }
    std::int64_t outChannelsPerGroup() const { return outChannels / groups; }
    std::int64_t patchElements() const; ///< (C/groups)·KH·KW: terms of one sum
    std::int64_t
    macs() const; ///< of the whole batch, padding counted; 2^63 − 1 where they are more

    Shape inShape() const;
    Shape weightShape() const;
    Shape outShape() const;
};

/// Rows or columns that a kernel covers: (k − 1)·dilation + 1.
std::int64_t reach(std::int64_t kernel, std::int64_t dilation);

} // namespace factorscope
