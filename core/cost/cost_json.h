#pragma once

#include "core/cost/cost.h"
#include "core/json/json.h"

namespace factorscope {

/// {"params","weights","macs","flops","activation_bytes","receptive_field":[h,w],"layers":[…]}
Json toJson(const CostReport& report);

/// {"params","weights","macs","activation_bytes"}
Json toJson(const CostRatio& ratio);

} // namespace factorscope
