#include "ui/arithmetic/arithmetic_view.h"

#include "ui/arithmetic/multiplications_page.h"
#include "ui/arithmetic/products_page.h"
#include "ui/theme/choice_button.h"
#include "ui/theme/theme.h"

#include <QHBoxLayout>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace factorscope {

ArithmeticView::ArithmeticView(ViewState& view, QWidget* parent)
    : QWidget(parent), m_view(view), m_row(new QHBoxLayout), m_stack(new QStackedWidget(this)),
      m_products(new ProductsPage(view, this)),
      m_multiplications(new MultiplicationsPage(view, this))
{
    setAccessibleName(tr("Arithmetic"));
    m_stack->setAccessibleName(tr("Page of the arithmetic"));
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(3 * kGrid);
    rows->addLayout(m_row);
    rows->addWidget(m_stack, 1);
    m_row->setSpacing(0);
    m_toProducts = addPage(ArithmeticPage::Products, tr("Products"),
                           tr("One output value, product by product"));
    m_toMultiplications = addPage(ArithmeticPage::Multiplications, tr("Multiplications"),
                                  tr("How often both branches multiply for an output, and what "
                                     "the reuse of mid values saves"));
    m_row->addStretch();
    m_stack->addWidget(m_products);
    m_stack->addWidget(m_multiplications);
    connect(m_products, &ProductsPage::drawn, this, &ArithmeticView::drawn);
    connect(m_products, &ProductsPage::failed, this, &ArithmeticView::failed);
    connect(m_multiplications, &MultiplicationsPage::drawn, this, &ArithmeticView::drawn);
    connect(&m_view, &ViewState::changed, this, &ArithmeticView::turnPage);
    turnPage();
}

ArithmeticView::~ArithmeticView() = default;

ChoiceButton* ArithmeticView::addPage(ArithmeticPage page, const QString& title, const QString& tip)
{
    auto* button = new ChoiceButton(title, tip, this);
    button->setAutoExclusive(true);
    m_row->addWidget(button);
    connect(button, &QToolButton::clicked, this, [this, page] {
        ViewSettings settings = m_view.settings();
        settings.arithmetic.page = page;
        m_view.set(settings);
    });
    return button;
}

void ArithmeticView::show(const std::shared_ptr<const BothEvaluated>& both)
{
    m_products->show(both);
    m_multiplications->show(both);
}

bool ArithmeticView::isBusy() const
{
    return isVisible() && m_products->isBusy();
}

void ArithmeticView::turnPage()
{
    const bool isProducts = m_view.settings().arithmetic.page == ArithmeticPage::Products;
    (isProducts ? m_toProducts : m_toMultiplications)->setChecked(true);
    QWidget* page = m_multiplications;
    if (isProducts)
        page = m_products;
    m_stack->setCurrentWidget(page);
    setFocusProxy(page);
}

} // namespace factorscope
