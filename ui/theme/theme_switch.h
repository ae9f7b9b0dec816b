#pragma once

#include <QObject>

class QDBusVariant;

namespace factorscope {

enum class ThemeChoice { System, Light, Dark };

/// Gives the application the light or the dark theme, or that of the desktop, which is asked
/// through the desktop portal and followed when it changes.
class ThemeSwitch : public QObject {
    Q_OBJECT
public:
    explicit ThemeSwitch(QObject* parent = nullptr);

    void choose(ThemeChoice choice);
    ThemeChoice choice() const { return m_choice; }
    /// The theme for a room in the place of that for the desk.
    void setForRoom(bool isForRoom);

private slots:
    void settingChanged(const QString& group, const QString& key, const QDBusVariant& value);

private:
    void askDesktop();
    void apply() const;

    ThemeChoice m_choice = ThemeChoice::System;
    bool m_systemIsDark = false;
    bool m_isForRoom = false;
};

} // namespace factorscope
