#include "app/progress_ticker.h"

#include "app/standard_streams.h"

#include <chrono>
#include <cmath>
#include <utility>

namespace factorscope {

ProgressTicker::ProgressTicker(std::string what)
    : m_what(std::move(what)), m_thread([this](const std::stop_token& stop) { tick(stop); })
{}

void ProgressTicker::tick(const std::stop_token& stop)
{
    constexpr std::chrono::seconds kPause{2};
    const auto isOver = [&stop] { return stop.stop_requested(); };
    std::unique_lock lock(m_mutex);
    while (!m_wake.wait_for(lock, stop, kPause, isOver) && !stop.stop_requested())
        printMessage("progress",
                     m_what + ": " + std::to_string(std::lround(100.0 * m_progress.share()))
                         + " %");
}

} // namespace factorscope
