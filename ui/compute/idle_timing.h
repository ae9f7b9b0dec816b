#pragma once

#include "core/experiment/evaluate.h"

#include <QObject>
#include <QTimer>

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

private:
    void ask();

    ComputeService& m_service;
    Experiment m_experiment;
    QTimer m_idle;
};

} // namespace factorscope
