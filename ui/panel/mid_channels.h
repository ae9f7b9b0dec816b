#pragma once

#include "ui/panel/parameter_edit.h"

#include <QWidget>

class QLabel;

namespace factorscope {

class MarkedSlider;
class WholeNumberBox;

/// C_mid, what the window is about: its slider with marks, its number, and in words what it costs.
class MidChannels : public QWidget {
    Q_OBJECT
public:
    /// Upright for a panel, or in a row.
    MidChannels(Document& document, Qt::Orientation orientation, QWidget* parent = nullptr);

protected:
    void changeEvent(QEvent* event) override;

private:
    void syncFrom(const Experiment& experiment);
    void layOut(QLabel& name, Qt::Orientation orientation);
    void showCost(const Experiment& experiment);
    void colorWords();

    ParameterEdit* m_edit;
    MarkedSlider* m_slider;
    WholeNumberBox* m_box;
    QWidget* m_sign;
    QLabel* m_words;
    bool m_warns = false;
};

} // namespace factorscope
