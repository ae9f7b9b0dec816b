#include "app/position_text.h"

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

} // namespace factorscope
