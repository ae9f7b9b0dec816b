#include "core/result/error.h"

#include <algorithm>

namespace factorscope {
namespace {

std::string onOneLine(std::string text)
{
    std::replace_if(
        text.begin(), text.end(),
        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
    return text;
}

} // namespace

std::string filledIn(std::string text, const std::vector<std::string>& arguments)
{
    std::string sentence;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool isPlace = text[i] == '%' && i + 1 < text.size() && text[i + 1] >= '1'
            && text[i + 1] <= '9';
        const std::size_t index = isPlace ? static_cast<std::size_t>(text[i + 1] - '1') : 0;
        if (!isPlace || index >= arguments.size()) {
            sentence += text[i];
            continue;
        }
        sentence += onOneLine(arguments[index]);
        ++i;
    }
    return sentence;
}

std::string Error::message() const
{
    return filledIn(text, arguments);
}

Error cancelled()
{
    return {ErrorCode::Cancelled, QT_TRANSLATE_NOOP("core", "interrupted"), {}};
}

} // namespace factorscope
