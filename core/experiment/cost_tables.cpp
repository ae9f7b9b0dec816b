#include "core/experiment/cost_tables.h"

namespace factorscope {
namespace {

Json orNull(std::string_view text)
{
    return text.empty() ? Json() : Json(text);
}

void addCosts(std::vector<Json>& row, const Cost& original, const Cost& decomposed)
{
    const CostRatio ratio = ratioOf(decomposed, original);
    row.insert(row.end(),
               {original.weights, decomposed.weights, ratio.weights, original.params,
                decomposed.params, ratio.params, original.macs, decomposed.macs, ratio.macs,
                original.activationBytes, decomposed.activationBytes, ratio.activationBytes});
}

std::vector<Json> moduleRow(const NetworkModuleCost& cost)
{
    const NetworkModule& module = cost.module;
    std::vector<Json> row{module.name,
                          module.ends.in,
                          cost.midChannels,
                          module.ends.out,
                          module.size.height,
                          module.size.width,
                          parityMidChannels(module.ends.in, module.ends.out)};
    addCosts(row, cost.original, cost.decomposed);
    return row;
}

/// The unit of a formula's value.
std::string_view unitName(FormulaUnit unit)
{
    switch (unit) {
    case FormulaUnit::Count:
        return "count";
    case FormulaUnit::Bytes:
        return "bytes";
    case FormulaUnit::Ratio:
        return "ratio";
    case FormulaUnit::Channels:
        return "channels";
    }
    return "";
}

std::vector<Json> matchRow(const CountMatch& match, const PrintedNumber& number,
                           std::span<const CountSubject> subjects, bool isExact)
{
    const CountSubject& subject = subjects[match.subject];
    return {subject.branch,
            subject.layer ? Json(*subject.layer) : Json(),
            orNull(subject.op),
            match.rule->id,
            match.rule->label,
            orNull(match.rule->tools),
            match.value,
            isExact,
            match.relativeError(number)};
}

} // namespace

NumberTable networkTable(const NetworkCost& network)
{
    NumberTable table{.name = "modules",
                      .columns = {"module", "in_channels", "mid_channels", "out_channels", "height",
                                  "width", "parity_mid_channels"},
                      .rows = {}};
    for (const char* measure : {"weights", "params", "macs", "activation_bytes"}) {
        table.columns.push_back(std::string(measure) + "_original");
        table.columns.push_back(std::string(measure) + "_decomposed");
        table.columns.push_back(std::string(measure) + "_ratio");
    }
    for (const NetworkModuleCost& module : network.modules)
        table.rows.push_back(moduleRow(module));
    std::vector<Json> total{"total", Json(), Json(), Json(), Json(), Json(), Json()};
    addCosts(total, network.original, network.decomposed);
    table.rows.push_back(std::move(total));
    return table;
}

NumberTable formulaTable(std::span<const Formula> formulas)
{
    NumberTable table{.name = "formulas",
                      .columns = {"id", "branch", "quantity", "value", "unit", "text", "latex"},
                      .rows = {}};
    for (const Formula& formula : formulas)
        table.rows.push_back(
            {formula.id, formula.branch ? Json(branchKindName(*formula.branch)) : Json(),
             formula.label, formula.amount ? Json(*formula.amount) : Json(formula.value()),
             unitName(formula.unit), formulaText(formula), formulaLatex(formula)});
    return table;
}

NumberTable countTable(std::span<const CountSubject> subjects)
{
    NumberTable table{.name = "counts", .columns = {"rule", "meaning", "tools"}, .rows = {}};
    for (const CountSubject& subject : subjects)
        table.columns.push_back(
            subject.layer ? subject.branch + "-" + std::to_string(*subject.layer) : subject.branch);
    for (const CountRule& rule : countRules()) {
        std::vector<Json> row{rule.id, rule.label, orNull(rule.tools)};
        for (const CountSubject& subject : subjects)
            row.emplace_back(rule.of(subject.parts));
        table.rows.push_back(std::move(row));
    }
    return table;
}

NumberTable differenceTable(const CountParts& parts, const CountRule& from, const CountRule& to)
{
    NumberTable table{.name = "difference",
                      .columns = {"part", "amount", "times_in_" + std::string(from.id),
                                  "times_in_" + std::string(to.id), "difference"},
                      .rows = {}};
    for (const CountLine& line : countLines(parts, from, to))
        table.rows.push_back({countPartLabel(line.part), line.amount, line.timesFrom, line.timesTo,
                              line.to() - line.from()});
    table.rows.push_back(
        {"total", Json(), from.of(parts), to.of(parts), to.of(parts) - from.of(parts)});
    return table;
}

NumberTable matchTable(const PrintedNumber& number, std::span<const CountSubject> subjects)
{
    NumberTable table{.name = "matches",
                      .columns = {"branch", "layer", "op", "rule", "meaning", "tools", "value",
                                  "exact", "relative_difference"},
                      .rows = {}};
    const CountMatches matches = matchesOf(number, subjects);
    for (const CountMatch& match : matches.exact)
        table.rows.push_back(matchRow(match, number, subjects, true));
    for (const CountMatch& match : matches.nearest)
        table.rows.push_back(matchRow(match, number, subjects, false));
    return table;
}

NumberTable alphaTable(std::span<const AlphaPoint> points)
{
    NumberTable table{.name = "alpha",
                      .columns = {"preset", "in_channels", "mid_channels", "out_channels", "size",
                                  "alpha", "ratio", "parity_mid_channels"},
                      .rows = {}};
    for (const AlphaPoint& point : points) {
        const Preset& preset = *point.preset;
        table.rows.push_back({preset.id, preset.inChannels, preset.midChannels, preset.outChannels,
                              preset.size, point.alpha, point.ratio, point.parity});
    }
    return table;
}

NumberTable timeTable(const MidTiming& timing)
{
    NumberTable table{
        .name = "times",
        .columns = {"mid_channels", "milliseconds", "original_milliseconds", "runs", "threads"},
        .rows = {}};
    for (const MidTime& time : timing.times)
        table.rows.push_back(
            {time.midChannels, time.milliseconds, timing.originalMs, timing.runs, timing.threads});
    return table;
}

} // namespace factorscope
