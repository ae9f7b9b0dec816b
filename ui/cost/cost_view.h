#pragma once

#include "core/experiment/evaluate.h"
#include "ui/cost/cost_data.h"

#include <QWidget>

class QButtonGroup;
class QChartView;
class QLabel;
class QToolButton;

namespace factorscope {

class BarsChart;
class CurveView;
class LayerTable;

/// What both branches cost: a pair of bars for each measure, the curve over C_mid, the numbers of
/// each layer.
class CostView : public QWidget {
    Q_OBJECT
public:
    explicit CostView(QWidget* parent = nullptr);

    using QWidget::show;
    /// Counts at once, as long as the size of the input is known; else what was shown stays.
    void show(const Experiment& experiment);
    void show(const BothEvaluated& both);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    /// Picked in the curve; all until pickEnded() are one gesture.
    void midChannelsPicked(qint64 midChannels);
    void pickEnded();

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* header();
    QWidget* measureButtons();
    QWidget* charts();
    void show(const Result<CostComparison>& costs);
    void showCurve();
    void dress();
    void dressVerdict();
    void layOutTable();

    std::optional<CostComparison> m_costs;
    CostMeasure m_measure = CostMeasure::Weights;
    std::optional<bool> m_wantsTable; ///< by the user's choice; else by the height

    QLabel* m_title;
    QLabel* m_verdict;
    QButtonGroup* m_measures;
    BarsChart* m_bars;
    QChartView* m_barsView;
    CurveView* m_curve;
    QToolButton* m_tableButton;
    LayerTable* m_table;
};

} // namespace factorscope
