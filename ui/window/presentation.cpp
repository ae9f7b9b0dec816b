#include "ui/window/presentation.h"

#include "ui/theme/theme_switch.h"

#include <QAction>
#include <QApplication>
#include <QEvent>
#include <QMainWindow>
#include <QMenuBar>
#include <QToolBar>

#include <algorithm>
#include <cmath>
#include <utility>

namespace factorscope {
namespace {

/// What is projected is as high as the room wants it, whatever its pixels: a line of text takes
/// this part of it, so that some 33 would fill the window.
constexpr double kLineOfHeight = 1.0 / 33.0;
constexpr double kLeastGrowth = 1.25;
constexpr double kMostGrowth = 3.5;

QFont grown(QFont font, double factor)
{
    if (font.pixelSize() > 0)
        font.setPixelSize(qRound(font.pixelSize() * factor));
    else
        font.setPointSizeF(font.pointSizeF() * factor);
    return font;
}

} // namespace

Presentation::Presentation(QMainWindow& window, Parts parts)
    : QObject(&window), m_window(window), m_parts(std::move(parts)),
      m_action(new QAction(tr("Presentation"), this)), m_deskFont(QApplication::font())
{
    m_action->setCheckable(true);
    m_action->setShortcut(Qt::Key_F5);
    m_action->setToolTip(tr("Larger text and strokes, no panels: for a projector"));
    connect(m_action, &QAction::triggered, this, &Presentation::toggle);
    m_parts.inRoom.hide();
    window.installEventFilter(this);
}

Presentation::~Presentation()
{
    if (m_isOn)
        QApplication::setFont(m_deskFont);
}

void Presentation::toggle(bool isOn)
{
    if (isOn)
        m_wasFullScreen = m_window.isFullScreen();
    setOn(isOn);
    m_window.setWindowState(
        m_window.windowState().setFlag(Qt::WindowFullScreen, isOn || m_wasFullScreen));
}

void Presentation::setOn(bool isOn)
{
    if (isOn == m_isOn)
        return;
    m_isOn = isOn;
    m_action->setChecked(isOn);
    if (isOn)
        m_focus = QApplication::focusWidget();
    m_parts.inRoom.setVisible(isOn);
    for (QWidget* part : m_parts.atDesk)
        part->setVisible(!isOn);
    m_window.menuBar()->setVisible(!isOn);
    for (QToolBar* bar : m_window.findChildren<QToolBar*>())
        bar->setVisible(!isOn);
    m_parts.theme.setForRoom(isOn);
    if (isOn)
        fitText();
    else
        QApplication::setFont(m_deskFont);
    if (QWidget* focus = isOn ? &m_parts.inRoom : m_focus.data())
        focus->setFocus();
}

void Presentation::fitText() const
{
    const double line = QFontMetricsF(m_deskFont).height();
    const double factor
        = std::clamp(m_window.height() * kLineOfHeight / line, kLeastGrowth, kMostGrowth);
    const double rounded = std::round(factor * 20.0) / 20.0; // not for every pixel of a resize
    const QFont font = grown(m_deskFont, rounded);
    if (font != QApplication::font())
        QApplication::setFont(font);
}

bool Presentation::eventFilter(QObject* watched, QEvent* event)
{
    if (!m_isOn || watched != &m_window)
        return false;
    if (event->type() == QEvent::Resize)
        fitText();
    if (event->type() == QEvent::Close) // else the next window would begin on the whole screen
        toggle(false);
    return false;
}

} // namespace factorscope
