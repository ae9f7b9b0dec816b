#pragma once

#include "ui/cost/curve_chart.h"

#include <QChartView>

namespace factorscope {

/// Shows the curve and lets C_mid be picked in it, by pointer or arrow keys.
class CurveView : public QChartView {
    Q_OBJECT
public:
    explicit CurveView(QWidget* parent = nullptr);

    CurveChart& curve() { return *m_curve; }
    void show(const CostComparison& costs, CostMeasure measure);
    using QWidget::show;

signals:
    /// Pressed, moved, or a key: many of them are one gesture …
    void midChannelsPicked(qint64 midChannels);
    /// … which ends here.
    void pickEnded();

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    CurveView(CurveChart* curve, QWidget* parent);
    void pick(QPointF position);
    void pickBeside(std::int64_t step);

    CurveChart* m_curve;
    std::int64_t m_midChannels = 0; ///< as shown
    std::int64_t m_most = 0;
    bool m_isPicking = false;
};

} // namespace factorscope
