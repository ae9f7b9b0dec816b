#pragma once

#include "core/experiment/piece_analysis.h"
#include "ui/compute/analysis_lane.h"
#include "ui/maps/map_renderer.h"
#include "ui/view/view_state.h"

#include <QWidget>

#include <array>
#include <memory>

class QLabel;

namespace factorscope {

class ChoiceButton;
class KernelGridWidget;
class KernelPictureWidget;
class MapPaneWidget;
class PieceListWidget;

/// Which pixels share a linear piece of the factorised branch, and the kernel that each acts as.
class PiecesPage : public QWidget {
    Q_OBJECT
public:
    explicit PiecesPage(ViewState& view, QWidget* parent = nullptr);
    ~PiecesPage() override;

    void show(const std::shared_ptr<const BothEvaluated>& both);
    using QWidget::show;
    bool isBusy() const { return m_lane.isBusy() || m_renderer.isBusy(); }
    /// What is shown; null at first.
    const std::shared_ptr<const PieceFindings>& findings() const { return m_shown.findings; }

signals:
    void drawn();
    void failed(const Error& error);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    /// An answer that was looked into, and its picture.
    struct Shown {
        std::shared_ptr<const BothEvaluated> both;
        std::shared_ptr<const PieceFindings> findings;
        std::optional<std::int64_t> chosen;
        bool isDark = false;
        SharedTensor colours;

        /// Whether the picture is that of these, too.
        bool hasColoursOf(const Shown& other) const;
    };
    QWidget* tools();
    void layOutWidgets();
    void ask();
    void take(const Shown& shown);
    void render();

    ViewState& m_view;
    std::shared_ptr<const BothEvaluated> m_both;
    Shown m_shown;
    ChoiceButton* m_ofAll = nullptr;
    ChoiceButton* m_ofOne = nullptr;
    MapPaneWidget* m_map;
    PieceListWidget* m_list;
    std::array<KernelPictureWidget*, 3> m_kernels{};
    KernelGridWidget* m_taps;
    QLabel* m_words;
    MapRenderer m_renderer;
    AnalysisLane m_lane;
};

} // namespace factorscope
