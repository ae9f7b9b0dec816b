#include "ui/window/view_tabs.h"

#include "core/result/expects.h"
#include "ui/arithmetic/arithmetic_view.h"
#include "ui/cost/cost_view.h"
#include "ui/kernels/kernels_view.h"
#include "ui/maps/feature_maps_view.h"
#include "ui/module/module_view.h"
#include "ui/receptive/receptive_view.h"
#include "ui/speed/speed_view.h"
#include "ui/theme/theme.h"

#include <QKeySequence>

#include <algorithm>
#include <utility>

namespace factorscope {

ViewTabs::ViewTabs(ViewState& state, QWidget* parent)
    : QTabWidget(parent), m_cost(new CostView(state, this)), m_module(new ModuleView(state, this))
{
    setDocumentMode(true);
    setAccessibleName(tr("Views"));
    add("feature-maps", new FeatureMapsView(state, this),
        {tr("Feature maps"), tr("What both branches make of the picture")});
    add("receptive-field", new ReceptiveView(state, this),
        {tr("Receptive field"), tr("What one output pixel sees")});
    add("kernels", new KernelsView(state, this),
        {tr("Kernels"), tr("The weights as pictures, and what they amount to")});
    add("arithmetic", new ArithmeticView(state, this),
        {tr("Arithmetic"), tr("One output value, product by product")});
    addCosts();
    addModule();
    addSpeed(new SpeedView(state, this));
}

template <typename View>
void ViewTabs::add(std::string_view id, View* view, const Words& words)
{
    connect(view, &View::drawn, this, &ViewTabs::drawn);
    if constexpr (requires { &View::failed; })
        connect(view, &View::failed, this, &ViewTabs::failed);
    if constexpr (requires { &View::slopeWanted; })
        connect(view, &View::slopeWanted, this, &ViewTabs::slopeWanted);
    if constexpr (requires { &View::kernelsWanted; })
        connect(view, &View::kernelsWanted, this, &ViewTabs::kernelsWanted);
    addTab({.id = id,
            .show = [view](const auto& both) { view->show(both); },
            .isBusy = [view] { return view->isBusy(); }},
           view, words);
}

void ViewTabs::addCosts()
{
    connect(m_cost, &CostView::midChannelsPicked, this, &ViewTabs::midChannelsPicked);
    connect(m_cost, &CostView::pickEnded, this, &ViewTabs::pickEnded);
    connect(m_cost, &CostView::presetPicked, this, &ViewTabs::presetPicked);
    connect(m_cost, &CostView::failed, this, &ViewTabs::failed);
    addTab({.id = "cost",
            .show = [this](const auto& both) { m_cost->setComputed(both); },
            .isBusy = [this] { return m_cost->isBusy(); }},
           m_cost, {tr("Cost"), tr("What both branches cost, and where which is the dearer")});
}

void ViewTabs::addModule()
{
    connect(m_module, &ModuleView::presetPicked, this, &ViewTabs::presetPicked);
    addTab({.id = "module", .show = [](const auto&) {}, .isBusy = [] { return false; }}, m_module,
           {tr("Module"), tr("The Inception module that the branch stands in")});
}

/// A race is under way for long and by itself, so it does not count as busy: what the window shows
/// of the experiment is there.
void ViewTabs::addSpeed(SpeedView* speed)
{
    connect(speed, &SpeedView::failed, this, &ViewTabs::failed);
    addTab({.id = "speed",
            .show = [speed](const auto& both) { speed->show(both); },
            .isBusy = [] { return false; }},
           speed, {tr("Speed"), tr("A race of both branches on this machine")});
}

void ViewTabs::addTab(Tab tab, QWidget* view, const Words& words)
{
    view->setContentsMargins(3 * kGrid, 2 * kGrid, 3 * kGrid, 2 * kGrid);
    m_tabs.push_back(std::move(tab));
    const int index = QTabWidget::addTab(view, words.title);
    const QString key = keyOf(index).toString(QKeySequence::NativeText);
    setTabToolTip(index, key.isEmpty() ? words.tip : tr("%1 (%2)").arg(words.tip, key));
}

void ViewTabs::show(const std::shared_ptr<const BothEvaluated>& both)
{
    for (const Tab& tab : m_tabs)
        tab.show(both);
}

void ViewTabs::showCosts(const Experiment& experiment)
{
    m_cost->show(experiment);
    m_module->show(experiment);
}

void ViewTabs::showCosts(const BothEvaluated& both)
{
    m_cost->show(both);
    m_module->show(both.experiment);
}

bool ViewTabs::isBusy() const
{
    return std::ranges::any_of(m_tabs, [](const Tab& tab) { return tab.isBusy(); });
}

std::string_view ViewTabs::currentId() const
{
    return m_tabs[static_cast<std::size_t>(currentIndex())].id;
}

void ViewTabs::showView(std::string_view id)
{
    const auto found = std::ranges::find(m_tabs, id, &Tab::id);
    EXPECTS(found != m_tabs.end());
    setCurrentIndex(static_cast<int>(found - m_tabs.begin()));
}

QKeySequence ViewTabs::keyOf(int index)
{
    constexpr int kDigits = 9;
    return index < kDigits ? QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + index))
                           : QKeySequence();
}

} // namespace factorscope
