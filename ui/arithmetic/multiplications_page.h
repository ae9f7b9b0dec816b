#pragma once

#include "core/experiment/evaluate.h"
#include "ui/arithmetic/sum_player.h"
#include "ui/view/view_state.h"

#include <QWidget>

#include <memory>
#include <optional>

class QLabel;
class QSlider;
class QToolButton;

namespace factorscope {

class ChoiceButton;
class LineChartView;
class ReuseWidget;

/// How often both branches multiply for an output: 25 against 90 against 18, and how a tile of
/// outputs that keeps its mid values comes from the one to the other.
class MultiplicationsPage : public QWidget {
    Q_OBJECT
public:
    explicit MultiplicationsPage(ViewState& view, QWidget* parent = nullptr);
    ~MultiplicationsPage() override;

    void show(const std::shared_ptr<const BothEvaluated>& both);
    using QWidget::show;
    bool isPlaying() const { return m_player.isPlaying(); }

signals:
    void drawn();

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QWidget* tools();
    void refresh();
    void setOutput(std::optional<std::int64_t> output);
    void setTile(std::int64_t tile);
    void play();
    void step();
    template <typename Change>
    void change(const Change& change);

    ViewState& m_view;
    std::shared_ptr<const BothEvaluated> m_both;
    ChoiceButton* m_one = nullptr;
    ChoiceButton* m_all = nullptr;
    QToolButton* m_play = nullptr;
    QSlider* m_tile = nullptr;
    QLabel* m_tileText = nullptr;
    ReuseWidget* m_reuse;
    LineChartView* m_curve;
    QLabel* m_words;
    QLabel* m_step;
    SumPlayer m_player;
};

} // namespace factorscope
