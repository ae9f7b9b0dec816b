#pragma once

#include <QFrame>

class QLabel;

namespace factorscope {

/// Tells in the window, in one sentence, what went wrong or what to know. Stays until it is closed
/// or the next thing works.
class MessageBar : public QFrame {
    Q_OBJECT
public:
    enum class Kind { Note, Error };

    explicit MessageBar(QWidget* parent = nullptr);

    void show(const QString& sentence, Kind kind);
    QString text() const;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Kind m_kind = Kind::Note;
    QLabel* m_sentence;
};

} // namespace factorscope
