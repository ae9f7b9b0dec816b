#pragma once

#include <QElapsedTimer>
#include <QObject>

namespace factorscope {

/// Measures how long it takes from the newest change of the experiment to the picture that shows
/// it.
class PictureClock : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    void start(); ///< the experiment has changed
    /// The next picture shows the newest change, or an earlier one.
    void expect(bool isNewest) { m_isNewest = isNewest; }
    void drawn();

signals:
    void measured(double milliseconds);

private:
    QElapsedTimer m_timer; ///< valid while a picture is waited for
    bool m_isNewest = false;
};

} // namespace factorscope
