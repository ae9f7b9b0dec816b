#pragma once

#include <QFrame>
#include <QTimer>

class QLabel;

namespace factorscope {

/// Tells in the window, in one sentence, what went wrong or what to know. Lies over its parent,
/// just above another widget, so that nothing moves under the pointer. An error stays until it is
/// closed or the next thing works; a note goes by itself.
class MessageBar : public QFrame {
    Q_OBJECT
public:
    enum class Kind { Note, Error };

    /// `below` is the widget, of the same parent, that the bar lies above.
    explicit MessageBar(QWidget* below);

    void show(const QString& sentence, Kind kind);
    QString text() const;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void place();

    QWidget* m_below;
    Kind m_kind = Kind::Note;
    QLabel* m_sentence;
    QTimer m_leave; ///< after it a note goes
};

} // namespace factorscope
