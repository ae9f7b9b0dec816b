#pragma once

#include <QTimer>

#include <functional>
#include <optional>
#include <utility>

namespace factorscope {

inline constexpr int kWorkPatienceMs = 150;

/// Which work begins when: a new question replaces the one that waits, and takes the place of the
/// one under way once that has had kWorkPatienceMs, so that there is something new to see while
/// questions keep coming. Lives on the GUI thread.
template <typename Question>
class Patience {
public:
    /// `start` begins work on a question and stops what is under way.
    explicit Patience(std::function<void(Question)> start) : m_start(std::move(start))
    {
        m_timer.setSingleShot(true);
        m_timer.setInterval(kWorkPatienceMs);
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { startWaiting(); });
    }

    void ask(Question question, bool isBusy)
    {
        m_waiting = std::move(question);
        if (!isBusy || !m_timer.isActive())
            startWaiting();
    }
    /// Begins what waits; false where nothing does.
    bool startWaiting()
    {
        if (!m_waiting)
            return false;
        m_timer.start();
        m_start(*std::exchange(m_waiting, std::nullopt));
        return true;
    }
    void drop()
    {
        m_waiting.reset();
        m_timer.stop();
    }

private:
    std::function<void(Question)> m_start;
    std::optional<Question> m_waiting;
    QTimer m_timer; ///< runs while the work under way may be finished though other waits
};

} // namespace factorscope
