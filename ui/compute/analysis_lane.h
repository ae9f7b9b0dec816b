#pragma once

#include "core/conv/conv_engine.h"
#include "core/parallel/lane.h"
#include "core/result/result.h"
#include "ui/compute/patience.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <memory>
#include <optional>

namespace factorscope {

/// Looks into an answer for one view, on a thread of its own; which question is answered while the
/// cursor moves, Patience says. Lives on the GUI thread. The child of a view's widget: the window
/// finds it there, tells of its work and lets it be stopped.
class AnalysisLane : public QObject {
    Q_OBJECT
public:
    /// What is done with the result, on the GUI thread.
    using Show = std::function<void()>;
    /// Runs on the lane's thread, polls context.stop and counts into context.progress.
    using Work = std::function<Result<Show>(const ComputeContext& context)>;

    explicit AnalysisLane(QObject* parent = nullptr);
    ~AnalysisLane() override;

    void ask(Work work);
    /// The same, once nothing has been asked for kWorkPatienceMs: for what nobody follows with the
    /// hand, and would keep the processor from what they do. What is under way is given up.
    void askAtRest(Work work);
    /// Nothing of what was asked is shown any more.
    void cancel();
    /// The same, as the user wishes it, where something is under way.
    void stop();

    bool isBusy() const { return m_isBusy; }
    /// Of the work under way, from 0 to 1.
    double progress() const { return m_isBusy && m_progress ? m_progress->share() : 0.0; }

signals:
    void busyChanged(bool isBusy);
    /// Of the newest question only; not when it was stopped.
    void failed(const Error& error);
    void stopped(); ///< by stop()

private:
    void giveUp();
    void start(Work work);
    Result<Show> done(const Work& work, Progress& progress, const std::stop_token& stop);
    void deliver(const Result<Show>& result, quint64 number);
    void setBusy(bool isBusy);

    std::optional<ThreadTeam> m_team; ///< of the lane's thread, from its first work on
    std::shared_ptr<TensorPool> m_pool;
    quint64 m_asked = 0;
    quint64 m_started = 0;
    quint64 m_cancelled = 0; ///< nothing of this one or one before is shown
    bool m_isBusy = false;
    Patience<Work> m_patience;
    std::optional<Work> m_atRest; ///< waits for m_rest
    QTimer m_rest;
    std::shared_ptr<Progress> m_progress;
    Lane m_lane; ///< last: its thread ends before what it uses
};

} // namespace factorscope
