#pragma once

#include "core/experiment/evaluate.h"
#include "ui/compute/analysis_lane.h"
#include "ui/represent/representation_feed.h"
#include "ui/view/view_state.h"

#include <QTimer>
#include <QWidget>

#include <array>
#include <memory>
#include <optional>

class QBoxLayout;
class QGridLayout;
class QLabel;
class QProgressBar;
class QPushButton;
class QScrollArea;
class QToolButton;

namespace factorscope {

class KernelEditor;
class KernelGridWidget;
class KernelPictureWidget;
class LineChartView;
class TargetControls;

/// What two 3×3 without an activation can represent: a kernel that is made, painted or taken from
/// the experiment, or its whole bank, and the best stacks for more and more mid channels. An
/// estimate follows the painting; the search refines it. The last picture stays until the next.
class RepresentPage : public QWidget {
    Q_OBJECT
public:
    explicit RepresentPage(ViewState& view, QWidget* parent = nullptr);
    ~RepresentPage() override;

    void show(const std::shared_ptr<const BothEvaluated>& both);
    using QWidget::show;
    bool isBusy() const { return m_estimateLane->isBusy() || m_searchLane->isBusy(); }
    /// What is shown; null at first.
    const std::shared_ptr<const Representation>& found() const { return m_found; }

signals:
    void drawn();
    void failed(const Error& error);
    /// The target is to become the experiment's kernels.
    void kernelsWanted(const factorscope::HandMadeChoice& choice);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QWidget* targetColumn();
    QWidget* foundColumn();
    void addWords(QBoxLayout& rows);
    QWidget* progressRow();
    void connectParts();
    void fit();
    void setTight(bool isTight);
    void change(const RepresentLook& look);
    void paintTarget(const Kernel5x5& kernel);
    void redraw();
    void ask();
    void askEstimate(const RepresentationQuestion& question);
    void search(const RepresentationQuestion& question);
    void take(const std::shared_ptr<const Representation>& found);
    void follow();
    void present();
    void stop();
    void refuse(const Error& error);

    ViewState& m_view;
    std::shared_ptr<const BothEvaluated> m_both;
    std::optional<RepresentationQuestion> m_asked; ///< last; nothing after a stop
    std::shared_ptr<const Representation> m_found;
    std::shared_ptr<RepresentationFeed> m_feed; ///< of the search under way
    int m_gesture = 0;

    QScrollArea* m_scroll;
    QBoxLayout* m_columns = nullptr;
    QBoxLayout* m_target = nullptr;
    QGridLayout* m_foundGrid = nullptr;
    bool m_isTight = false; ///< few lines of text have room
    TargetControls* m_controls = nullptr;
    KernelEditor* m_editor = nullptr;
    QPushButton* m_use = nullptr;
    std::array<KernelPictureWidget*, 2> m_kernels{}; ///< approximation, difference
    std::array<KernelGridWidget*, 2> m_factors{};
    LineChartView* m_chart = nullptr;
    QLabel* m_words = nullptr;
    QLabel* m_doing = nullptr;
    QProgressBar* m_progress = nullptr;
    QToolButton* m_stop = nullptr;
    QTimer m_poll;
    AnalysisLane* m_estimateLane;
    AnalysisLane* m_searchLane;
};

} // namespace factorscope
