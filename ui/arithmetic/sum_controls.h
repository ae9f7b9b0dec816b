#pragma once

#include "ui/arithmetic/sum_picture.h"

#include <QWidget>

#include <optional>

class QComboBox;
class QSlider;
class QToolButton;

namespace factorscope {

class ChoiceButton;

/// The order of the terms, play, and how far the active sum is added up.
class SumControls : public QWidget {
    Q_OBJECT
public:
    explicit SumControls(QWidget* parent = nullptr);

    /// Of the active sum.
    void syncFrom(const SumPicture& picture, ProductOrder order, bool isPlaying);
    int termsPerSecond() const;

signals:
    void orderWanted(factorscope::ProductOrder order);
    void playWanted();
    void termsWanted(std::optional<qint64> terms); ///< nothing: all
    void speedWanted(int termsPerSecond);

private:
    void addOrder();
    void addPlay();
    void addSpeed();

    ChoiceButton* m_natural;
    ChoiceButton* m_byContribution;
    QToolButton* m_play;
    QSlider* m_slider;
    QComboBox* m_speed;
};

} // namespace factorscope
