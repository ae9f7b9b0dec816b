#include "ui/theme/theme_switch.h"

#include "ui/theme/theme.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#include <QStyleFactory>

namespace factorscope {
namespace {

const auto kService = QStringLiteral("org.freedesktop.portal.Desktop");
const auto kPath = QStringLiteral("/org/freedesktop/portal/desktop");
const auto kInterface = QStringLiteral("org.freedesktop.portal.Settings");
const auto kGroup = QStringLiteral("org.freedesktop.appearance");
const auto kKey = QStringLiteral("color-scheme");

/// The portal wraps its values once more than it should.
uint unwrapped(QVariant value)
{
    while (value.canConvert<QDBusVariant>())
        value = value.value<QDBusVariant>().variant();
    return value.toUInt();
}

constexpr uint kPreferDark = 1;

} // namespace

ThemeSwitch::ThemeSwitch(QObject* parent) : QObject(parent)
{
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (bus.isConnected()) {
        bus.connect(kService, kPath, kInterface, QStringLiteral("SettingChanged"), this,
                    SLOT(settingChanged(QString, QString, QDBusVariant)));
        askDesktop();
    }
    apply();
}

void ThemeSwitch::askDesktop()
{
    QDBusMessage question
        = QDBusMessage::createMethodCall(kService, kPath, kInterface, QStringLiteral("Read"));
    question << kGroup << kKey;
    auto* waiting
        = new QDBusPendingCallWatcher(QDBusConnection::sessionBus().asyncCall(question), this);
    connect(waiting, &QDBusPendingCallWatcher::finished, this, [this](auto* finished) {
        const QDBusPendingReply<QDBusVariant> reply = *finished;
        if (!reply.isError())
            settingChanged(kGroup, kKey, reply.value());
        finished->deleteLater();
    });
}

void ThemeSwitch::settingChanged(const QString& group, const QString& key,
                                 const QDBusVariant& value)
{
    if (group != kGroup || key != kKey)
        return;
    m_systemIsDark = unwrapped(value.variant()) == kPreferDark;
    apply();
}

void ThemeSwitch::choose(ThemeChoice choice)
{
    m_choice = choice;
    apply();
}

void ThemeSwitch::setForRoom(bool isForRoom)
{
    m_isForRoom = isForRoom;
    apply();
}

void ThemeSwitch::apply() const
{
    const bool dark
        = m_choice == ThemeChoice::Dark || (m_choice == ThemeChoice::System && m_systemIsDark);
    const Theme& atDesk = dark ? darkTheme() : lightTheme();
    QApplication::setPalette(paletteOf(m_isForRoom ? roomTheme(dark) : atDesk));
}

} // namespace factorscope
