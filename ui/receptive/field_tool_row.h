#pragma once

#include "ui/view/view_state.h"

#include <QWidget>

class QHBoxLayout;
class QLabel;
class QSlider;
class QToolButton;

namespace factorscope {

/// What is shown of the receptive field: paths or the effective field, and of which outputs.
class FieldToolRow : public QWidget {
    Q_OBJECT
public:
    explicit FieldToolRow(ViewState& view, QWidget* parent = nullptr);

    /// Less than its row needs: then it takes two.
    QSize minimumSizeHint() const override { return {0, QWidget::minimumSizeHint().height()}; }

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    /// Two choices beside each other, of which one is true of the setting.
    struct Choice {
        QToolButton* off;
        QToolButton* on;
        bool FieldSettings::*setting;
    };
    struct Words {
        QString text;
        QString tip;
    };
    QWidget* addChoice(QHBoxLayout& row, bool FieldSettings::*setting, const Words& off,
                       const Words& on);
    QWidget* addBlocks(QHBoxLayout& row);
    void arrange();
    void syncFrom(const FieldSettings& settings);
    /// Changes the settings of the view.
    template <typename Change>
    void change(const Change& change);

    ViewState& m_view;
    QHBoxLayout* m_row = nullptr;
    QHBoxLayout* m_below = nullptr;
    bool m_isNarrow = false; ///< some stand below
    int m_belowWidth = 0; ///< of those, with what parts them
    std::vector<Choice> m_choices;
    QSlider* m_blocks = nullptr;
    QLabel* m_blocksLabel = nullptr;
    std::vector<QWidget*> m_ofEffective; ///< seen only with the effective field
};

} // namespace factorscope
