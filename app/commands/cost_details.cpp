#include "app/commands/cost_details.h"

#include "app/network_text.h"
#include "app/number_text.h"
#include "core/experiment/cost_tables.h"

#include <algorithm>

namespace factorscope {
namespace {

Error invalid(const char* text, std::vector<std::string> arguments)
{
    return {ErrorCode::InvalidArgument, text, std::move(arguments)};
}

Result<NetworkCost> networkOf(const CostDetails& details)
{
    ASSIGN_OR_RETURN(const Network* network, networkFromText(details.network));
    ASSIGN_OR_RETURN(const MidRule rule, midRuleFromText(details.midRule));
    ASSIGN_OR_RETURN(const std::vector<ModuleMid> mids,
                     moduleMidsFromTexts(details.moduleMids, *network));
    return costOfNetwork(*network, rule, mids);
}

std::vector<std::string> networkRow(const std::string& name, const std::string& channels,
                                    const Cost& original, const Cost& decomposed)
{
    const CostRatio ratio = ratioOf(decomposed, original);
    return {name,
            channels,
            groupedText(original.weights),
            groupedText(decomposed.weights),
            fixedText(ratio.weights, 3),
            groupedText(original.macs),
            groupedText(decomposed.macs),
            fixedText(ratio.macs, 3)};
}

std::string networkText(const NetworkCost& network)
{
    std::vector<std::vector<std::string>> rows{{"module", "channels", "weights 5x5", "two 3x3",
                                                "ratio", "MACs 5x5", "two 3x3", "ratio", "parity"}};
    for (const NetworkModuleCost& cost : network.modules) {
        const NetworkModule& module = cost.module;
        rows.push_back(networkRow(module.name,
                                  std::to_string(module.ends.in) + " "
                                      + std::to_string(cost.midChannels) + " "
                                      + std::to_string(module.ends.out),
                                  cost.original, cost.decomposed));
        rows.back().push_back(fixedText(parityMidChannels(module.ends.in, module.ends.out), 2));
    }
    rows.push_back(networkRow("all", "", network.original, network.decomposed));
    return tableText(rows) + "two 3x3 in all of them: weights "
        + signedPercentText(network.ratio().weights - 1.0) + "  MACs "
        + signedPercentText(network.ratio().macs - 1.0) + "\n";
}

Result<void> printNetwork(const CostDetails& details, const CommandContext& context)
{
    ASSIGN_OR_RETURN(const NetworkCost network, networkOf(details));
    if (!context.json()) {
        print(networkText(network));
        return {};
    }
    Json rows = jsonOf(std::vector{networkTable(network)}).at("modules");
    Json total = rows.back();
    rows.erase(rows.size() - 1);
    printJson({{"network", details.network},
               {"mid_rule", details.midRule},
               {"modules", std::move(rows)},
               {"total", std::move(total)}});
    return {};
}

std::string subjectText(const CountSubject& subject)
{
    if (!subject.layer)
        return subject.branch;
    return subject.branch + ", layer " + std::to_string(*subject.layer) + " " + subject.op;
}

std::string matchText(const CountMatch& match, const CountSubject& subject)
{
    std::string text
        = groupedText(match.value) + ": " + match.rule->label + " of " + subjectText(subject);
    if (!match.rule->tools.empty())
        text.append(" (").append(match.rule->tools).append(")");
    return text;
}

Result<void> printMatches(const CostDetails& details, Extent size,
                          const std::vector<BranchSpec>& branches, const CommandContext& context)
{
    ASSIGN_OR_RETURN(const PrintedNumber number, printedNumber(details.number));
    std::vector<CountSubject> subjects;
    for (const BranchSpec& branch : branches) {
        ASSIGN_OR_RETURN(std::vector<CountSubject> own, countSubjects(branch, size));
        std::ranges::move(own, std::back_inserter(subjects));
    }
    if (context.json()) {
        printJson(jsonOf(std::vector{matchTable(number, subjects), countTable(subjects)}));
        return {};
    }
    const CountMatches matches = matchesOf(number, subjects);
    std::string text;
    if (matches.exact.empty())
        text = "no rule gives " + details.number + " at " + size.text() + "; the nearest:\n";
    for (const CountMatch& match : matches.exact)
        text += matchText(match, subjects[match.subject]) + "\n";
    for (const CountMatch& match : matches.nearest)
        text += "  " + matchText(match, subjects[match.subject]) + "; the number is "
            + signedPercentText(match.relativeError(number)) + " off\n";
    print(text);
    return {};
}

Result<void> printFormulas(const CostDetails& details, const Experiment& experiment, Extent size,
                           const CommandContext& context)
{
    ASSIGN_OR_RETURN(const std::vector<Formula> all,
                     formulas({.original = branchOptions(experiment, BranchKind::Original),
                               .kind = experiment.factorised,
                               .factorised = branchOptions(experiment, experiment.factorised),
                               .size = size}));
    if (context.json()) {
        printJson(jsonOf(std::vector{formulaTable(all)}));
        return {};
    }
    for (const Formula& formula : all)
        print((details.formulas == "latex" ? formulaLatex(formula) : formulaText(formula)) + "\n");
    return {};
}

} // namespace

void CostDetails::addTo(CLI::App& command)
{
    command.add_option("--network", network,
                       "two 3x3 in every module of a network instead: googlenet, inception-v2");
    command.add_option("--mid-rule", midRule,
                       "C_mid of its modules: c-out, geometric-mean, c-in, parity");
    command
        .add_option("--module-mid", moduleMids, "C_mid of one module, such as 3a=23; repeatable")
        ->expected(1)
        ->take_all();
    command.add_option("--identify", number,
                       "which tool's rule gives this number, of which branch or layer");
    command.add_option("--formulas", formulas, "the formulas with the numbers put in: text, latex");
}

Result<void> CostDetails::check() const
{
    if (!network.empty()) {
        RETURN_IF_ERROR(networkFromText(network));
    }
    RETURN_IF_ERROR(midRuleFromText(midRule));
    if (network.empty() && !moduleMids.empty())
        return invalid(QT_TRANSLATE_NOOP("core", "--module-mid %1 needs --network"),
                       {moduleMids.front()});
    if (!number.empty()) {
        RETURN_IF_ERROR(printedNumber(number));
    }
    if (!formulas.empty() && formulas != "text" && formulas != "latex")
        return invalid(QT_TRANSLATE_NOOP("core", "formulas are text or latex, not '%1'"),
                       {formulas});
    return {};
}

Result<void> printCostDetails(const CostDetails& details, const Experiment& experiment, Extent size,
                              const std::vector<BranchSpec>& branches,
                              const CommandContext& context)
{
    if (!details.network.empty())
        return printNetwork(details, context);
    if (!details.number.empty())
        return printMatches(details, size, branches, context);
    return printFormulas(details, experiment, size, context);
}

} // namespace factorscope
