#include "ui/cost/cost_view.h"

#include "core/experiment/prepare.h"
#include "ui/cost/conventions_page.h"
#include "ui/cost/cost_figure.h"
#include "ui/cost/curves_page.h"
#include "ui/cost/formulas_page.h"
#include "ui/cost/modules_page.h"
#include "ui/cost/network_page.h"

namespace factorscope {

CostView::CostView(ViewState& view, QWidget* parent)
    : PagedView(tr("Cost"), tr("Page of the costs"), parent)
{
    addPages(view);
    const auto turn = [this, &view] {
        openPage(static_cast<int>(view.settings().cost.page));
        present();
    };
    connect(&view, &ViewState::changed, this, turn);
    connect(this, &PagedView::pagePicked, &view, [&view](int page) {
        ViewSettings settings = view.settings();
        settings.cost.page = static_cast<CostPage>(page);
        view.set(settings);
    });
    turn();
}

/// In the order of CostPage.
void CostView::addPages(ViewState& view)
{
    m_curves = add(tr("Curves"),
                   tr("Weights, parameters, MACs, memory and time over C_mid, and every layer"),
                   new CurvesPage(view, this));
    connect(m_curves, &CurvesPage::midChannelsPicked, this, &CostView::midChannelsPicked);
    connect(m_curves, &CurvesPage::pickEnded, this, &CostView::pickEnded);
    connect(m_curves, &CurvesPage::failed, this, &CostView::failed);
    add(tr("Modules"),
        tr("Every published branch over α = C_out/C_in: where two 3×3 are the dearer ones"),
        new ModulesPage(view, this));
    add(tr("Formulas"), tr("Where each figure comes from, with the numbers put in"),
        new FormulasPage(this));
    add(tr("Conventions"), tr("How tools count, and which one’s rule gives a number"),
        new ConventionsPage(view, this));
    add(tr("Network"), tr("All 5×5 of a network with two 3×3 in their places, summed"),
        new NetworkPage(view, this));
}

template <typename Widget>
Widget* CostView::add(const QString& title, const QString& tip, Widget* widget)
{
    addPage(widget, title, tip);
    if constexpr (requires { &Widget::presetPicked; })
        connect(widget, &Widget::presetPicked, this, &CostView::presetPicked);
    m_pages.push_back(
        {.show = [widget](const CostQuestion& question) { widget->show(question); }, .shown = {}});
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

void CostView::present()
{
    Page& page = m_pages[static_cast<std::size_t>(openPage())];
    if (!m_question || page.shown == m_question)
        return;
    page.shown = m_question;
    page.show(*m_question);
}

} // namespace factorscope
