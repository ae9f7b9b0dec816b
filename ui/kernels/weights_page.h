#pragma once

#include "ui/kernels/weight_panels.h"

#include <QWidget>

#include <memory>
#include <vector>

class QGridLayout;
class QScrollArea;

namespace factorscope {

class ChoiceButton;
class KernelGridWidget;
class KernelPictureWidget;

/// The weights of both branches as pictures. A chosen kernel is the chosen map of all views.
class WeightsPage : public QWidget {
    Q_OBJECT
public:
    explicit WeightsPage(ViewState& view, QWidget* parent = nullptr);

    void show(const std::shared_ptr<const BothEvaluated>& both);
    using QWidget::show;
    bool isBusy() const { return false; } ///< the weights are at hand
    const std::vector<WeightPanel>& panels() const { return m_panels; }

signals:
    void drawn();

protected:
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct PanelWidgets {
        KernelGridWidget* grid;
        KernelPictureWidget* chosen;
    };
    QWidget* tools();
    void redraw();
    void addPanel();
    void arrange();
    void choose(std::size_t panel, int tile);

    ViewState& m_view;
    std::shared_ptr<const BothEvaluated> m_both;
    std::vector<WeightPanel> m_panels;
    std::vector<PanelWidgets> m_widgets; ///< at least as many; the others are hidden
    ChoiceButton* m_oneScale = nullptr;
    ChoiceButton* m_scaleEach = nullptr;
    QScrollArea* m_scroll;
    QGridLayout* m_grid;
    int m_across = 0; ///< panels in a row
    std::size_t m_arranged = 0; ///< panels that have their place
};

} // namespace factorscope
