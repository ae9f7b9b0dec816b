#pragma once

#include "core/cost/network_cost.h"
#include "ui/cost/text_table.h"
#include "ui/view/cost_look.h"

namespace factorscope {

/// What the modules of the chosen network cost. Its C_mid are checked where they are set.
NetworkCost networkOf(const CostLook& look);

QString midRuleTitle(MidRule rule); ///< "√(C_in·C_out)"

/// The column of C_mid.
inline constexpr int kNetworkMidColumn = 2;
/// A row for each module, then the sum.
TextTable networkTextTable(const NetworkCost& network, const Theme& theme);
/// What two 3×3 change in all of them, and what the article's −28 % would take.
QString networkInWords(const NetworkCost& network, const CostLook& look);

/// The preset of a module's row; nothing for the sum.
const Preset* presetOfRow(const Network& network, int row);

} // namespace factorscope
