#include "ui/cost/cost_view.h"

#include "core/experiment/prepare.h"
#include "ui/cost/conventions_page.h"
#include "ui/cost/cost_figure.h"
#include "ui/cost/curves_page.h"
#include "ui/cost/formulas_page.h"
#include "ui/cost/modules_page.h"
#include "ui/cost/network_page.h"
#include "ui/theme/choice_button.h"
#include "ui/theme/theme.h"

#include <QHBoxLayout>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace factorscope {

CostView::CostView(ViewState& view, QWidget* parent)
    : QWidget(parent), m_view(view), m_row(new QHBoxLayout), m_stack(new QStackedWidget(this))
{
    setAccessibleName(tr("Cost"));
    m_stack->setAccessibleName(tr("Page of the costs"));
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(3 * kGrid);
    rows->addLayout(m_row);
    rows->addWidget(m_stack, 1);
    m_row->setSpacing(0);
    m_row->addStretch();
    addPages();
    connect(&m_view, &ViewState::changed, this, [this] { turnTo(m_view.settings().cost.page); });
    turnTo(m_view.settings().cost.page);
}

void CostView::addPages()
{
    m_curves = add(CostPage::Curves, tr("Curves"),
                   tr("Weights, parameters, MACs, memory and time over C_mid, and every layer"),
                   new CurvesPage(m_view, this));
    connect(m_curves, &CurvesPage::midChannelsPicked, this, &CostView::midChannelsPicked);
    connect(m_curves, &CurvesPage::pickEnded, this, &CostView::pickEnded);
    connect(m_curves, &CurvesPage::failed, this, &CostView::failed);
    add(CostPage::Modules, tr("Modules"),
        tr("Every published branch over α = C_out/C_in: where two 3×3 are the dearer ones"),
        new ModulesPage(m_view, this));
    add(CostPage::Formulas, tr("Formulas"),
        tr("Where each figure comes from, with the numbers put in"), new FormulasPage(this));
    add(CostPage::Conventions, tr("Conventions"),
        tr("How tools count, and which one’s rule gives a number"),
        new ConventionsPage(m_view, this));
    add(CostPage::Network, tr("Network"),
        tr("All 5×5 of a network with two 3×3 in their places, summed"),
        new NetworkPage(m_view, this));
}

template <typename Widget>
Widget* CostView::add(CostPage id, const QString& title, const QString& tip, Widget* widget)
{
    auto* button = new ChoiceButton(title, tip, this);
    button->setAutoExclusive(true);
    m_row->insertWidget(static_cast<int>(m_pages.size()), button);
    m_stack->addWidget(widget);
    if constexpr (requires { &Widget::presetPicked; })
        connect(widget, &Widget::presetPicked, this, &CostView::presetPicked);
    connect(button, &QToolButton::clicked, this, [this, id] {
        ViewSettings settings = m_view.settings();
        settings.cost.page = id;
        m_view.set(settings);
    });
    m_pages.push_back({.id = id,
                       .button = button,
                       .widget = widget,
                       .show = [widget](const CostQuestion& question) { widget->show(question); },
                       .shown = {}});
    return widget;
}

void CostView::show(const Experiment& experiment)
{
    if (const Result<Extent> size = inputSize(experiment)) {
        m_question = CostQuestion{experiment, *size};
        present();
    }
}

void CostView::show(const BothEvaluated& both)
{
    m_question = questionOf(both);
    present();
}

void CostView::setComputed(const std::shared_ptr<const BothEvaluated>& both)
{
    m_curves->setComputed(both);
}

bool CostView::isBusy() const
{
    return m_curves->isBusy();
}

void CostView::turnTo(CostPage id)
{
    const auto page = std::ranges::find(m_pages, id, &Page::id);
    if (page == m_pages.end())
        return;
    page->button->setChecked(true);
    m_stack->setCurrentWidget(page->widget);
    present();
}

void CostView::present()
{
    Page& page = m_pages[static_cast<std::size_t>(m_stack->currentIndex())];
    if (!m_question || page.shown == m_question)
        return;
    page.shown = m_question;
    page.show(*m_question);
}

} // namespace factorscope
