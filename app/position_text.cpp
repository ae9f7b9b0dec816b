#include "app/position_text.h"

#include <array>
#include <charconv>

namespace factorscope {

Result<Position> positionFromText(const std::string& text)
{
    Position position;
    const char* end = text.data() + text.size();
    const auto [middle, yError] = std::from_chars(text.data(), end, position.y);
    const bool hasComma = yError == std::errc{} && middle != end && *middle == ',';
    const auto [last, xError] = std::from_chars(hasComma ? middle + 1 : end, end, position.x);
    if (!hasComma || xError != std::errc{} || last != end)
        return Error{ErrorCode::InvalidArgument,
                     QT_TRANSLATE_NOOP("core", "position '%1' is not Y,X"),
                     {text}};
    return position;
}

Result<TapPlace> tapFromText(const std::string& text)
{
    std::array<std::int64_t, 3> numbers{};
    const char* at = text.data();
    const char* end = text.data() + text.size();
    bool isTap = true;
    for (std::size_t i = 0; i < numbers.size() && isTap; ++i) {
        const auto [next, error] = std::from_chars(at, end, numbers[i]);
        const bool isLast = i + 1 == numbers.size();
        isTap = error == std::errc{} && (isLast ? next == end : next != end && *next == ',');
        at = isTap && !isLast ? next + 1 : next;
    }
    if (!isTap)
        return Error{ErrorCode::InvalidArgument,
                     QT_TRANSLATE_NOOP("core", "tap '%1' is not CHANNEL,ROW,COLUMN"),
                     {text}};
    return TapPlace{numbers[0], numbers[1], numbers[2]};
}

} // namespace factorscope
