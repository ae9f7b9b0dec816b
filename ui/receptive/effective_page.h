#pragma once

#include "ui/compute/analysis_lane.h"
#include "ui/maps/map_renderer.h"
#include "ui/receptive/field_findings.h"

#include <QTimer>
#include <QWidget>

#include <initializer_list>
#include <memory>
#include <optional>

class QHBoxLayout;
class QLabel;

namespace factorscope {

class KernelPictureWidget;
class LineChartView;
class MapPaneWidget;

/// The effective fields of both branches by gradient: the picture to point at, both fields, their
/// mass over the radius, and how they spread with depth. Computes only what is seen.
class EffectivePage : public QWidget {
    Q_OBJECT
public:
    explicit EffectivePage(ViewState& view, QWidget* parent = nullptr);
    ~EffectivePage() override;

    void show(const std::shared_ptr<const BothEvaluated>& both);
    using QWidget::show;
    /// Something is to come: the picture, the fields or the curve over depth.
    bool isBusy() const;
    /// What is shown; null before the first, and after an error.
    const std::shared_ptr<const FieldFindings>& findings() const { return m_findings; }
    const std::shared_ptr<const DepthCurve>& depth() const { return m_depth; }

signals:
    void drawn(); ///< the picture or the fields are new

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void layOut();
    static QHBoxLayout* sideBySide(std::initializer_list<QWidget*> widgets);
    void redraw();
    void drawMap();
    void restCursor();
    void showCursor();
    void ask();
    void askDepth();
    void take(const std::shared_ptr<const FieldFindings>& findings);
    void takeDepth(const std::shared_ptr<const DepthCurve>& curve);
    void showFindings();
    void showDepth();
    void fail(const Error& error);
    void failDepth(const Error& error);
    void stop();
    bool isDepthOfQuestion() const;

    ViewState& m_view;
    std::shared_ptr<const BothEvaluated> m_both;
    std::shared_ptr<DeepBranches> m_branches; ///< of the lane of the fields
    std::shared_ptr<DeepBranches> m_depthBranches; ///< of the lane of the curve
    std::optional<FieldQuestion> m_question; ///< the latest about m_both
    std::shared_ptr<const FieldFindings> m_findings;
    std::shared_ptr<const DepthCurve> m_depth;
    std::shared_ptr<const BothEvaluated> m_depthOf; ///< whose curve is shown
    std::optional<FieldQuestion> m_depthQuestion; ///< under way

    MapPaneWidget* m_map;
    KernelPictureWidget* m_original;
    KernelPictureWidget* m_factorised;
    LineChartView* m_mass;
    LineChartView* m_spread;
    QLabel* m_words;
    QTimer m_rest; ///< the curve waits until the fields have been the same for this long
    MapRenderer m_renderer;
    AnalysisLane m_fieldLane; ///< last: they end before what they use
    AnalysisLane m_depthLane;
};

} // namespace factorscope
