#include "ui/view/view_keys.h"

#include <QKeyEvent>
#include <QWidget>

#include <algorithm>

namespace factorscope {

ViewKeys::ViewKeys(ViewState& view, QWidget& window) : QObject(&window), m_view(view)
{
    window.installEventFilter(this);
}

bool ViewKeys::eventFilter(QObject*, QEvent* event)
{
    switch (event->type()) {
    case QEvent::KeyPress:
        return press(*static_cast<QKeyEvent*>(event));
    case QEvent::KeyRelease: {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->key() != Qt::Key_F || key->isAutoRepeat())
            return false;
        flicker(false);
        return true;
    }
    case QEvent::WindowDeactivate:
        flicker(false); // its release goes elsewhere
        return false;
    default:
        return false;
    }
}

bool ViewKeys::press(const QKeyEvent& event)
{
    const auto modifiers = event.modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier);
    if (modifiers != Qt::NoModifier)
        return false;
    if (event.key() == Qt::Key_F) {
        if (!event.isAutoRepeat())
            flicker(true);
        return true;
    }
    return moveCursor(event) || changeSettings(event);
}

bool ViewKeys::moveCursor(const QKeyEvent& event)
{
    const std::int64_t step = event.modifiers().testFlag(Qt::ShiftModifier) ? 10 : 1;
    switch (event.key()) {
    case Qt::Key_Left:
        m_view.moveCursor(0, -step, m_limits.size);
        return true;
    case Qt::Key_Right:
        m_view.moveCursor(0, step, m_limits.size);
        return true;
    case Qt::Key_Up:
        m_view.moveCursor(-step, 0, m_limits.size);
        return true;
    case Qt::Key_Down:
        m_view.moveCursor(step, 0, m_limits.size);
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_view.settings().cursor)
            m_view.pin(*m_view.settings().cursor);
        return true;
    case Qt::Key_Escape:
        m_view.letGo();
        return true;
    default:
        return false;
    }
}

bool ViewKeys::changeSettings(const QKeyEvent& event)
{
    ViewSettings settings = m_view.settings();
    const bool isMid = event.modifiers().testFlag(Qt::ShiftModifier);
    std::int64_t& channel = isMid ? settings.midChannel : settings.outChannel;
    const std::int64_t channels = isMid ? m_limits.midChannels : m_limits.outChannels;
    const MapKind kind = isMid ? MapKind::Mid : MapKind::Output;
    constexpr double kSplitStep = 0.02;
    switch (event.key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        settings.viewport.zoom = std::min(settings.viewport.zoom * 1.25, mostZoom());
        break;
    case Qt::Key_Minus:
        settings.viewport.zoom = std::max(1.0, settings.viewport.zoom / 1.25);
        break;
    case Qt::Key_0:
        settings.viewport = {};
        break;
    case Qt::Key_A:
        settings.isAlone = !settings.isAlone;
        break;
    case Qt::Key_PageDown:
        channel = m_view.neighbour(kind, channel, 1, channels);
        break;
    case Qt::Key_PageUp:
        channel = m_view.neighbour(kind, channel, -1, channels);
        break;
    case Qt::Key_S:
        settings.maps.isSplit = !settings.maps.isSplit;
        settings.isAlone = settings.isAlone || settings.maps.isSplit;
        break;
    case Qt::Key_Comma:
        settings.maps.splitAt = std::max(0.0, settings.maps.splitAt - kSplitStep);
        break;
    case Qt::Key_Period:
        settings.maps.splitAt = std::min(1.0, settings.maps.splitAt + kSplitStep);
        break;
    default:
        return false;
    }
    m_view.set(settings);
    return true;
}

/// Beyond it no tile shows less of the map.
double ViewKeys::mostZoom() const
{
    constexpr double kLeastTile = 16.0;
    const auto longer = static_cast<double>(std::max(m_limits.size.height, m_limits.size.width));
    return std::max(1.0, Viewport::kMostPixels * longer / kLeastTile);
}

void ViewKeys::flicker(bool on)
{
    ViewSettings settings = m_view.settings();
    settings.isFlickering = on;
    m_view.set(settings);
}

} // namespace factorscope
