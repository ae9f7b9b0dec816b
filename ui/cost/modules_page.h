#pragma once

#include "ui/cost/cost_data.h"
#include "ui/view/view_state.h"

#include <QWidget>

#include <optional>

class QButtonGroup;
class QLabel;

namespace factorscope {

class AlphaView;

/// Every published branch as a point over α = C_out/C_in, and the experiment among them: where two
/// 3×3 are the dearer ones. A branch that is picked is loaded.
class ModulesPage : public QWidget {
    Q_OBJECT
public:
    explicit ModulesPage(ViewState& view, QWidget* parent = nullptr);

    using QWidget::show;
    void show(const CostQuestion& question);

signals:
    void presetPicked(const QString& id);

private:
    QWidget* toolRow();
    void redraw();
    void showWords();

    ViewState& m_view;
    std::optional<CostQuestion> m_question;
    std::optional<MidRule> m_shown;
    QButtonGroup* m_rules;
    AlphaView* m_chart;
    QLabel* m_words;
};

/// The sentence above the chart.
QString alphaTitle(MidRule rule);

} // namespace factorscope
