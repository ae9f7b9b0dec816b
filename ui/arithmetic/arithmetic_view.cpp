#include "ui/arithmetic/arithmetic_view.h"

#include "ui/arithmetic/multiplications_page.h"
#include "ui/arithmetic/products_page.h"

namespace factorscope {

ArithmeticView::ArithmeticView(ViewState& view, QWidget* parent)
    : PagedView(tr("Arithmetic"), tr("Page of the arithmetic"), parent),
      m_products(new ProductsPage(view, this)),
      m_multiplications(new MultiplicationsPage(view, this))
{
    // in the order of ArithmeticPage
    addPage(m_products, tr("Products"), tr("One output value, product by product"));
    addPage(m_multiplications, tr("Multiplications"),
            tr("How often both branches multiply for an output, and what the reuse of mid values "
               "saves"));
    connect(m_products, &ProductsPage::drawn, this, &ArithmeticView::drawn);
    connect(m_products, &ProductsPage::failed, this, &ArithmeticView::failed);
    connect(m_multiplications, &MultiplicationsPage::drawn, this, &ArithmeticView::drawn);
    const auto turn = [this, &view] { turnTo(view.settings().arithmetic.page); };
    connect(&view, &ViewState::changed, this, turn);
    connect(this, &PagedView::pagePicked, &view, [&view](int page) {
        ViewSettings settings = view.settings();
        settings.arithmetic.page = static_cast<ArithmeticPage>(page);
        view.set(settings);
    });
    turn();
}

ArithmeticView::~ArithmeticView() = default;

void ArithmeticView::show(const std::shared_ptr<const BothEvaluated>& both)
{
    m_products->show(both);
    m_multiplications->show(both);
}

bool ArithmeticView::isBusy() const
{
    return isVisible() && m_products->isBusy();
}

void ArithmeticView::turnTo(ArithmeticPage page)
{
    openPage(static_cast<int>(page));
    QWidget* const pages[] = {m_products, m_multiplications};
    setFocusProxy(pages[openPage()]);
}

} // namespace factorscope
