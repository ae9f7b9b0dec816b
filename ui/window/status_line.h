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

    /// Follows a service that has isBusy(), busyChanged(bool) and cancel().
    template <typename Service>
    void watch(Service& service, const QString& what)
    {
        connect(&service, &Service::busyChanged, this, [this, &service, what](bool isBusy) {
            setBusy(&service, isBusy ? what : QString());
        });
        connect(this, &StatusLine::cancelled, &service, &Service::cancel);
    }
    /// How far the work is, from 0 to 1; asked for now and then while progress is shown.
    void setProgressSource(std::function<double()> share) { m_share = std::move(share); }
    void show(const BothEvaluated& both, int threads);
    /// From a change to the picture that shows it.
    void showLatency(double milliseconds);
    void showCursor(const ViewSettings& settings);

signals:
    void cancelled();

private:
    void showProgress();
    void setBusy(const QObject* service, const QString& what);

    std::map<const QObject*, QString> m_work; ///< what is under way, by who does it
    QLabel* m_state;
    QProgressBar* m_progress;
    QToolButton* m_cancel;
    QLabel* m_method;
    QLabel* m_latency;
    QLabel* m_cursor;
    QTimer m_long;
    QTimer m_tick; ///< while progress is shown
    std::function<double()> m_share;
};

} // namespace factorscope
