#pragma once

#include "ui/maps/map_pane.h"

#include <QWidget>

#include <memory>
#include <vector>

class QLabel;
class QStackedWidget;

namespace factorscope {

class CloseUpWidget;
class EffectivePage;
class MapPaneWidget;

/// What an output pixel sees. By paths: whole maps to point at above, the pixels about it with
/// their path counts below. By gradient: see EffectivePage.
class ReceptiveView : public QWidget {
    Q_OBJECT
public:
    explicit ReceptiveView(ViewState& view, QWidget* parent = nullptr);
    ~ReceptiveView() override;

    void show(const std::shared_ptr<const BothEvaluated>& both);
    using QWidget::show;
    bool isBusy() const; ///< something of what is seen is being drawn or computed
    EffectivePage& effective() const { return *m_effective; }

    /// The stages of the panes to point at, and how each is shown: one map alone, the input in
    /// colours where it has them.
    static std::vector<Stage> stages(const BothEvaluated& both, const ViewSettings& settings);
    static ViewSettings settingsOf(Stage stage, const BothEvaluated& both, ViewSettings settings);

signals:
    void drawn();

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QWidget* pathsPage();
    void turnPage();
    void redraw();
    void showCursor();

    ViewState& m_view;
    std::shared_ptr<const BothEvaluated> m_both;
    std::vector<MapPaneWidget*> m_panes;
    std::vector<CloseUpWidget*> m_closeUps;
    QLabel* m_words;
    QWidget* m_paths;
    EffectivePage* m_effective;
    QStackedWidget* m_pages;
    MapRenderer m_renderer;
};

} // namespace factorscope
