#pragma once

#include "core/experiment/evaluate.h"
#include "ui/view/view_state.h"

#include <QWidget>

#include <memory>

class QHBoxLayout;
class QStackedWidget;

namespace factorscope {

class ChoiceButton;
class MultiplicationsPage;
class ProductsPage;

/// The arithmetic behind one output value, and how often both branches multiply.
class ArithmeticView : public QWidget {
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
    ChoiceButton* addPage(ArithmeticPage page, const QString& title, const QString& tip);
    void turnPage();

    ViewState& m_view;
    QHBoxLayout* m_row;
    QStackedWidget* m_stack;
    ProductsPage* m_products;
    MultiplicationsPage* m_multiplications;
    ChoiceButton* m_toProducts;
    ChoiceButton* m_toMultiplications;
};

} // namespace factorscope
