#pragma once

#include "core/experiment/evaluate.h"
#include "ui/view/view_state.h"

#include <QStatusBar>
#include <QTimer>

#include <functional>
#include <map>

class QLabel;
class QProgressBar;
class QToolButton;

namespace factorscope {

/// At the foot of the window: whether something is computed (with a way to stop it, once it takes
/// long), how and how fast the last picture was, where the cursor is.
class StatusLine : public QStatusBar {
    Q_OBJECT
public:
    explicit StatusLine(QWidget* parent = nullptr);

    static constexpr int kLongMs = 500; ///< after which progress is shown

    /// Follows a service that has busyChanged(bool) and stop() or cancel(), and shows its
    /// progress() where it has that, from 0 to 1. What has stop() works as the cursor moves: that
    /// is told of once it takes long.
    template <typename Service>
    void watch(Service& service, const QString& what)
    {
        Work work{.what = what};
        if constexpr (requires { service.progress(); })
            work.share = [&service] { return service.progress(); };
        if constexpr (requires { service.stop(); }) {
            work.isToldAtOnce = false;
            connect(this, &StatusLine::cancelled, &service, &Service::stop);
        } else {
            connect(this, &StatusLine::cancelled, &service, &Service::cancel);
        }
        connect(&service, &Service::busyChanged, this,
                [this, &service, work](bool isBusy) { setBusy(&service, isBusy, work); });
    }
    void show(const BothEvaluated& both, int threads);
    /// From a change to the picture that shows it.
    void showLatency(double milliseconds);
    void showCursor(const ViewSettings& settings);

signals:
    void cancelled();

private:
    struct Work {
        QString what;
        bool isToldAtOnce = true;
        std::function<double()> share{};
    };
    void showProgress();
    void showWork(bool isLong);
    void setBusy(const QObject* service, bool isBusy, const Work& work);

    std::map<const QObject*, Work> m_work; ///< what is under way, by who does it
    QLabel* m_state;
    QProgressBar* m_progress;
    QToolButton* m_cancel;
    QLabel* m_method;
    QLabel* m_latency;
    QLabel* m_cursor;
    QTimer m_long;
    QTimer m_tick; ///< while progress is shown
};

} // namespace factorscope
