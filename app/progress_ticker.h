#pragma once

#include "core/conv/conv_engine.h"

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace factorscope {

/// Tells on stderr now and then how far work is that counts into its progress, while it lives;
/// nothing where that is quick.
class ProgressTicker {
public:
    explicit ProgressTicker(std::string what);

    Progress& progress() { return m_progress; }

private:
    void tick(const std::stop_token& stop);

    std::string m_what;
    Progress m_progress;
    std::mutex m_mutex;
    std::condition_variable_any m_wake; ///< by the end
    std::jthread m_thread; ///< last: it ends before what it uses
};

} // namespace factorscope
