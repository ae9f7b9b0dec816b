#pragma once

#include "core/result/result.h"

#include <exception>
#include <new>

namespace factorscope {

/// How exceptions of a job are told: texts of the context "core".
struct EdgeWords {
    const char* noMemory
        = QT_TRANSLATE_NOOP("core", "there is not enough memory: lower the size or the channels");
    const char* failure = QT_TRANSLATE_NOOP("core", "the computation failed: %1");
};

/// What a job returns, on its own thread: the edge where its exceptions become errors.
template <typename Outcome, typename Job>
Result<Outcome> withoutExceptions(const Job& job, const EdgeWords& words = {})
{
    try {
        return job();
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::Memory, words.noMemory, {}};
    } catch (const std::exception& exception) {
        return Error{ErrorCode::Unsupported, words.failure, {exception.what()}};
    }
}

} // namespace factorscope
