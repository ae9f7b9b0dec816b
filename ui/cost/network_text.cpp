#include "ui/cost/network_text.h"

#include "core/result/expects.h"
#include "ui/cost/cost_words.h"
#include "ui/text/text.h"

#include <QCoreApplication>

#include <algorithm>

namespace factorscope {
namespace {

/// The context of the texts here.
struct NetworkText {
    Q_DECLARE_TR_FUNCTIONS(NetworkText)
};

TextTable::Cell ratioCell(double ratio, const Theme& theme)
{
    return {fixed(ratio, 3), isDearer(ratio) ? theme.warning : QColor()};
}

/// Weights and MACs of both, and their ratios.
void addCosts(std::vector<TextTable::Cell>& cells, const Cost& original, const Cost& decomposed,
              const Theme& theme)
{
    const CostRatio ratio = ratioOf(decomposed, original);
    for (const TextTable::Cell& cell :
         std::initializer_list<TextTable::Cell>{{grouped(original.weights), {}},
                                                {grouped(decomposed.weights), {}},
                                                ratioCell(ratio.weights, theme),
                                                {grouped(original.macs), {}},
                                                {grouped(decomposed.macs), {}},
                                                ratioCell(ratio.macs, theme)})
        cells.push_back(cell);
}

QString shareText(std::int64_t part, std::int64_t all)
{
    return NetworkText::tr("%1 %").arg(
        fixed(100.0 * static_cast<double>(part) / static_cast<double>(all), 1));
}

} // namespace

NetworkCost networkOf(const CostLook& look)
{
    Result<NetworkCost> network = costOfNetwork(*look.network, look.midRule, look.moduleMids);
    EXPECTS(network);
    return *std::move(network);
}

QString midRuleTitle(MidRule rule)
{
    switch (rule) {
    case MidRule::Out:
        return NetworkText::tr("C_out");
    case MidRule::GeometricMean:
        return NetworkText::tr("√(C_in·C_out)");
    case MidRule::In:
        return NetworkText::tr("C_in");
    case MidRule::Parity:
        return NetworkText::tr("parity");
    }
    return {};
}

TextTable networkTextTable(const NetworkCost& network, const Theme& theme)
{
    const QColor original = theme.original;
    const QColor stack = theme.factorised;
    TextTable table;
    table.columns = {{NetworkText::tr("module"), false, {}},
                     {NetworkText::tr("channels"), true, {}},
                     {NetworkText::tr("C_mid"), true, stack},
                     {NetworkText::tr("weights\n5×5"), true, original},
                     {NetworkText::tr("weights\n3×3, 3×3"), true, stack},
                     {NetworkText::tr("ratio"), true, {}},
                     {NetworkText::tr("MACs\n5×5"), true, original},
                     {NetworkText::tr("MACs\n3×3, 3×3"), true, stack},
                     {NetworkText::tr("ratio"), true, {}},
                     {NetworkText::tr("share of\nMACs 5×5"), true, original},
                     {NetworkText::tr("size"), true, {}},
                     {NetworkText::tr("parity\nC_mid"), true, {}}};
    for (const NetworkModuleCost& cost : network.modules) {
        const NetworkModule& module = cost.module;
        TextTable::Row row{.cells = {{QString::fromStdString(module.name), {}},
                                     {NetworkText::tr("%1 → %2").arg(grouped(module.ends.in),
                                                                     grouped(module.ends.out)),
                                      {}},
                                     {grouped(cost.midChannels), {}}}};
        addCosts(row.cells, cost.original, cost.decomposed, theme);
        row.cells.push_back({shareText(cost.original.macs, network.original.macs), {}});
        row.cells.push_back(
            {NetworkText::tr("%1 × %2").arg(module.size.width).arg(module.size.height), {}});
        row.cells.push_back({fixed(parityMidChannels(module.ends.in, module.ends.out), 2), {}});
        table.rows.push_back(std::move(row));
    }
    TextTable::Row total{.cells = {{NetworkText::tr("all"), {}}, {}, {}}, .isStrong = true};
    addCosts(total.cells, network.original, network.decomposed, theme);
    total.cells.resize(table.columns.size());
    table.rows.push_back(std::move(total));
    return table;
}

QString networkInWords(const NetworkCost& network, const CostLook& look)
{
    const CostRatio ratio = network.ratio();
    const auto dearer = std::ranges::count_if(
        network.modules, [](const auto& module) { return isDearer(module.ratio().weights); });
    const QString rule = look.moduleMids.empty()
        ? NetworkText::tr("C_mid = %1").arg(midRuleTitle(look.midRule))
        : NetworkText::tr("the C_mid below");
    return NetworkText::tr("Two 3×3 with %1 in all %2 modules of %3: %4 weights, %5 MACs; dearer "
                           "in %6 of them. The article’s −28 % assumes C_in = C_mid = C_out, "
                           "which no module has.")
        .arg(rule)
        .arg(network.modules.size())
        .arg(QString::fromUtf8(look.network->label.data(), qsizetype(look.network->label.size())))
        .arg(signedPercent(ratio.weights - 1.0, 1), signedPercent(ratio.macs - 1.0, 1))
        .arg(dearer);
}

const Preset* presetOfRow(const Network& network, int row)
{
    const std::vector<const Preset*> presets = presetsOf(network);
    const auto index = static_cast<std::size_t>(row);
    return row >= 0 && index < presets.size() ? presets[index] : nullptr;
}

} // namespace factorscope
