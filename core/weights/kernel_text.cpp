#include "core/weights/kernel_text.h"

#include "core/file/input_file.h"
#include "core/weights/npy.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace factorscope {
namespace {

constexpr std::string_view kSeparators = " \t\n\v\f\r;[](){}";
constexpr std::string_view kSeparatorsAndComma = " \t\n\v\f\r;[](){},";
constexpr std::string_view kMinus = "\u2212"; ///< the typographic one
constexpr std::string_view kHardSpace = "\u00a0";

void replaceAll(std::string& text, std::string_view what, std::string_view with)
{
    for (std::size_t at = text.find(what); at != std::string::npos;
         at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
}

std::vector<std::string_view> split(std::string_view text, std::string_view separators)
{
    std::vector<std::string_view> words;
    while (true) {
        const std::size_t begin = text.find_first_not_of(separators);
        if (begin == std::string_view::npos)
            return words;
        text.remove_prefix(begin);
        const std::size_t end = std::min(text.find_first_of(separators), text.size());
        words.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
}

/// At most so many bytes, none of them half a character.
std::string shortened(std::string_view text)
{
    constexpr std::size_t kMost = 40;
    const auto isInside
        = [&](std::size_t at) { return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U; };
    if (text.size() <= kMost)
        return std::string(text);
    std::size_t end = kMost;
    while (end > 0 && isInside(end))
        --end;
    return std::string(text.substr(0, end));
}

/// Commas at the edge of a word separate words; others may be decimal.
bool hasLonelyComma(std::string_view word)
{
    return word.front() == ',' || word.back() == ',';
}

Result<Kernel5x5> kernelOf(const std::vector<std::string_view>& words)
{
    Kernel5x5 kernel{};
    for (std::size_t i = 0; i < words.size(); ++i) {
        ASSIGN_OR_RETURN(const double value, typedNumber(words[i]));
        if (i < kernel.size())
            kernel[i] = value;
    }
    if (words.size() != kernel.size())
        return Error{ErrorCode::InvalidArgument,
                     QT_TRANSLATE_NOOP("core", "a 5×5 kernel takes 25 numbers, here are %1"),
                     {std::to_string(words.size())}};
    return kernel;
}

Result<Kernel5x5> kernelFromNpy(const std::filesystem::path& path)
{
    constexpr std::int64_t kLimitBytes = 1 << 20;
    ASSIGN_OR_RETURN(const Tensor tensor, readNpy(path, kLimitBytes));
    Kernel5x5 kernel{};
    const Shape& shape = tensor.shape();
    const bool isKernel = shape == Shape{5, 5} || shape == Shape{1, 1, 5, 5};
    if (!isKernel)
        return Error{ErrorCode::Shape,
                     QT_TRANSLATE_NOOP("core", "'%1' has the shape %2, not 5x5"),
                     {path.string(), shape.text()}};
    const auto isTap = [](float value) { return std::abs(value) <= kMostTap; }; // no NaN either
    const auto outside = std::ranges::find_if_not(tensor.values(), isTap);
    if (outside != tensor.values().end())
        return Error{ErrorCode::Format,
                     QT_TRANSLATE_NOOP("core", "'%1' has the value %2, which no kernel takes"),
                     {path.string(), std::to_string(*outside)}};
    std::ranges::copy(tensor.values(), kernel.begin());
    return kernel;
}

} // namespace

std::string kernelText(std::span<const double> values, int columns)
{
    std::string text;
    for (std::size_t i = 0; i < values.size(); ++i) {
        char number[32];
        text.append(number, std::to_chars(number, number + sizeof number, values[i]).ptr);
        text += (i + 1) % static_cast<std::size_t>(columns) == 0 ? '\n' : '\t';
    }
    return text;
}

Result<double> typedNumber(std::string_view text)
{
    const std::vector<std::string_view> words = split(text, " \t\n\v\f\r");
    const std::string word(words.size() == 1 ? words.front() : text);
    std::string plain = word;
    replaceAll(plain, kMinus, "-");
    replaceAll(plain, ",", ".");
    if (plain.starts_with('+'))
        plain.erase(0, 1);
    const bool isSpelled
        = !plain.empty() && plain.find_first_not_of("0123456789.eE+-") == std::string::npos;
    double value = 0.0;
    const char* end = plain.data() + plain.size();
    const auto [read, problem] = std::from_chars(plain.data(), end, value);
    if (!isSpelled || problem != std::errc{} || read != end)
        return Error{ErrorCode::InvalidArgument,
                     QT_TRANSLATE_NOOP("core", "“%1” is no number"),
                     {shortened(word)}};
    if (std::abs(value) > kMostTap)
        return Error{
            ErrorCode::InvalidArgument,
            QT_TRANSLATE_NOOP("core", "%1 is beyond ±1,000,000, the most that a kernel takes"),
            {shortened(word)}};
    return value;
}

Result<Kernel5x5> typedKernel(std::string_view text)
{
    std::string plain(text);
    replaceAll(plain, kHardSpace, " ");
    const std::vector<std::string_view> words = split(plain, kSeparators);
    const bool isDecimal = std::ranges::none_of(words, hasLonelyComma);
    if (isDecimal && words.size() == Kernel5x5().size())
        return kernelOf(words);
    return kernelOf(split(plain, kSeparatorsAndComma));
}

bool isTypedKernel(std::string_view text)
{
    return split(text, kSeparatorsAndComma).size() != 1 || typedNumber(text);
}

Result<Kernel5x5> readKernel(const std::filesystem::path& path)
{
    ASSIGN_OR_RETURN(const bool isNpy, isNpyFile(path));
    if (isNpy)
        return kernelFromNpy(path);
    constexpr std::int64_t kLimitBytes = 1 << 16;
    ASSIGN_OR_RETURN(const std::string text, readText(path, kLimitBytes));
    const Result<Kernel5x5> kernel = typedKernel(text);
    if (kernel)
        return *kernel;
    return Error{ErrorCode::Format,
                 QT_TRANSLATE_NOOP("core", "'%1' holds no kernel: %2"),
                 {path.string(), kernel.error().message()}};
}

} // namespace factorscope
