#pragma once

#include "ui/compute/analysis_lane.h"
#include "ui/maps/map_panes.h"

#include <QWidget>

#include <memory>
#include <vector>

namespace factorscope {

class MapPaneWidget;
class MapsToolRow;

/// All stages of both branches side by side: input, mid before and after the activation, both
/// outputs, and their difference. The last picture stays until the next is drawn. What takes
/// longer, such as the rank of the layers, follows once an answer is no preview.
class FeatureMapsView : public QWidget {
    Q_OBJECT
public:
    explicit FeatureMapsView(ViewState& view, QWidget* parent = nullptr);
    ~FeatureMapsView() override;

    void show(const std::shared_ptr<const BothEvaluated>& both);
    /// Pictures are being drawn, or maps looked into.
    bool isBusy() const
    {
        return m_renderer.isBusy() || m_analysisLane.isBusy() || m_histogramLane.isBusy();
    }
    const MapKnowledge& known() const { return m_known; }
    const std::vector<MapPaneWidget*>& panes() const { return m_widgets; } ///< as kStages

signals:
    void failed(const Error& error);
    void drawn(); ///< the panes show what was asked for last

protected:
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void arrange();
    void redraw();
    void redrawWords();
    void analyse();
    void countMaps();
    bool followChoice(const StagePanes& panes);
    void publishOrders();
    void addKeys();
    void scrollBy(Stage stage, double pages);

    ViewState& m_view;
    MapsToolRow* m_tools;
    std::vector<MapPaneWidget*> m_widgets; ///< as kStages
    std::shared_ptr<const BothEvaluated> m_both;
    MapKnowledge m_known;
    std::array<std::optional<MapToCount>, kStages.size()> m_toCount; ///< asked for last
    bool m_owesDrawn = false; ///< for what was asked for since it was told last
    ViewSettings m_arranged; ///< what the panes' places are for
    std::array<std::int64_t, kMapKinds> m_followed{}; ///< the chosen maps that are in sight
    AnalysisLane m_analysisLane;
    AnalysisLane m_histogramLane;
    MapRenderer m_renderer;
};

} // namespace factorscope
