#pragma once

#include "core/experiment/evaluate.h"
#include "ui/view/view_state.h"

#include <QWidget>

#include <memory>
#include <vector>

class QGridLayout;
class QLabel;
class QSpinBox;
class QVBoxLayout;

namespace factorscope {

class HistogramPlot;

/// The numbers behind what is seen: the values under the cursor, the statistics and the histogram
/// of the chosen maps, and what one should be warned of.
class Inspector : public QWidget {
    Q_OBJECT
public:
    explicit Inspector(ViewState& view, QWidget* parent = nullptr);

    void show(const std::shared_ptr<const BothEvaluated>& both);
    bool isBusy() const; ///< values are being counted
    /// The view beside it tells of one map alone what is told here: no need to say it twice.
    void setBesideMaps(bool isBeside);

protected:
    void changeEvent(QEvent* event) override;

private:
    QLabel* addHeading(const QString& text);
    void addChoices();
    void addValues();
    void addStatistics();
    void syncFrom(const ViewSettings& settings);
    void showCursor();
    void showStatistics();
    void showHistogram();
    void showWarnings();

    ViewState& m_view;
    std::shared_ptr<const BothEvaluated> m_both;
    QVBoxLayout* m_column;
    QSpinBox* m_outChannel = nullptr;
    QSpinBox* m_midChannel = nullptr;
    QLabel* m_position = nullptr;
    std::vector<QLabel*> m_names; ///< of the stages, as kStages
    std::vector<QLabel*> m_values; ///< under the cursor
    struct Row {
        QLabel* original;
        QLabel* factorised;
    };
    std::vector<QLabel*> m_columnHeads;
    std::vector<Row> m_statistics;
    std::vector<QWidget*> m_outputMap; ///< what is told of it
    bool m_isBesideMaps = false;
    HistogramPlot* m_histogram = nullptr;
    QLabel* m_warnings = nullptr;
};

} // namespace factorscope
