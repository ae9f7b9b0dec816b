#include "ui/kernels/kernels_view.h"

#include "ui/kernels/collapse_page.h"
#include "ui/kernels/weights_page.h"
#include "ui/pieces/pieces_page.h"
#include "ui/represent/represent_page.h"
#include "ui/theme/choice_button.h"
#include "ui/theme/theme.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace factorscope {

KernelsView::KernelsView(ViewState& view, QWidget* parent)
    : QWidget(parent), m_view(view), m_row(new QHBoxLayout), m_stack(new QStackedWidget(this))
{
    setAccessibleName(tr("Kernels"));
    m_stack->setAccessibleName(tr("Page of the kernels"));
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(3 * kGrid);
    rows->addLayout(m_row);
    rows->addWidget(m_stack, 1);
    m_row->setSpacing(0);
    m_row->addStretch();
    add(KernelsPage::Weights, tr("Weights"), tr("The weights of both branches as pictures"),
        new WeightsPage(view, this));
    add(KernelsPage::Collapse, tr("Collapse"),
        tr("The one kernel that the stack is without its activation, and how ReLU breaks it"),
        new CollapsePage(view, this));
    add(KernelsPage::Pieces, tr("Pieces"),
        tr("Which pixels share a linear piece, and the kernel that each acts as"),
        new PiecesPage(view, this));
    add(KernelsPage::Represent, tr("Represent"),
        tr("Which kernels two 3×3 can stand for, and how many mid channels they take"),
        new RepresentPage(view, this));
    connect(&m_view, &ViewState::changed, this, [this] { turnTo(m_view.settings().kernels.page); });
    turnTo(m_view.settings().kernels.page);
}

template <typename Widget>
void KernelsView::add(KernelsPage id, const QString& title, const QString& tip, Widget* widget)
{
    auto* button = new ChoiceButton(title, tip, this);
    button->setAutoExclusive(true);
    m_row->insertWidget(static_cast<int>(m_pages.size()), button);
    m_stack->addWidget(widget);
    connect(widget, &Widget::drawn, this, &KernelsView::drawn);
    if constexpr (requires { &Widget::failed; })
        connect(widget, &Widget::failed, this, &KernelsView::failed);
    if constexpr (requires { &Widget::slopeWanted; })
        connect(widget, &Widget::slopeWanted, this, &KernelsView::slopeWanted);
    if constexpr (requires { &Widget::kernelsWanted; })
        connect(widget, &Widget::kernelsWanted, this, &KernelsView::kernelsWanted);
    connect(button, &QToolButton::clicked, this, [this, id] {
        ViewSettings settings = m_view.settings();
        settings.kernels.page = id;
        m_view.set(settings);
    });
    m_pages.push_back({.id = id,
                       .button = button,
                       .widget = widget,
                       .show = [widget](const auto& both) { widget->show(both); },
                       .isBusy = [widget] { return widget->isBusy(); }});
}

void KernelsView::show(const std::shared_ptr<const BothEvaluated>& both)
{
    for (const Page& page : m_pages)
        page.show(both);
}

void KernelsView::turnTo(KernelsPage id)
{
    const auto page = std::ranges::find(m_pages, id, &Page::id);
    if (page == m_pages.end())
        return;
    page->button->setChecked(true);
    m_stack->setCurrentWidget(page->widget);
}

const KernelsView::Page& KernelsView::current() const
{
    return m_pages[static_cast<std::size_t>(m_stack->currentIndex())];
}

bool KernelsView::isBusy() const
{
    return isVisible() && current().isBusy();
}

} // namespace factorscope
