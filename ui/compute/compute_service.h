#pragma once

#include "core/conv/conv_engine.h"
#include "core/experiment/evaluate.h"
#include "core/parallel/lane.h"
#include "ui/compute/patience.h"

#include <QObject>
#include <QTimer>

#include <memory>

namespace factorscope {

/// Answers queries about experiments on a thread of its own; which of them while questions keep
/// coming, Patience says. Answers arrive in the
/// order of their questions, the newest question's at last. A small move of C_mid is answered by a
/// preview at first; when no question but that for times has come for kRestMs, the whole is
/// computed. Timing is done while nothing else is: any question stops it. Lives on the GUI thread,
/// where the answers arrive.
class ComputeService : public QObject {
    Q_OBJECT
public:
    /// `threads`: 0 takes all.
    explicit ComputeService(int threads, QObject* parent = nullptr);
    ~ComputeService() override;

    static constexpr int kRestMs = 150;

    /// Returns the generation, which comes back with the answer.
    quint64 ask(const Experiment& experiment, const Query& query);
    /// Stops what is under way: its question gets no answer, and a preview stays without the whole.
    void cancel();

    bool isBusy() const { return m_isBusy; } ///< with anything but timing
    bool isPreviewing() const { return m_preview != nullptr; } ///< the whole is still to come
    /// How far the computation under way is, from 0 to 1.
    double progress() const { return m_isBusy && m_progress ? m_progress->share() : 0.0; }
    int threads() const { return m_team.size(); }

signals:
    /// Both branches within rounding errors, soon to be followed by an answer.
    void previewed(const std::shared_ptr<const Answer>& answer);
    /// An error is told of the newest question only.
    void answered(const std::shared_ptr<const Answer>& answer, quint64 generation);
    void failed(const Error& error, quint64 generation);
    void busyChanged(bool isBusy);

private:
    Result<std::shared_ptr<const Answer>> computed(const Experiment& experiment, const Query& query,
                                                   Progress& progress, const std::stop_token& stop);
    struct Question {
        Experiment experiment;
        Query query;
        quint64 generation = 0;
    };
    void start(Question question);
    void computeWhole();
    void deliver(const Result<std::shared_ptr<const Answer>>& result, quint64 generation);
    void setBusy(bool isBusy);

    ThreadTeam m_team;
    std::shared_ptr<TensorPool> m_pool;
    quint64 m_generation = 0; ///< of the newest question
    quint64 m_cancelled = 0; ///< no answer to this one or one before
    quint64 m_delivered = 0;
    bool m_isBusy = false;
    std::shared_ptr<Progress> m_progress; ///< of the question under way
    QTimer m_rest; ///< runs while there is a preview and the next question may come
    std::shared_ptr<const Answer> m_preview; ///< the latest, until the whole is there
    Patience<Question> m_patience;
    std::weak_ptr<const Answer>
        m_latest; ///< of the lane's thread: what the next answer begins with
    Lane m_lane; ///< last: its thread ends before what it uses
};

} // namespace factorscope
