#pragma once

#include <QFont>
#include <QObject>
#include <QPointer>

#include <vector>

class QAction;
class QMainWindow;
class QWidget;

namespace factorscope {

class ThemeSwitch;

/// Shows the window to a room: text as large as the height of the window allows, wider strokes,
/// more contrast; what is for the desk is hidden and what is for the room shown.
class Presentation : public QObject {
    Q_OBJECT
public:
    struct Parts {
        ThemeSwitch& theme;
        std::vector<QWidget*> atDesk; ///< hidden meanwhile, beside menus and tool bars
        QWidget& inRoom; ///< shown meanwhile, and given the focus
    };
    Presentation(QMainWindow& window, Parts parts);
    ~Presentation() override;

    /// Turns it on and off, on the whole screen.
    QAction* action() const { return m_action; }
    /// Leaves the window as large as it is.
    void setOn(bool isOn);
    bool isOn() const { return m_isOn; }

    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void toggle(bool isOn);
    void fitText() const;

    QMainWindow& m_window;
    Parts m_parts;
    QAction* m_action;
    QFont m_deskFont;
    QPointer<QWidget> m_focus; ///< at the desk
    bool m_isOn = false;
    bool m_wasFullScreen = false;
};

} // namespace factorscope
