#pragma once

#include "core/image/picture.h"
#include "core/result/result.h"

#include <stop_token>

namespace factorscope {

/// The picture at exactly `size`: scaled in proportion until it covers the size, by an antialiased
/// triangle filter, then cut about its centre. The same size gives the same numbers.
Result<Picture> resized(const Picture& picture, Extent size, const std::stop_token& stop = {});

} // namespace factorscope
