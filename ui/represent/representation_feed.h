#pragma once

#include "core/fit/representation.h"

#include <memory>
#include <mutex>
#include <utility>

namespace factorscope {

/// What a search has found so far, handed from its thread to the window's. Thread-safe.
class RepresentationFeed {
public:
    void put(const Representation& found)
    {
        auto copy = std::make_shared<const Representation>(found);
        const std::scoped_lock lock(m_mutex);
        m_newest = std::move(copy);
        m_under = {};
    }
    void put(const FitProgress& under)
    {
        const std::scoped_lock lock(m_mutex);
        m_under = under;
    }
    /// What was put since the last time; null for nothing new.
    std::shared_ptr<const Representation> take()
    {
        const std::scoped_lock lock(m_mutex);
        return std::exchange(m_newest, nullptr);
    }
    /// Of the point that is searched.
    FitProgress under() const
    {
        const std::scoped_lock lock(m_mutex);
        return m_under;
    }

private:
    mutable std::mutex m_mutex;
    std::shared_ptr<const Representation> m_newest;
    FitProgress m_under;
};

} // namespace factorscope
