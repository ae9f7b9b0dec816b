#include "ui/compute/analysis_lane.h"

#include "core/tensor/memory.h"
#include "ui/compute/edge.h"

#include <utility>

namespace factorscope {

AnalysisLane::AnalysisLane(QObject* parent)
    : QObject(parent), m_pool(TensorPool::create(std::size_t{32} << 20)),
      m_patience([this](Work work) { start(std::move(work)); })
{
    m_rest.setSingleShot(true);
    m_rest.setInterval(kWorkPatienceMs);
    connect(&m_rest, &QTimer::timeout, this, [this] { ask(*std::exchange(m_atRest, {})); });
}

AnalysisLane::~AnalysisLane() = default;

void AnalysisLane::ask(Work work)
{
    m_atRest.reset();
    m_rest.stop();
    ++m_asked;
    m_patience.ask(std::move(work), m_isBusy);
}

void AnalysisLane::askAtRest(Work work)
{
    giveUp();
    m_atRest = std::move(work);
    m_rest.start();
    setBusy(true);
}

void AnalysisLane::cancel()
{
    giveUp();
    setBusy(false);
}

void AnalysisLane::giveUp()
{
    m_lane.cancel();
    m_patience.drop();
    m_atRest.reset();
    m_rest.stop();
    m_progress.reset();
    m_cancelled = m_asked;
}

void AnalysisLane::stop()
{
    if (!m_isBusy)
        return;
    cancel();
    emit stopped();
}

/// Stops what is under way in favour of what waits.
void AnalysisLane::start(Work work)
{
    m_progress = std::make_shared<Progress>();
    m_started = m_asked;
    m_lane.submit([this, work = std::move(work), progress = m_progress,
                   number = m_started](const std::stop_token& stop) {
        const auto result = done(work, *progress, stop);
        if (!stop.stop_requested())
            QMetaObject::invokeMethod(
                this, [this, result, number] { deliver(result, number); }, Qt::QueuedConnection);
    });
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
    const bool isNewest = !m_patience.startWaiting();
    if (isNewest)
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
