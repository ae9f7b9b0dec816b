#pragma once

#include "core/cost/formula.h"
#include "ui/cost/cost_data.h"

#include <QWidget>

#include <vector>

class QLabel;
class QListWidget;
class QPushButton;

namespace factorscope {

/// The formulas of both branches; empty where one of them cannot be counted.
std::vector<Formula> formulasOf(const CostQuestion& question);

/// Every figure of the costs with the formula that it comes from and the numbers put in, to be
/// copied as text or LaTeX.
class FormulasPage : public QWidget {
    Q_OBJECT
public:
    explicit FormulasPage(QWidget* parent = nullptr);

    using QWidget::show;
    void show(const CostQuestion& question);

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* toolRow();
    void copy(FormulaStyle style);
    void fill();

    std::vector<Formula> m_formulas;
    QLabel* m_words;
    QListWidget* m_list;
    QPushButton* m_copyText;
    QPushButton* m_copyLatex;
};

} // namespace factorscope
