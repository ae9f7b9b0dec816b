#include "app/window_loop.h"

#include "ui/main_window.h"

#include <utility>

namespace factorscope {
namespace {

constexpr int kWatchMs = 20;

} // namespace

WindowLoop::WindowLoop(MainWindow& window, std::stop_token stop)
    : m_window(window), m_stop(std::move(stop))
{
    QObject::connect(&window, &MainWindow::failed, &m_loop, [this](const Error& error) {
        m_failure = error;
        m_loop.quit();
    });
    QObject::connect(&m_watch, &QTimer::timeout, &m_loop, &QEventLoop::quit);
    m_watch.start(kWatchMs);
}

Result<void> WindowLoop::turnUntil(const std::function<bool()>& isDone)
{
    while (!isDone()) {
        if (m_failure)
            return *m_failure;
        if (m_stop.stop_requested())
            return cancelled();
        m_loop.exec();
    }
    return {};
}

Result<void> WindowLoop::waitForRest()
{
    return turnUntil([this] { return m_window.isSettled(); });
}

} // namespace factorscope
