#pragma once

#include "ui/panel/mark_layout.h"

#include <QAbstractSlider>

#include <vector>

namespace factorscope {

/// A slider whose worthwhile values are marked below it, each a click away. It takes a press
/// anywhere on the groove, the keys and the wheel of a slider; from its turn on it shows the colour
/// of a warning.
class MarkedSlider : public QAbstractSlider {
    Q_OBJECT
public:
    explicit MarkedSlider(QWidget* parent = nullptr);

    void setMarks(std::vector<SliderMark> marks);
    /// Reserves so many rows for labels, so that nothing below them moves; first three.
    void setLabelRows(int rows);
    /// In the colour of the factorised branch, or plain.
    void setOfFactorised(bool isOfFactorised);
    /// Whether the value is one to warn of.
    void setWarning(bool warns);

    const std::vector<PlacedMark>& placedMarks() const { return m_placed; }
    QRect labelBox(const PlacedMark& mark) const; ///< in pixels of the widget
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void sliderChange(SliderChange change) override;
    bool event(QEvent* event) override;

private:
    SliderScale scale() const;
    int drawn(int width) const; ///< what is so wide at the desk
    const PlacedMark* markAt(const QPoint& position) const;
    void placeMarks();
    void paintGroove(QPainter& painter) const;
    void paintMarks(QPainter& painter) const;
    void paintHandle(QPainter& painter) const;

    std::vector<SliderMark> m_marks;
    std::vector<PlacedMark> m_placed;
    int m_labelRows = 3;
    bool m_isOfFactorised = false;
    bool m_warns = false;
    double m_grip = 0.0; ///< from the handle's middle to the pointer
};

} // namespace factorscope
