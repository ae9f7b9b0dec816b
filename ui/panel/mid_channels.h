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
    explicit MidChannels(Document& document, QWidget* parent = nullptr);

    void syncFrom(const Experiment& experiment);

protected:
    void changeEvent(QEvent* event) override;

private:
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
