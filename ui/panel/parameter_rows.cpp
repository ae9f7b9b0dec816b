#include "ui/panel/parameter_rows.h"

#include "ui/text/text.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <iterator>

namespace factorscope {
namespace {

struct PanelWords {
    Q_DECLARE_TR_FUNCTIONS(BranchesPanel)
};

using Predicate = bool (*)(const Experiment&);
struct Rule {
    std::string_view id;
    Predicate holds;
};

bool hasOtherEnds(const Experiment& e)
{
    return e.originalInChannels > 0 || e.originalOutChannels > 0;
}

bool hasAnyFile(const Experiment& e)
{
    return e.weightFile || e.originalWeightFile;
}

bool hasBothFiles(const Experiment& e)
{
    return e.weightFile && e.originalWeightFile;
}

bool hasGabor(const Experiment& e)
{
    return e.kernels == HandMade::Gabor;
}

// Rows that are not always there.
constexpr Rule kShownWhen[]{
    {"mid-of", [](const Experiment&) { return false; }}, // the window keeps it at the slider's end
    {"original-in-channels", hasOtherEnds},
    {"original-out-channels", hasOtherEnds},
    {"leaky-slope", [](const Experiment& e) { return e.between == Between::Leaky; }},
    {"mode", [](const Experiment& e) { return e.batchNorm; }},
    {"log-sigma", [](const Experiment& e) { return e.kernels == HandMade::Log; }},
    {"gabor-sigma", hasGabor},
    {"gabor-wavelength", hasGabor},
    {"gabor-angle", hasGabor},
    {"gabor-aspect", hasGabor},
    {"disk-radius", [](const Experiment& e) { return e.kernels == HandMade::Disk; }},
};

/// Kernels made by hand need no seed but for the random one.
bool drawsNothing(const Experiment& e)
{
    const bool areMade = e.kernels && *e.kernels != HandMade::Random;
    return (hasBothFiles(e) || areMade) && e.lift != Lift::Randn;
}

// Names and shapes of the tensors in a file say these; C_mid moves within a file's bank.
constexpr Rule kFixedWhen[]{
    {"in-channels",
     [](const Experiment& e) {
         return e.weightFile || (e.originalWeightFile && e.originalInChannels == 0);
     }},
    {"out-channels",
     [](const Experiment& e) {
         return e.weightFile || (e.originalWeightFile && e.originalOutChannels == 0);
     }},
    {"original-in-channels", [](const Experiment& e) { return e.originalWeightFile != nullptr; }},
    {"original-out-channels", [](const Experiment& e) { return e.originalWeightFile != nullptr; }},
    {"factorised", [](const Experiment& e) { return e.weightFile != nullptr; }},
    {"batch-norm", hasAnyFile},
    {"residual", hasAnyFile},
    {"bias", hasAnyFile},
    {"seed", drawsNothing},
    {"kernels", hasBothFiles},
};

const Rule* find(std::span<const Rule> rules, std::string_view id)
{
    const auto found = std::ranges::find(rules, id, &Rule::id);
    return found == rules.end() ? nullptr : &*found;
}

} // namespace

QString typographic(QString text)
{
    static const QRegularExpression kTimes(QStringLiteral("(?<=\\d)x(?=\\d)"));
    return text.replace(kTimes, QStringLiteral("×"));
}

bool isShown(const ExperimentParameter& parameter, const Experiment& experiment)
{
    const Rule* rule = find(kShownWhen, parameter.id);
    return !rule || rule->holds(experiment);
}

bool isFixed(const ExperimentParameter& parameter, const Experiment& experiment)
{
    const Rule* rule = find(kFixedWhen, parameter.id);
    return rule && rule->holds(experiment);
}

QString wordForZero(const ExperimentParameter& parameter)
{
    if (parameter.id == "height" || parameter.id == "width")
        return PanelWords::tr("own");
    if (parameter.id == "original-in-channels" || parameter.id == "original-out-channels")
        return PanelWords::tr("same");
    return {};
}

QString helpFor(const ExperimentParameter& parameter)
{
    const QString help = typographic(translated(parameter.help));
    if (parameter.id == "mid-channels")
        return help
            + PanelWords::tr("\n5×5: 25·C_in·C_out weights\n"
                             "two 3×3: 9·C_mid·(C_in + C_out) weights\n"
                             "parity: C_mid = 25·C_in·C_out / (9·(C_in + C_out))");
    return help;
}

} // namespace factorscope
