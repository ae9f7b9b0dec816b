#pragma once

#include "core/experiment/evaluate.h"
#include "ui/compute/analysis_lane.h"
#include "ui/cost/cost_data.h"
#include "ui/view/view_state.h"

#include <QWidget>

class QButtonGroup;
class QChartView;
class QLabel;
class QPushButton;
class QToolButton;

namespace factorscope {

class BarsChart;
class LayerTable;
class LineChartView;

/// What both branches cost: a pair of bars for each measure, a curve over C_mid, the numbers of
/// each layer. The time over C_mid is measured when the user asks for it.
class CurvesPage : public QWidget {
    Q_OBJECT
public:
    explicit CurvesPage(ViewState& view, QWidget* parent = nullptr);

    using QWidget::show;
    /// What cannot be counted leaves what was shown.
    void show(const CostQuestion& question);
    /// What has been computed last: it can be measured.
    void setComputed(const std::shared_ptr<const BothEvaluated>& both);
    bool isBusy() const { return m_lane->isBusy(); }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    /// Picked in the curve; all until pickEnded() are one gesture.
    void midChannelsPicked(qint64 midChannels);
    void pickEnded();
    void failed(const Error& error);

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* header();
    QWidget* quantityRow();
    QWidget* charts();
    void showCurve();
    void showMeasuring();
    void measure();
    bool canMeasure() const;
    void dress();
    void dressVerdict();
    void layOutTable();

    ViewState& m_view;
    std::optional<CostQuestion> m_question;
    std::optional<CostComparison> m_costs;
    std::optional<CostLook> m_shownLook;
    std::shared_ptr<const BothEvaluated> m_both;
    std::optional<Experiment> m_measured; ///< last begun
    std::optional<bool> m_wantsTable; ///< by the user's choice; else by the height

    QLabel* m_title;
    QLabel* m_verdict;
    QLabel* m_assumption;
    QButtonGroup* m_quantities;
    QPushButton* m_measure;
    BarsChart* m_bars;
    QChartView* m_barsView;
    LineChartView* m_curve;
    QToolButton* m_tableButton;
    LayerTable* m_table;
    AnalysisLane* m_lane;
};

} // namespace factorscope
