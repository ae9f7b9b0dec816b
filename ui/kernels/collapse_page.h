#pragma once

#include "ui/compute/analysis_lane.h"
#include "ui/kernels/collapse_picture.h"

#include <QWidget>

#include <array>
#include <memory>
#include <optional>
#include <vector>

class QHBoxLayout;
class QLabel;
class QScrollArea;
class QSlider;
class QToolButton;

namespace factorscope {

class ChoiceButton;
class KernelPictureWidget;
class LineChartView;
class MapPaneWidget;

/// The one kernel that the stack is without its activation, what both make of the picture, and how
/// they part when the slope of the activation leaves 1. The last picture stays until the next is
/// drawn.
class CollapsePage : public QWidget {
    Q_OBJECT
public:
    explicit CollapsePage(ViewState& view, QWidget* parent = nullptr);
    ~CollapsePage() override;

    void show(const std::shared_ptr<const BothEvaluated>& both);
    using QWidget::show;
    bool isBusy() const;
    const std::optional<CollapseAtSlope>& shown() const { return m_shown; }

signals:
    void drawn();
    void slopeWanted(double slope); ///< for the experiment

protected:
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct PaddingButton {
        BorderPadding padding;
        ChoiceButton* button;
    };
    QWidget* tools();
    void addPaddings(QWidget* tools);
    void addSlope(QWidget* tools);
    void addSlopeButtons(QWidget* tools);
    void addParts();
    void arrange();
    template <typename Change>
    void change(const Change& change);
    double slope() const;
    void redraw();
    void syncTools();
    void find();
    void askForMaps();
    void present();
    void refuse(const Error& error);

    ViewState& m_view;
    std::shared_ptr<const BothEvaluated> m_both;
    std::shared_ptr<const CollapseFindings> m_findings;
    struct Asked {
        std::shared_ptr<const BothEvaluated> both;
        BorderPadding padding = BorderPadding::Same;
        bool operator==(const Asked&) const = default;
    };
    std::optional<Asked> m_asked; ///< for findings, last
    std::optional<CollapseAtSlope> m_shown;

    std::vector<PaddingButton> m_paddings;
    QSlider* m_slope = nullptr;
    QLabel* m_slopeText = nullptr;
    QToolButton* m_ownSlope = nullptr;
    QToolButton* m_useSlope = nullptr;
    QScrollArea* m_scroll;
    std::array<QHBoxLayout*, 3> m_rows{}; ///< kernels, maps, and what stands below them
    std::optional<bool> m_isWide;
    std::array<KernelPictureWidget*, 3> m_kernels{};
    std::array<MapPaneWidget*, 3> m_panes{};
    LineChartView* m_chart = nullptr;
    QLabel* m_words;
    MapRenderer m_renderer;
    AnalysisLane m_findLane;
    AnalysisLane m_slopeLane;
};

} // namespace factorscope
