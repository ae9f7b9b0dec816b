#include "ui/module/module_words.h"

#include "core/result/expects.h"
#include "ui/text/text.h"

#include <QCoreApplication>
#include <QStringList>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Module {
    Q_DECLARE_TR_FUNCTIONS(Module)
};

QString label(const InceptionModule& module)
{
    return QString::fromUtf8(module.label.data(), qsizetype(module.label.size()));
}

QString percent(double share)
{
    return Module::tr("%1 %").arg(fixed(100.0 * share, 1));
}

double shareOf(std::int64_t part, std::int64_t all)
{
    return all > 0 ? static_cast<double>(part) / static_cast<double>(all) : 0.0;
}

std::int64_t replaceableMacs(const ModuleBranch& branch)
{
    std::int64_t macs = 0;
    for (const ModuleStep& step : branch.steps)
        macs += step.isReplaceable ? step.cost.macs : 0;
    return macs;
}

/// "3·3·96·128", with the groups where there are some.
QString weightProduct(const ModuleStep& step)
{
    return QStringLiteral("%1·%2·%3·%4")
        .arg(step.kernel.height)
        .arg(step.kernel.width)
        .arg(step.inChannels / step.groups)
        .arg(step.outChannels);
}

QString moduleWordsOf(const ModuleComparison& of, ModuleForm form)
{
    const ModuleCost& cost = costOfForm(of, form);
    QStringList parts;
    for (const ModuleBranch& branch : cost.branches) {
        QStringList steps;
        for (const ModuleStep& step : branch.steps)
            steps << stepTitle(step) + u' ' + stepChannels(step);
        parts << Module::tr("%1: %2, %3 of the weights, %4 of the MACs")
                     .arg(moduleBranchTitle(branch.kind, replacementOf(of, form)),
                          steps.join(QStringLiteral(", ")),
                          percent(shareOf(branch.total.weights, cost.total.weights)),
                          percent(shareOf(branch.total.macs, cost.total.macs)));
    }
    return Module::tr("With %1: %2. In all %3 channels, %4 weights, %5 MACs.")
        .arg(branchTitle(replacementOf(of, form)), parts.join(QStringLiteral("; ")),
             grouped(cost.outChannels), grouped(cost.total.weights), grouped(cost.total.macs));
}

} // namespace

const ModuleCost& costOfForm(const ModuleComparison& of, ModuleForm form)
{
    return form == ModuleForm::Original ? of.original : of.factorised;
}

BranchKind replacementOf(const ModuleComparison& of, ModuleForm form)
{
    return form == ModuleForm::Original ? BranchKind::Original : of.factorisedKind;
}

const ModuleStep& stepAt(const ModuleComparison& of, const ModulePlace& place)
{
    const ModuleCost& cost = costOfForm(of, place.form);
    EXPECTS(place.branch < cost.branches.size()
            && place.step < cost.branches[place.branch].steps.size());
    return cost.branches[place.branch].steps[place.step];
}

QString moduleTitle(const ModuleComparison& of)
{
    return Module::tr("%1, %2 channels at %3 × %3")
        .arg(label(*of.module))
        .arg(of.module->inChannels)
        .arg(of.module->size);
}

QString moduleBranchTitle(ModuleBranchKind kind, BranchKind replacement)
{
    switch (kind) {
    case ModuleBranchKind::Pointwise:
        return Module::tr("1×1 branch");
    case ModuleBranchKind::ThreeByThree:
        return Module::tr("3×3 branch");
    case ModuleBranchKind::FiveByFive:
        return Module::tr("%1 branch").arg(branchTitle(replacement));
    case ModuleBranchKind::Pool:
        return Module::tr("pool branch");
    }
    return {};
}

QString stepTitle(const ModuleStep& step)
{
    const QString kernel = QStringLiteral("%1×%2").arg(step.kernel.height).arg(step.kernel.width);
    switch (step.kind) {
    case ModuleStepKind::Convolution:
        return step.groups > 1 ? Module::tr("%1 depthwise").arg(kernel) : kernel;
    case ModuleStepKind::MaxPooling:
        return Module::tr("%1 max pool").arg(kernel);
    case ModuleStepKind::Shortcut:
        return step.cost.weights > 0 ? Module::tr("+ 1×1 shortcut") : Module::tr("+ shortcut");
    }
    return {};
}

QString shortStepTitle(const ModuleStep& step)
{
    switch (step.kind) {
    case ModuleStepKind::Convolution:
        return step.groups > 1
            ? Module::tr("%1×%2 dw").arg(step.kernel.height).arg(step.kernel.width)
            : stepTitle(step);
    case ModuleStepKind::MaxPooling:
        return Module::tr("pool");
    case ModuleStepKind::Shortcut:
        return Module::tr("shortcut");
    }
    return {};
}

QString stepChannels(const ModuleStep& step)
{
    return QStringLiteral("%1 → %2").arg(step.inChannels).arg(step.outChannels);
}

QString moduleVerdict(const ModuleComparison& of)
{
    constexpr std::size_t kReplaced = 2; // of kModuleBranchKinds
    const auto change = [](std::int64_t factorised, std::int64_t original) {
        return signedPercent(static_cast<double>(factorised) / static_cast<double>(original) - 1.0,
                             1);
    };
    const ModuleBranch& before = of.original.branches[kReplaced];
    const ModuleBranch& after = of.factorised.branches[kReplaced];
    const QString verdict
        = Module::tr(
              "MACs, in relation to the 5×5: the branch %1, with its reduction %2, the whole "
              "module %3.")
              .arg(change(replaceableMacs(after), replaceableMacs(before)),
                   change(after.total.macs, before.total.macs),
                   change(of.factorised.total.macs, of.original.total.macs));
    if (of.hasItsEnds)
        return verdict;
    return verdict + u' '
        + Module::tr("The module's own 5×5 is %1 → %2; this experiment's stands in its place.")
              .arg(of.module->reduce5)
              .arg(of.module->out5);
}

QString stepInWords(const ModuleComparison& of, const ModulePlace& place)
{
    const ModuleStep& step = stepAt(of, place);
    const Cost& all = costOfForm(of, place.form).total;
    const QString head = Module::tr("%1, %2: %3 channels at %4 × %4")
                             .arg(moduleBranchTitle(kModuleBranchKinds[place.branch],
                                                    replacementOf(of, place.form)),
                                  stepTitle(step), stepChannels(step))
                             .arg(of.module->size);
    if (step.cost.params == 0)
        return Module::tr("%1. No weights and no MACs.").arg(head);
    const QString weights = step.kind == ModuleStepKind::Convolution
        ? Module::tr("%1 = %2 weights").arg(weightProduct(step), grouped(step.cost.weights))
        : Module::tr("%1 weights").arg(grouped(step.cost.weights));
    return Module::tr("%1. %2, %3 of the module; %4 MACs, %5 of the module; with biases %6 "
                      "parameters.")
        .arg(head, weights, percent(shareOf(step.cost.weights, all.weights)),
             grouped(step.cost.macs), percent(shareOf(step.cost.macs, all.macs)),
             grouped(step.cost.params));
}

QString moduleInWords(const ModuleComparison& of)
{
    return moduleWordsOf(of, ModuleForm::Original) + u'\n'
        + moduleWordsOf(of, ModuleForm::Factorised);
}

} // namespace factorscope
