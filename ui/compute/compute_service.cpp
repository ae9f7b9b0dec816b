#include "ui/compute/compute_service.h"

#include "core/tensor/memory.h"

#include <new>

namespace factorscope {
namespace {

constexpr std::size_t kUnusedBytes = std::size_t{128} << 20;

} // namespace

ComputeService::ComputeService(int threads, QObject* parent)
    : QObject(parent), m_team(threads), m_pool(TensorPool::create(kUnusedBytes))
{
}

ComputeService::~ComputeService() = default;

quint64 ComputeService::ask(const Experiment& experiment, const Query& query)
{
    const quint64 generation = ++m_generation;
    m_lane.submit([this, experiment, query, generation](const std::stop_token& stop) {
        const ComputeContext context{.team = m_team,
                                     .pool = m_pool.get(),
                                     .memoryLimitBytes = availableMemoryBytes(),
                                     .stop = stop};
        Result<std::shared_ptr<const Answer>> result = cancelled();
        try {
            result = answer(experiment, query, context);
        } catch (const std::bad_alloc&) {
            result = Error{ErrorCode::Memory,
                           QT_TRANSLATE_NOOP("core", "there is not enough memory: lower the size or "
                                                     "the channels"),
                           {}};
        }
        if (!stop.stop_requested())
            QMetaObject::invokeMethod(
                this, [this, result, generation] { deliver(result, generation); }, Qt::QueuedConnection);
    });
    return generation;
}

void ComputeService::deliver(const Result<std::shared_ptr<const Answer>>& result, quint64 generation)
{
    if (generation != m_generation)
        return; // overtaken while it waited in the event queue
    if (result)
        emit answered(*result, generation);
    else
        emit failed(result.error(), generation);
}

} // namespace factorscope
