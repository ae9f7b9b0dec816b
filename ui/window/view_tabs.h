#pragma once

#include "core/experiment/evaluate.h"

#include <QKeySequence>
#include <QTabWidget>

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace factorscope {

class CostView;
class ModuleView;
class SpeedView;
class ViewState;

/// All views as the tabs of the window, in the order of figureViews(). A view is a widget with
/// show(shared_ptr<const BothEvaluated>), isBusy() and the signal drawn(), and failed(Error) where
/// it does work that can fail. It asks for nothing while it is hidden.
class ViewTabs : public QTabWidget {
    Q_OBJECT
public:
    explicit ViewTabs(ViewState& state, QWidget* parent = nullptr);

    using QTabWidget::show;
    void show(const std::shared_ptr<const BothEvaluated>& both);
    /// Costs are counted before anything is computed, so that they lead on the way of a drag.
    void showCosts(const Experiment& experiment);
    void showCosts(const BothEvaluated& both);
    /// A view has something else under way than what it shows.
    bool isBusy() const;

    std::string_view currentId() const; ///< as in figureViews()
    void showView(std::string_view id); ///< one that exists
    /// Ctrl with the digit of tab `index`; empty beyond the ninth.
    static QKeySequence keyOf(int index);

signals:
    void drawn();
    void failed(const Error& error);
    void slopeWanted(double slope); ///< of the activation between, for the experiment
    void kernelsWanted(const factorscope::HandMadeChoice& choice); ///< for the experiment
    /// Picked in the curve of the costs; all until pickEnded() are one gesture.
    void midChannelsPicked(qint64 midChannels);
    void pickEnded();
    /// The channels of this preset are wanted.
    void presetPicked(const QString& id);

private:
    struct Tab {
        std::string_view id;
        std::function<void(const std::shared_ptr<const BothEvaluated>&)> show;
        std::function<bool()> isBusy;
    };
    /// How a view is named.
    struct Words {
        QString title;
        QString tip;
    };
    template <typename View>
    void add(std::string_view id, View* view, const Words& words);
    void addCosts();
    void addModule();
    void addSpeed(SpeedView* speed);
    void addTab(Tab tab, QWidget* view, const Words& words);

    std::vector<Tab> m_tabs; ///< those of the widget
    CostView* m_cost;
    ModuleView* m_module;
};

} // namespace factorscope
