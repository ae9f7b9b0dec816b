#include "ui/module/module_figure.h"

#include "core/experiment/inception_module.h"
#include "core/result/expects.h"
#include "ui/figure/figure_page.h"
#include "ui/figure/recording.h"
#include "ui/module/module_diagram.h"
#include "ui/module/module_words.h"

#include <QCoreApplication>
#include <QPainter>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Module {
    Q_DECLARE_TR_FUNCTIONS(Module)
};

constexpr QSizeF kSize(1040.0, 640.0);
constexpr double kWords = 10.0 * kGrid;
constexpr std::array<std::string_view, kModuleBranchKinds.size()> kBranchNames{"1x1", "3x3", "5x5",
                                                                               "pool"};
constexpr std::array<std::string_view, 3> kStepNames{"conv2d", "max_pool", "shortcut"};

/// It has been computed, so it can be counted.
ModuleComparison comparisonOf(const Experiment& experiment, const ViewSettings& settings)
{
    const InceptionModule& module
        = settings.module ? *settings.module : inceptionModuleOf(experiment);
    Result<ModuleComparison> comparison = moduleComparison(experiment, module);
    EXPECTS(comparison);
    return *std::move(comparison);
}

std::vector<Json> start(const ModuleComparison& of, ModuleForm form)
{
    return {std::string(of.module->id), std::string(branchKindName(replacementOf(of, form)))};
}

void append(std::vector<Json>& row, const Cost& cost)
{
    for (const std::int64_t amount :
         {cost.weights, cost.params, cost.macs, cost.flops(), cost.activationBytes})
        row.emplace_back(amount);
}

double shareOf(std::int64_t part, std::int64_t all)
{
    return static_cast<double>(part) / static_cast<double>(all);
}

void addBranches(NumberTable& table, const ModuleComparison& of, ModuleForm form)
{
    const ModuleCost& cost = costOfForm(of, form);
    const auto add = [&](std::string_view name, std::int64_t channels, const Cost& part) {
        std::vector<Json> row = start(of, form);
        row.emplace_back(std::string(name));
        row.emplace_back(channels);
        append(row, part);
        row.emplace_back(shareOf(part.weights, cost.total.weights));
        row.emplace_back(shareOf(part.macs, cost.total.macs));
        table.rows.push_back(std::move(row));
    };
    for (std::size_t i = 0; i < kBranchNames.size(); ++i)
        add(kBranchNames[i], cost.branches[i].outChannels, cost.branches[i].total);
    add("all", cost.outChannels, cost.total);
}

void addSteps(NumberTable& table, const ModuleComparison& of, ModuleForm form)
{
    const ModuleCost& cost = costOfForm(of, form);
    for (std::size_t i = 0; i < kBranchNames.size(); ++i) {
        for (const ModuleStep& step : cost.branches[i].steps) {
            std::vector<Json> row = start(of, form);
            row.emplace_back(std::string(kBranchNames[i]));
            row.emplace_back(std::string(kStepNames[static_cast<std::size_t>(step.kind)]));
            for (const std::int64_t number : {step.kernel.height, step.kernel.width, step.groups,
                                              step.inChannels, step.outChannels})
                row.emplace_back(number);
            append(row, step.cost);
            table.rows.push_back(std::move(row));
        }
    }
}

} // namespace

Figure moduleFigure(const Experiment& experiment, const ViewSettings& settings,
                    const Theme& wantedTheme)
{
    const Theme theme = onPaper(wantedTheme);
    const ModuleComparison of = comparisonOf(experiment, settings);
    const FigurePage page(kSize, Module::tr("Inception module"), experiment);
    return {page.title(), kSize, recorded([&](QPainter& painter) {
                page.paint(painter, theme);
                const QRectF area = page.area();
                painter.setFont(page.font());
                painter.setPen(theme.text);
                painter.drawText(QRectF(area.topLeft(), QSizeF(area.width(), kWords)),
                                 Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap,
                                 moduleTitle(of) + QStringLiteral(" · ") + moduleVerdict(of));
                const ModuleDiagram diagram = moduleDiagram(
                    of, area.adjusted(0.0, kWords + 2.0 * kGrid, 0.0, 0.0), page.font());
                paintModule(painter, diagram, page.font(), theme);
            })};
}

std::vector<NumberTable> moduleNumbers(const Experiment& experiment, const ViewSettings& settings)
{
    const ModuleComparison of = comparisonOf(experiment, settings);
    NumberTable branches{.name = "branches",
                         .columns
                         = {"module", "form", "branch", "channels", "weights", "params", "macs",
                            "flops", "activation_bytes", "share_of_weights", "share_of_macs"},
                         .rows = {}};
    NumberTable steps{.name = "steps",
                      .columns = {"module", "form", "branch", "op", "kernel_height", "kernel_width",
                                  "groups", "in_channels", "out_channels", "weights", "params",
                                  "macs", "flops", "activation_bytes"},
                      .rows = {}};
    for (const ModuleForm form : {ModuleForm::Original, ModuleForm::Factorised}) {
        addBranches(branches, of, form);
        addSteps(steps, of, form);
    }
    return {std::move(branches), std::move(steps)};
}

} // namespace factorscope
