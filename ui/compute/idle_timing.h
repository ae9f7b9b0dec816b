#pragma once

#include "core/experiment/evaluate.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <utility>

namespace factorscope {

class ComputeService;

/// Once the hand rests, has both branches timed as they compare: each several times in turn. Where
/// one run takes long already they are not run again for that.
class IdleTiming : public QObject {
    Q_OBJECT
public:
    explicit IdleTiming(ComputeService& service, QObject* parent = nullptr);

    static constexpr int kIdleMs = 400;

    /// An answer is shown; it is the newest unless the service is at work on another.
    void follow(const BothEvaluated& both);
    /// While this holds the hand does not rest, as it were: something else would disturb the times.
    void deferWhile(std::function<bool()> isBusy) { m_isDeferred = std::move(isBusy); }

private:
    void ask();

    ComputeService& m_service;
    Experiment m_experiment;
    std::function<bool()> m_isDeferred;
    QTimer m_idle;
};

} // namespace factorscope
