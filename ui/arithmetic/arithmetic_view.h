#pragma once

#include "core/experiment/evaluate.h"
#include "ui/view/paged_view.h"
#include "ui/view/view_state.h"

#include <memory>

namespace factorscope {

class MultiplicationsPage;
class ProductsPage;

/// The arithmetic behind one output value, and how often both branches multiply.
class ArithmeticView : public PagedView {
    Q_OBJECT
public:
    explicit ArithmeticView(ViewState& view, QWidget* parent = nullptr);
    ~ArithmeticView() override;

    void show(const std::shared_ptr<const BothEvaluated>& both);
    using QWidget::show;
    bool isBusy() const;

signals:
    void drawn();
    void failed(const Error& error);

private:
    void turnTo(ArithmeticPage page);

    ProductsPage* m_products;
    MultiplicationsPage* m_multiplications;
};

} // namespace factorscope
