#pragma once

#include "core/result/result.h"
#include "ui/view/view_state.h"

#include <string>

namespace factorscope {

/// "118,64" as row and column.
Result<Position> positionFromText(const std::string& text);

/// "3,0,2" as channel, row and column of a tap.
Result<TapPlace> tapFromText(const std::string& text);

} // namespace factorscope
