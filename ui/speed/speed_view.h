#pragma once

#include "core/race/race_run.h"
#include "ui/compute/analysis_lane.h"
#include "ui/view/view_state.h"

#include <QTimer>
#include <QWidget>

#include <array>
#include <memory>
#include <vector>

class QComboBox;
class QLabel;
class QPushButton;

namespace factorscope {

class ChoiceButton;
class SpeedPicture;

/// Races both branches when asked to, and shows the race. Nothing is measured by itself. The races
/// of this session stay, to be shown again; a new experiment makes the shown one an old one, and
/// no more.
class SpeedView : public QWidget {
    Q_OBJECT
public:
    static constexpr std::size_t kMostRaces = 20; ///< that are kept

    explicit SpeedView(ViewState& view, QWidget* parent = nullptr);
    ~SpeedView() override;

    using QWidget::show;
    void show(const std::shared_ptr<const BothEvaluated>& both);
    bool isRacing() const { return m_lane.isBusy(); }
    const std::vector<std::shared_ptr<const Race>>& races() const { return m_races; }

    /// Races what is shown, or stops the race under way: as the button and Enter do.
    void startOrStop();

signals:
    void drawn(); ///< a whole race
    void failed(const Error& error);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    QWidget* toolRow();
    QWidget* threadChoice();
    void connectParts();
    void take(const std::shared_ptr<const Race>& race);
    void change(const SpeedLook& look);
    void redraw();
    void follow();
    void sayState();
    void chooseThreads(int threads);
    std::shared_ptr<const Race> shown() const;

    ViewState& m_view;
    std::shared_ptr<const BothEvaluated> m_both;
    std::vector<std::shared_ptr<const Race>> m_races; ///< the newest last
    std::shared_ptr<RaceBoard> m_board; ///< of the race under way
    QPushButton* m_start;
    ChoiceButton* m_one = nullptr;
    ChoiceButton* m_all = nullptr;
    QComboBox* m_list;
    QLabel* m_state;
    SpeedPicture* m_picture;
    QTimer m_poll;
    AnalysisLane m_lane;
};

} // namespace factorscope
