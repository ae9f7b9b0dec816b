#include "ui/compute/compute_service.h"

#include "core/tensor/memory.h"
#include "ui/compute/edge.h"

#include <utility>

namespace factorscope {
namespace {

/// What is kept of the memory of answers that are gone.
constexpr std::size_t kUnusedBytes = std::size_t{128} << 20;

bool isForTimes(const Query& query)
{
    return std::holds_alternative<TimeBoth>(query);
}

} // namespace

ComputeService::ComputeService(int threads, QObject* parent)
    : QObject(parent), m_team(threads), m_pool(TensorPool::create(kUnusedBytes)),
      m_patience([this](Question question) { start(std::move(question)); })
{
    m_rest.setSingleShot(true);
    m_rest.setInterval(kRestMs);
    connect(&m_rest, &QTimer::timeout, this, &ComputeService::computeWhole);
}

ComputeService::~ComputeService() = default;

quint64 ComputeService::ask(const Experiment& experiment, const Query& query)
{
    if (!isForTimes(query))
        m_rest.stop();
    m_patience.ask({experiment, query, ++m_generation}, m_isBusy);
    return m_generation;
}

/// The preview's own question once more, without leave to preview.
void ComputeService::computeWhole()
{
    if (m_preview)
        ask(std::get<BothEvaluated>(*m_preview).experiment, EvaluateBoth{});
}

/// Stops what is under way.
void ComputeService::start(Question question)
{
    const bool isTiming = isForTimes(question.query);
    m_progress = std::make_shared<Progress>();
    m_lane.submit([this, isTiming, progress = m_progress,
                   question = std::move(question)](const std::stop_token& stop) {
        const auto result = computed(question.experiment, question.query, *progress, stop);
        const bool isOfUse = result || !isTiming; // nobody waits for a time
        if (isOfUse && !stop.stop_requested())
            QMetaObject::invokeMethod(
                this,
                [this, result, generation = question.generation] { deliver(result, generation); },
                Qt::QueuedConnection);
    });
    setBusy(!isTiming);
}

void ComputeService::cancel()
{
    m_lane.cancel();
    m_patience.drop();
    m_rest.stop();
    m_preview = nullptr;
    m_cancelled = m_generation;
    setBusy(false);
}

/// On the lane's thread.
Result<std::shared_ptr<const Answer>> ComputeService::computed(const Experiment& experiment,
                                                               const Query& query,
                                                               Progress& progress,
                                                               const std::stop_token& stop)
{
    const ComputeContext context{.team = m_team,
                                 .pool = m_pool.get(),
                                 .memoryLimitBytes = availableMemoryBytes(),
                                 .stop = stop,
                                 .progress = &progress};
    return withoutExceptions<std::shared_ptr<const Answer>>([&] {
        auto result = answer(experiment, query, context, m_latest.lock());
        if (result && std::holds_alternative<BothEvaluated>(**result))
            m_latest = *result;
        return result;
    });
}

void ComputeService::deliver(const Result<std::shared_ptr<const Answer>>& result,
                             quint64 generation)
{
    if (generation <= m_cancelled || generation <= m_delivered)
        return;
    m_delivered = generation;
    const bool isNewest = generation == m_generation;
    if (!m_patience.startWaiting() && isNewest)
        setBusy(false);
    const auto* both = result ? std::get_if<BothEvaluated>(result->get()) : nullptr;
    const bool isPreview = both && both->isPreview();
    if (both)
        m_preview = isPreview ? *result : nullptr;
    if (m_preview && !m_isBusy && !m_rest.isActive())
        m_rest.start();
    if (isPreview)
        emit previewed(*result);
    else if (result)
        emit answered(*result, generation);
    else if (isNewest)
        emit failed(result.error(), generation);
}

void ComputeService::setBusy(bool isBusy)
{
    if (isBusy == m_isBusy)
        return;
    m_isBusy = isBusy;
    emit busyChanged(isBusy);
}

} // namespace factorscope
