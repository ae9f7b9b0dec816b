#pragma once

#include "ui/cost/cost_data.h"
#include "ui/view/view_state.h"

#include <QWidget>

#include <optional>

class QButtonGroup;
class QLabel;

namespace factorscope {

class TextTableWidget;
class WholeNumberBox;

/// All 5×5 branches of a published network and what two 3×3 in their places cost, C_mid by a rule
/// or one by one. A row that is picked is loaded.
class NetworkPage : public QWidget {
    Q_OBJECT
public:
    explicit NetworkPage(ViewState& view, QWidget* parent = nullptr);

    using QWidget::show;
    void show(const CostQuestion& question);

signals:
    void presetPicked(const QString& id);

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* toolRow();
    void change(const CostLook& look);
    void setMid(int row, std::int64_t midChannels);
    void redraw();
    void provideBoxes();
    void markOwnRow();

    ViewState& m_view;
    std::optional<CostQuestion> m_question;
    std::optional<CostLook> m_shown;
    QButtonGroup* m_networks;
    QButtonGroup* m_rules;
    QLabel* m_words;
    TextTableWidget* m_table;
    std::vector<WholeNumberBox*> m_boxes; ///< one for each module
};

} // namespace factorscope
