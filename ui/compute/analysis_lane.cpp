#include "ui/compute/analysis_lane.h"

#include "core/tensor/memory.h"
#include "ui/compute/edge.h"

namespace factorscope {

AnalysisLane::AnalysisLane(QObject* parent)
    : QObject(parent), m_pool(TensorPool::create(std::size_t{32} << 20))
{
    m_patience.setSingleShot(true);
    m_patience.setInterval(kPatienceMs);
    connect(&m_patience, &QTimer::timeout, this, [this] {
        if (m_waiting)
            start();
    });
}

AnalysisLane::~AnalysisLane() = default;

void AnalysisLane::ask(Work work)
{
    m_waiting = std::move(work);
    ++m_asked;
    if (!m_isBusy || !m_patience.isActive())
        start();
}

void AnalysisLane::cancel()
{
    m_lane.cancel();
    m_waiting.reset();
    m_patience.stop();
    m_cancelled = m_asked;
    setBusy(false);
}

void AnalysisLane::stop()
{
    if (!m_isBusy)
        return;
    cancel();
    emit stopped();
}

/// Stops what is under way in favour of what waits.
void AnalysisLane::start()
{
    m_patience.start();
    m_progress = std::make_shared<Progress>();
    m_started = m_asked;
    m_lane.submit([this, work = *std::move(m_waiting), progress = m_progress,
                   number = m_started](const std::stop_token& stop) {
        const auto result = done(work, *progress, stop);
        if (!stop.stop_requested())
            QMetaObject::invokeMethod(
                this, [this, result, number] { deliver(result, number); }, Qt::QueuedConnection);
    });
    m_waiting.reset();
    setBusy(true);
}

Result<AnalysisLane::Show> AnalysisLane::done(const Work& work, Progress& progress,
                                              const std::stop_token& stop)
{
    return withoutExceptions<Show>([&]() -> Result<Show> {
        if (!m_team)
            m_team.emplace(0);
        const ComputeContext context{.team = *m_team,
                                     .pool = m_pool.get(),
                                     .memoryLimitBytes = availableMemoryBytes(),
                                     .stop = stop,
                                     .progress = &progress};
        return work(context);
    });
}

void AnalysisLane::deliver(const Result<Show>& result, quint64 number)
{
    if (number <= m_cancelled || number != m_started)
        return;
    const bool isNewest = !m_waiting;
    if (m_waiting)
        start();
    else
        setBusy(false);
    if (result)
        (*result)();
    else if (isNewest && result.error().code != ErrorCode::Cancelled)
        emit failed(result.error());
}

void AnalysisLane::setBusy(bool isBusy)
{
    if (isBusy == m_isBusy)
        return;
    m_isBusy = isBusy;
    emit busyChanged(isBusy);
}

} // namespace factorscope
