#pragma once

#include "core/conv/conv_engine.h"
#include "core/experiment/evaluate.h"
#include "core/parallel/lane.h"

#include <QObject>

#include <memory>

namespace factorscope {

/// Answers queries about experiments on threads of its own, the newest first: a new question about the
/// same thing stops the one before. Lives on the GUI thread, where the answers arrive.
class ComputeService : public QObject {
    Q_OBJECT
public:
    /// `threads`: 0 takes all.
    explicit ComputeService(int threads, QObject* parent = nullptr);
    ~ComputeService() override;

    /// Returns the generation, which comes back with the answer.
    quint64 ask(const Experiment& experiment, const Query& query);

signals:
    void answered(const std::shared_ptr<const Answer>& answer, quint64 generation);
    void failed(const Error& error, quint64 generation);

private:
    void deliver(const Result<std::shared_ptr<const Answer>>& result, quint64 generation);

    ThreadTeam m_team;
    std::shared_ptr<TensorPool> m_pool;
    quint64 m_generation = 0;
    Lane m_lane; ///< last: its thread ends before what it uses
};

} // namespace factorscope
