#include "ui/view/view_state.h"

#include <algorithm>

namespace factorscope {

const Colormap& ViewSettings::divergingOn(bool isDark) const
{
    if (diverging)
        return *diverging;
    return isDark ? *findColormap("ice-fire") : defaultColormap(true);
}

std::int64_t ViewSettings::channel(Stage stage) const
{
    switch (stage) {
    case Stage::Input:
        return inChannel;
    case Stage::MidBefore:
    case Stage::MidAfter:
        return midChannel;
    case Stage::Original:
    case Stage::Factorised:
    case Stage::Difference:
        return outChannel;
    }
    return 0;
}

void ViewSettings::setChannel(Stage stage, std::int64_t channel)
{
    switch (stage) {
    case Stage::Input:
        inChannel = channel;
        break;
    case Stage::MidBefore:
    case Stage::MidAfter:
        midChannel = channel;
        break;
    case Stage::Original:
    case Stage::Factorised:
    case Stage::Difference:
        outChannel = channel;
        break;
    }
}

void ViewState::set(const ViewSettings& settings)
{
    if (settings == m_settings)
        return;
    ViewSettings withoutCursor = settings;
    withoutCursor.cursor = m_settings.cursor;
    withoutCursor.isPinned = m_settings.isPinned;
    const bool isCursorOnly = withoutCursor == m_settings;
    const bool isCursorSame = withoutCursor == settings;
    m_settings = settings;
    if (!isCursorOnly)
        emit changed();
    if (!isCursorSame)
        emit cursorChanged();
}

void ViewState::hover(std::optional<Position> position)
{
    if (m_settings.isPinned)
        return;
    ViewSettings settings = m_settings;
    settings.cursor = position;
    set(settings);
}

void ViewState::pin(const Position& position)
{
    if (m_settings.isPinned && m_settings.cursor == position) {
        letGo();
        return;
    }
    ViewSettings settings = m_settings;
    settings.cursor = position;
    settings.isPinned = true;
    set(settings);
}

void ViewState::letGo()
{
    ViewSettings settings = m_settings;
    settings.isPinned = false;
    settings.cursor.reset();
    set(settings);
}

void ViewState::moveCursor(std::int64_t dy, std::int64_t dx, Extent size)
{
    if (size.height < 1 || size.width < 1)
        return;
    const Position middle{size.height / 2, size.width / 2};
    const Position from = m_settings.cursor.value_or(middle);
    ViewSettings settings = m_settings;
    settings.cursor = Position{std::clamp<std::int64_t>(from.y + dy, 0, size.height - 1),
                               std::clamp<std::int64_t>(from.x + dx, 0, size.width - 1)};
    settings.isPinned = true;
    set(settings);
}

void ViewState::setOrder(MapKind kind, const std::vector<std::int64_t>& channels)
{
    m_orders[static_cast<std::size_t>(kind)] = channels;
}

std::int64_t ViewState::neighbour(MapKind kind, std::int64_t channel, int step,
                                  std::int64_t channels) const
{
    const auto& order = m_orders[static_cast<std::size_t>(kind)];
    const std::int64_t last = std::max<std::int64_t>(channels - 1, 0);
    const std::int64_t from = std::clamp<std::int64_t>(channel, 0, last);
    const auto place = std::ranges::find(order, from);
    if (std::ssize(order) != channels || place == order.end()) // of other maps
        return std::clamp<std::int64_t>(from + step, 0, last);
    const std::int64_t next = std::clamp<std::int64_t>(place - order.begin() + step, 0, last);
    return order[static_cast<std::size_t>(next)];
}

} // namespace factorscope
