#pragma once

#include "ui/cost/cost_data.h"
#include "ui/view/view_state.h"

#include <QWidget>

#include <optional>

class QComboBox;
class QLabel;
class QLineEdit;

namespace factorscope {

class TextTableWidget;

/// The translator of counts: the rule of a tool, or the one that gives a number, beside another
/// rule, line by line.
class ConventionsPage : public QWidget {
    Q_OBJECT
public:
    explicit ConventionsPage(ViewState& view, QWidget* parent = nullptr);

    using QWidget::show;
    void show(const CostQuestion& question);

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* toolRow();
    void change(const CostLook& look);
    void takeNumber(const QString& text);
    void redraw();
    void refuse(const Error& error);
    void layOut();

    ViewState& m_view;
    std::optional<CostQuestion> m_question;
    std::optional<CostLook> m_shown;
    QComboBox* m_tools;
    QLineEdit* m_number;
    QComboBox* m_others;
    QLabel* m_words;
    TextTableWidget* m_rules;
    TextTableWidget* m_difference;
};

} // namespace factorscope
