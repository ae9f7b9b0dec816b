#include "core/result/error.h"

namespace factorscope {
namespace {

// The length in bytes of a control character or a line break in UTF-8 at `i`, or 0.
std::size_t controlLength(const std::string& text, std::size_t i)
{
    const auto byte = [&](std::size_t at) {
        return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
    };
    if (byte(i) < 0x20 || byte(i) == 0x7f)
        return 1;
    if (byte(i) == 0xc2 && byte(i + 1) >= 0x80 && byte(i + 1) <= 0x9f) // U+0080 to U+009F
        return 2;
    if (byte(i) == 0xe2 && byte(i + 1) == 0x80 && (byte(i + 2) == 0xa8 || byte(i + 2) == 0xa9))
        return 3; // U+2028 and U+2029
    return 0;
}

std::string onOneLine(const std::string& text)
{
    std::string line;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t control = controlLength(text, i);
        line += control > 0 ? '?' : text[i];
        i += control > 0 ? control : 1;
    }
    return line;
}

} // namespace

std::string filledIn(std::string text, const std::vector<std::string>& arguments)
{
    std::string sentence;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool isPlace
            = text[i] == '%' && i + 1 < text.size() && text[i + 1] >= '1' && text[i + 1] <= '9';
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
