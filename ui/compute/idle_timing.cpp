#include "ui/compute/idle_timing.h"

#include "ui/compute/compute_service.h"

namespace factorscope {
namespace {

constexpr double kMostToTimeMs = 500.0; ///< what takes longer is not run again to time it

} // namespace

IdleTiming::IdleTiming(ComputeService& service, QObject* parent)
    : QObject(parent), m_service(service)
{
    m_idle.setSingleShot(true);
    m_idle.setInterval(kIdleMs);
    connect(&m_idle, &QTimer::timeout, this, &IdleTiming::ask);
}

void IdleTiming::follow(const BothEvaluated& both)
{
    m_experiment = both.experiment;
    const double ran = both.original.run.milliseconds + both.factorised.run.milliseconds;
    if (ran < kMostToTimeMs)
        m_idle.start();
    else
        m_idle.stop();
}

/// While the service is at work, or the whole of a preview is still to come, another answer is
/// near.
void IdleTiming::ask()
{
    if (m_service.isBusy() || m_service.isPreviewing())
        return;
    if (m_isDeferred && m_isDeferred())
        m_idle.start();
    else
        m_service.ask(m_experiment, TimeBoth{});
}

} // namespace factorscope
