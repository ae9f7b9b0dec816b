#pragma once

#include "ui/maps/map_pane.h"

#include <QWidget>

#include <memory>
#include <vector>

namespace factorscope {

class MapPaneWidget;
class MapsToolRow;

/// All stages of both branches side by side: input, mid before and after the activation, both
/// outputs, and their difference. The last picture stays until the next is drawn.
class FeatureMapsView : public QWidget {
    Q_OBJECT
public:
    explicit FeatureMapsView(ViewState& view, QWidget* parent = nullptr);
    ~FeatureMapsView() override;

    void show(const std::shared_ptr<const BothEvaluated>& both);
    bool isBusy() const { return m_renderer.isBusy(); } ///< pictures are being drawn

signals:
    void drawn(); ///< the panes show what was asked for last

protected:
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void arrange();
    void redraw();

    ViewState& m_view;
    MapsToolRow* m_tools;
    std::vector<MapPaneWidget*> m_widgets; ///< as kStages
    std::shared_ptr<const BothEvaluated> m_both;
    MapRenderer m_renderer;
};

} // namespace factorscope
