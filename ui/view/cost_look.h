#pragma once

#include "core/cost/network_cost.h"
#include "core/experiment/networks.h"

#include <memory>
#include <string>
#include <vector>

namespace factorscope {

struct MidTiming;

/// What the view of the costs shows.
enum class CostPage { Curves, Modules, Formulas, Conventions, Network };

/// What is drawn over C_mid.
enum class CurveQuantity { Weights, Params, Macs, ActivationMemory, Time };
inline constexpr std::array kCurveQuantities{CurveQuantity::Weights, CurveQuantity::Params,
                                             CurveQuantity::Macs, CurveQuantity::ActivationMemory,
                                             CurveQuantity::Time};

/// How the costs are looked at.
struct CostLook {
    CostPage page = CostPage::Curves;
    CurveQuantity quantity = CurveQuantity::Weights;
    std::shared_ptr<const MidTiming> timing; ///< the last one, of whatever experiment; may be null

    const Network* network = &networks().front();
    MidRule midRule = MidRule::Out; ///< of the modules of a network and of the points over α
    std::vector<ModuleMid> moduleMids; ///< of that network, other than by the rule

    std::string number; ///< that a tool printed and that is to be explained; may be empty
    std::string rule = "macs"; ///< one of countRules() …
    std::string otherRule = "macs-bias"; ///< … and the one it is compared with
    bool operator==(const CostLook&) const = default;
};

} // namespace factorscope
