#include "core/weights/npy_header.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

namespace factorscope {
namespace {

constexpr std::size_t kMaxShownCharacters = 60;

bool isSpace(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isWordCharacter(char c)
{
    return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// For an error: short, and free of the bytes of an unknown encoding.
std::string shown(std::string_view text)
{
    std::string result(text.substr(0, kMaxShownCharacters));
    std::ranges::replace_if(
        result, [](char c) { return static_cast<unsigned char>(c) > 0x7e; }, '?');
    return text.size() > kMaxShownCharacters ? result + "..." : result;
}

// "<f4": byte order, kind, bytes. Nothing for what is no number or one of an unknown width.
std::optional<NumberFormat> numberFormat(std::string_view descr)
{
    if (descr.size() != 3 || !isDigit(descr[2]))
        return {};
    const char order = descr[0];
    NumberFormat format;
    format.bytes = descr[2] - '0';
    if (order == '>')
        format.order = NumberFormat::Order::BigEndian;
    else if (order != '<' && order != '=' && !(order == '|' && format.bytes == 1))
        return {};

    const bool isIntegerWidth
        = format.bytes == 1 || format.bytes == 2 || format.bytes == 4 || format.bytes == 8;
    bool isKnown = false;
    switch (descr[1]) {
    case 'f':
        format.kind = NumberFormat::Kind::Float;
        isKnown = isIntegerWidth && format.bytes != 1;
        break;
    case 'i':
        format.kind = NumberFormat::Kind::Signed;
        isKnown = isIntegerWidth;
        break;
    case 'u':
        format.kind = NumberFormat::Kind::Unsigned;
        isKnown = isIntegerWidth;
        break;
    case 'b':
        format.kind = NumberFormat::Kind::Boolean;
        isKnown = format.bytes == 1;
        break;
    }
    return isKnown ? std::optional(format) : std::nullopt;
}

/// Reads the text from the left; the grammar is that of the literals NumPy writes.
class HeaderParser {
public:
    HeaderParser(std::string_view text, const std::string& source) : m_text(text), m_source(source)
    { }

    Result<NpyHeader> parse()
    {
        RETURN_IF_ERROR(expect('{'));
        while (!accept('}')) {
            ASSIGN_OR_RETURN(const std::string_view key, quoted());
            RETURN_IF_ERROR(expect(':'));
            RETURN_IF_ERROR(readValue(key));
            if (!accept(',')) {
                RETURN_IF_ERROR(expect('}'));
                break;
            }
        }
        skipSpace();
        if (m_position < m_text.size())
            return unexpected();
        return complete();
    }

private:
    Result<void> readValue(std::string_view key)
    {
        if (key == "descr")
            return m_format ? twice(key) : readFormat();
        if (key == "fortran_order")
            return m_storage ? twice(key) : readStorage();
        if (key == "shape")
            return m_shape ? twice(key) : readShape();
        return Error{ErrorCode::Format,
                     QT_TRANSLATE_NOOP("core", "the .npy header of '%1' has the unknown key '%2'"),
                     {m_source, shown(key)}};
    }

    Result<void> readFormat()
    {
        skipSpace();
        // A structure is a list of fields, or a tuple of a type and its shape.
        if (peek() == '[' || peek() == '(')
            return unsupported(m_text.substr(m_position));
        ASSIGN_OR_RETURN(const std::string_view descr, quoted());
        m_format = numberFormat(descr);
        return m_format ? Result<void>() : unsupported(descr);
    }

    Result<void> readStorage()
    {
        skipSpace();
        std::size_t end = m_position;
        while (end < m_text.size() && isWordCharacter(m_text[end]))
            ++end;
        const std::string_view word = m_text.substr(m_position, end - m_position);
        if (word != "True" && word != "False")
            return unexpected();
        m_storage = word == "True" ? NpyHeader::Storage::ColumnMajor : NpyHeader::Storage::RowMajor;
        m_position = end;
        return {};
    }

    Result<void> readShape()
    {
        std::vector<std::int64_t> sizes;
        RETURN_IF_ERROR(expect('('));
        while (!accept(')')) {
            ASSIGN_OR_RETURN(const std::int64_t size, readSize());
            sizes.push_back(size);
            if (accept(','))
                continue;
            // Python takes (3) for a number in parentheses, not for a tuple.
            if (sizes.size() == 1)
                return unexpected();
            RETURN_IF_ERROR(expect(')'));
            break;
        }
        return takeShape(sizes);
    }

    Result<void> takeShape(const std::vector<std::int64_t>& sizes)
    {
        if (sizes.size() > Shape::kMaxRank)
            return Error{ErrorCode::Unsupported,
                         QT_TRANSLATE_NOOP("core", "'%1' has %2 dimensions, at most %3 are read"),
                         {m_source, std::to_string(sizes.size()), std::to_string(Shape::kMaxRank)}};
        m_shape = Shape::checked(sizes);
        if (m_shape)
            return {};
        std::string text;
        for (const std::int64_t size : sizes)
            text += (text.empty() ? "" : "x") + std::to_string(size);
        return Error{ErrorCode::Format,
                     QT_TRANSLATE_NOOP("core", "'%1' declares the impossible shape %2"),
                     {m_source, text}};
    }

    Result<std::int64_t> readSize()
    {
        skipSpace();
        const std::size_t begin = m_position;
        std::size_t end = begin + (peek() == '-' ? 1 : 0);
        while (end < m_text.size() && isDigit(m_text[end]))
            ++end;
        const std::string_view digits = m_text.substr(begin, end - begin);
        if (digits.empty() || digits == "-")
            return unexpected();
        std::int64_t size = 0;
        const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), size);
        if (parsed.ec != std::errc() || digits.front() == '-')
            return Error{ErrorCode::Format,
                         QT_TRANSLATE_NOOP("core", "'%1' declares the impossible size %2"),
                         {m_source, shown(digits)}};
        m_position = end;
        if (peek() == 'L') // Python 2 marked its long integers
            ++m_position;
        return size;
    }

    // Without escapes: no name or dtype that is known here contains a backslash.
    Result<std::string_view> quoted()
    {
        skipSpace();
        const char quote = peek();
        if (quote != '\'' && quote != '"')
            return unexpected();
        const std::size_t begin = m_position + 1;
        const std::size_t end = m_text.find(quote, begin);
        if (end == std::string_view::npos) {
            m_position = m_text.size();
            return unexpected();
        }
        m_position = end + 1;
        return m_text.substr(begin, end - begin);
    }

    Result<NpyHeader> complete() const
    {
        const char* missing = !m_format ? "descr"
            : !m_storage                ? "fortran_order"
            : !m_shape                  ? "shape"
                                        : nullptr;
        if (missing)
            return Error{ErrorCode::Format,
                         QT_TRANSLATE_NOOP("core", "the .npy header of '%1' lacks the key '%2'"),
                         {m_source, missing}};
        return NpyHeader{*m_format, *m_storage, *m_shape};
    }

    char peek() const { return m_position < m_text.size() ? m_text[m_position] : '\0'; }

    void skipSpace()
    {
        while (m_position < m_text.size() && isSpace(m_text[m_position]))
            ++m_position;
    }

    bool accept(char wanted)
    {
        skipSpace();
        if (m_position >= m_text.size() || m_text[m_position] != wanted)
            return false;
        ++m_position;
        return true;
    }

    Result<void> expect(char wanted) { return accept(wanted) ? Result<void>() : unexpected(); }

    Error unexpected() const
    {
        if (m_position >= m_text.size())
            return {ErrorCode::Format,
                    QT_TRANSLATE_NOOP("core", "the .npy header of '%1' ends too early"),
                    {m_source}};
        return {ErrorCode::Format,
                QT_TRANSLATE_NOOP("core", "the .npy header of '%1' is wrong at byte %2: \"%3\""),
                {m_source, std::to_string(m_position), shown(m_text.substr(m_position))}};
    }

    Error twice(std::string_view key) const
    {
        return {ErrorCode::Format,
                QT_TRANSLATE_NOOP("core", "the .npy header of '%1' has the key '%2' twice"),
                {m_source, std::string(key)}};
    }

    Error unsupported(std::string_view descr) const
    {
        return {ErrorCode::Unsupported,
                QT_TRANSLATE_NOOP("core",
                                  "'%1' has the dtype \"%2\": only plain numbers of 1 to 8 bytes "
                                  "can be read"),
                {m_source, shown(descr)}};
    }

    std::string_view m_text;
    const std::string& m_source;
    std::size_t m_position = 0;
    std::optional<NumberFormat> m_format;
    std::optional<NpyHeader::Storage> m_storage;
    std::optional<Shape> m_shape;
};

} // namespace

Result<NpyHeader> parseNpyHeader(std::string_view text, const std::string& source)
{
    return HeaderParser(text, source).parse();
}

} // namespace factorscope
