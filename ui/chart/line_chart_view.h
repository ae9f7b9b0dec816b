#pragma once

#include "ui/chart/line_chart.h"

#include <QChartView>

namespace factorscope {

/// Shows a plot and lets an x be picked in it, by pointer or arrow keys.
class LineChartView : public QChartView {
    Q_OBJECT
public:
    explicit LineChartView(QWidget* parent = nullptr);

    void show(const LinePlot& plot);
    using QWidget::show;
    const LinePlot& plot() const { return m_chart->shown(); }
    LineChart& lines() { return *m_chart; }

    /// Whether x can be picked; it can from the beginning on.
    void setPickable(bool isPickable);

    QSize sizeHint() const override { return {360, 240}; }
    QSize minimumSizeHint() const override { return {140, 110}; }

signals:
    /// Pressed, moved, or a key: many of them are one gesture …
    void picked(double x);
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
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    LineChartView(LineChart* chart, QWidget* parent);
    void pick(QPointF position);
    void dress();
    std::optional<double> targetOf(const QKeyEvent& event) const;
    std::optional<double> targetByStep(int key) const;

    LineChart* m_chart;
    bool m_isPickable = true;
    bool m_isPicking = false;
};

} // namespace factorscope
