#include "app/cost_look_options.h"

#include "app/network_text.h"
#include "core/cost/count_finder.h"

#include <CLI/App.hpp>

#include <algorithm>
#include <array>

namespace factorscope {
namespace {

constexpr std::array<std::string_view, kCurveQuantities.size()> kQuantityNames{
    "weights", "params", "macs", "memory", "time"};

Error invalid(const char* text, std::vector<std::string> arguments)
{
    return {ErrorCode::InvalidArgument, text, std::move(arguments)};
}

std::string ruleNames()
{
    std::string names;
    for (const CountRule& rule : countRules())
        names.append(names.empty() ? "" : ", ").append(rule.id);
    return names;
}

Result<void> requireRule(const std::string& id)
{
    if (findCountRule(id))
        return {};
    return invalid(QT_TRANSLATE_NOOP("core", "the rule of counting '%1' is none of %2"),
                   {id, ruleNames()});
}

} // namespace

void CostLookOptions::addTo(CLI::App& command)
{
    command.add_option("--quantity", m_quantity,
                       "of the cost curves: weights, params, macs, memory, or time, which is "
                       "measured");
    command.add_option("--network", m_network, "of the cost's network: googlenet or inception-v2");
    command.add_option("--mid-rule", m_midRule,
                       "C_mid of the network's modules: c-out, geometric-mean, c-in, parity");
    command
        .add_option("--module-mid", m_moduleMids, "C_mid of one module, such as 3a=23; repeatable")
        ->expected(1)
        ->take_all();
    command.add_option("--identify", m_number,
                       "of the conventions: a number whose rule of counting is looked for");
    command.add_option("--count-rule", m_rule, "of the conventions: one of " + ruleNames());
    command.add_option("--other-rule", m_otherRule,
                       "of the conventions: the rule that it is compared with");
}

Result<void> CostLookOptions::describe(CostLook& look) const
{
    const auto* quantity = std::ranges::find(kQuantityNames, m_quantity);
    if (quantity == kQuantityNames.end())
        return invalid(QT_TRANSLATE_NOOP("core",
                                         "--quantity is weights, params, macs, memory or time, not "
                                         "'%1'"),
                       {m_quantity});
    look.quantity = kCurveQuantities[static_cast<std::size_t>(quantity - kQuantityNames.begin())];
    ASSIGN_OR_RETURN(look.network, networkFromText(m_network));
    ASSIGN_OR_RETURN(look.midRule, midRuleFromText(m_midRule));
    ASSIGN_OR_RETURN(look.moduleMids, moduleMidsFromTexts(m_moduleMids, *look.network));
    RETURN_IF_ERROR(costOfNetwork(*look.network, look.midRule, look.moduleMids));
    if (!m_number.empty()) {
        RETURN_IF_ERROR(printedNumber(m_number));
    }
    look.number = m_number;
    RETURN_IF_ERROR(requireRule(m_rule));
    RETURN_IF_ERROR(requireRule(m_otherRule));
    look.rule = m_rule;
    look.otherRule = m_otherRule;
    return {};
}

} // namespace factorscope
