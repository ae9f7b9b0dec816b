#pragma once

#include "core/result/result.h"

#include <QEventLoop>
#include <QTimer>

#include <functional>
#include <optional>
#include <stop_token>

namespace factorscope {

class MainWindow;

/// Turns the event loop of a window until something has happened in it.
class WindowLoop {
public:
    WindowLoop(MainWindow& window, std::stop_token stop);

    /// Looks whether it is done after each signal that wakes it, and now and then. Errors: what the
    /// window could not do; Cancelled.
    Result<void> turnUntil(const std::function<bool()>& isDone);
    /// Until nothing is under way in the window.
    Result<void> waitForRest();

    /// Wakes the loop.
    void wake() { m_loop.quit(); }
    /// The context of connections that wake it.
    QObject& context() { return m_loop; }

private:
    MainWindow& m_window;
    std::stop_token m_stop;
    std::optional<Error> m_failure;
    QTimer m_watch; ///< for a stop request
    QEventLoop m_loop; ///< last: its connections end before what they use
};

} // namespace factorscope
