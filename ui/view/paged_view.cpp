#include "ui/view/paged_view.h"

#include "ui/theme/choice_button.h"
#include "ui/theme/theme.h"

#include <QHBoxLayout>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace factorscope {

PagedView::PagedView(const QString& name, const QString& pagesName, QWidget* parent)
    : QWidget(parent), m_row(new QHBoxLayout), m_stack(new QStackedWidget(this))
{
    setAccessibleName(name);
    m_stack->setAccessibleName(pagesName);
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(3 * kGrid);
    rows->addLayout(m_row);
    rows->addWidget(m_stack, 1);
    m_row->setSpacing(0);
    m_row->addStretch();
}

void PagedView::addPage(QWidget* page, const QString& title, const QString& tip)
{
    const int index = m_stack->addWidget(page);
    auto* button = new ChoiceButton(title, tip, this);
    button->setAutoExclusive(true);
    m_row->insertWidget(index, button);
    m_buttons.push_back(button);
    connect(button, &QToolButton::clicked, this, [this, index] { emit pagePicked(index); });
}

void PagedView::openPage(int index)
{
    m_buttons[static_cast<std::size_t>(index)]->setChecked(true);
    m_stack->setCurrentIndex(index);
}

int PagedView::openPage() const
{
    return m_stack->currentIndex();
}

} // namespace factorscope
