#pragma once

#include <QElapsedTimer>
#include <QObject>

class QWidget;

namespace factorscope {

/// Measures how long it takes from the newest change of the experiment until the window has painted
/// the picture that shows it.
class PictureClock : public QObject {
    Q_OBJECT
public:
    explicit PictureClock(QWidget* window);

    void start(); ///< the experiment has changed
    /// The next picture shows the newest change, or an earlier one.
    void expect(bool isNewest);
    void drawn(); ///< the picture is there and waits to be painted
    void forget(); ///< nobody sees the picture that is waited for

    bool eventFilter(QObject* watched, QEvent* event) override;

signals:
    void measured(double milliseconds);

private:
    void painted();

    QElapsedTimer m_timer;
    /// What is waited for.
    enum class Waiting { Not, ForAnswer, ForPicture, ForPaint };
    Waiting m_waiting = Waiting::Not;
};

} // namespace factorscope
