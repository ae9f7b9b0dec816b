#include "ui/represent/target_controls.h"

#include "ui/panel/number_box.h"
#include "ui/panel/parameter_control.h"
#include "ui/panel/parameter_rows.h"
#include "ui/text/text.h"
#include "ui/theme/theme.h"

#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QSignalBlocker>

#include <algorithm>
#include <limits>

namespace factorscope {
namespace {

/// An experiment with this kernel, which the rows of the table read and change.
Experiment experimentOf(const HandMadeChoice& choice)
{
    Experiment experiment;
    experiment.kernels = choice.kind;
    experiment.kernelShape = choice.shape;
    return experiment;
}

/// Numbers that shape a kernel, and nothing else.
bool shapesAKernel(const ExperimentParameter& parameter)
{
    if (parameter.group != ParameterGroup::Weights
        || !std::holds_alternative<RealRange>(parameter.domain))
        return false;
    Experiment experiment;
    parameter.set(experiment, std::get<RealRange>(parameter.domain).most);
    return !(experiment.kernelShape == KernelShape{});
}

QString kernelName(HandMade kind)
{
    const auto& choice = std::get<Choice>(findParameter("kernels")->domain);
    const auto found = std::ranges::find(choice.options, handMadeName(kind), &Choice::Option::id);
    return translated(found->label);
}

/// What stands in the list, in its order.
struct Target {
    RepresentTarget target;
    HandMade kind = HandMade::Painted;
};
constexpr std::array kTargets{
    Target{RepresentTarget::HandMade, HandMade::Log},
    Target{RepresentTarget::HandMade, HandMade::Gabor},
    Target{RepresentTarget::HandMade, HandMade::Disk},
    Target{RepresentTarget::HandMade, HandMade::Sobel},
    Target{RepresentTarget::HandMade, HandMade::Binomial},
    Target{RepresentTarget::HandMade, HandMade::Box},
    Target{RepresentTarget::HandMade, HandMade::Identity},
    Target{RepresentTarget::HandMade, HandMade::Random},
    Target{RepresentTarget::HandMade, HandMade::Painted},
    Target{RepresentTarget::OneOfBank},
    Target{RepresentTarget::WholeBank},
};

} // namespace

TargetControls::TargetControls(QWidget* parent)
    : QWidget(parent), m_form(new QFormLayout(this)), m_targets(new QComboBox(this)),
      m_seed(new WholeNumberBox(this))
{
    setAccessibleName(tr("Target"));
    m_form->setContentsMargins(0, 0, 0, 0);
    m_form->setHorizontalSpacing(2 * kGrid);
    m_form->setVerticalSpacing(kGrid);
    addTargets();
    m_seed->setRange(0, std::numeric_limits<qint64>::max());
    m_seed->setAccessibleName(tr("Seed of the random kernel"));
    m_seed->setToolTip(tr("torch.randn(5, 5) after this seed"));
    m_form->addRow(tr("seed"), m_seed);
    connect(m_seed, &WholeNumberBox::valueChanged, this, [this](qint64 seed) {
        m_look.made.seed = static_cast<std::uint64_t>(seed);
        emit wanted(m_look);
    });
    for (const ExperimentParameter& parameter : experimentParameters()) {
        if (shapesAKernel(parameter))
            addParameter(parameter);
    }
    syncFrom(m_look);
}

void TargetControls::addTargets()
{
    for (const Target& target : kTargets) {
        switch (target.target) {
        case RepresentTarget::HandMade:
            m_targets->addItem(kernelName(target.kind));
            break;
        case RepresentTarget::OneOfBank:
            m_targets->addItem(tr("the chosen kernel of the 5×5"));
            break;
        case RepresentTarget::WholeBank:
            m_targets->addItem(tr("the whole bank of the 5×5"));
            break;
        }
    }
    m_targets->setAccessibleName(tr("Target"));
    m_targets->setToolTip(tr("What two 3×3 are to come close to: a kernel made by hand or "
                             "painted, or kernels of the experiment's 5×5"));
    m_targets->setFocusPolicy(Qt::StrongFocus);
    m_targets->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    ignoreWheelWithoutFocus(m_targets);
    auto* label = new QLabel(tr("&Target"), this);
    label->setBuddy(m_targets);
    m_form->addRow(label, m_targets);
    connect(m_targets, &QComboBox::currentIndexChanged, this, &TargetControls::choose);
}

void TargetControls::addParameter(const ExperimentParameter& parameter)
{
    const auto& range = std::get<RealRange>(parameter.domain);
    auto* box = new RealNumberBox(this);
    box->setRange(range.least, range.most);
    box->setSingleStep(range.step);
    box->setAccessibleName(typographic(translated(parameter.label)));
    box->setToolTip(helpFor(parameter));
    ignoreWheelWithoutFocus(box);
    m_form->addRow(typographic(translated(parameter.label)), box);
    m_rows.push_back({&parameter, box});
    connect(box, &QDoubleSpinBox::valueChanged, this, [this, &parameter](double value) {
        Experiment experiment = experimentOf(m_look.made);
        parameter.set(experiment, value);
        m_look.made.shape = experiment.kernelShape;
        emit wanted(m_look);
    });
}

void TargetControls::choose(int index)
{
    const Target& target = kTargets[static_cast<std::size_t>(index)];
    m_look.target = target.target;
    if (target.target == RepresentTarget::HandMade)
        m_look.made.kind = target.kind;
    emit wanted(m_look);
}

void TargetControls::syncFrom(const RepresentLook& look)
{
    m_look = look;
    const bool isMade = look.target == RepresentTarget::HandMade;
    const auto shown = std::ranges::find_if(kTargets, [&](const Target& target) {
        return target.target == look.target && (!isMade || target.kind == look.made.kind);
    });
    const QSignalBlocker targets(m_targets);
    m_targets->setCurrentIndex(static_cast<int>(shown - kTargets.begin()));
    const QSignalBlocker seed(m_seed);
    m_seed->setValue(static_cast<qint64>(look.made.seed));
    m_form->setRowVisible(m_seed, isMade && look.made.kind == HandMade::Random);
    const Experiment experiment = experimentOf(look.made);
    for (const Row& row : m_rows) {
        const QSignalBlocker blocker(row.box);
        const double value = std::get<double>(row.parameter->get(experiment));
        if (row.box->value() != value)
            row.box->setValue(value);
        m_form->setRowVisible(row.box, isMade && isShown(*row.parameter, experiment));
    }
}

} // namespace factorscope
