#include "core/cost/count_finder.h"

#include "core/branch/layer_traits.h"
#include "core/cost/cost.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>

namespace factorscope {
namespace {

constexpr double kTooLarge = 9.2e18;
constexpr std::size_t kNearest = 3;

/// Digits, as they are written before the unit.
struct Digits {
    std::string text; ///< without separators
    int decimals = 0;
    std::size_t length = 0; ///< of the text it was read from
};

bool isDigit(char letter)
{
    return letter >= '0' && letter <= '9';
}

/// Whether exactly three digits follow: a comma before fewer would be a decimal one.
bool isGroup(std::string_view rest)
{
    return rest.size() >= 3 && std::all_of(rest.begin(), rest.begin() + 3, isDigit)
        && (rest.size() == 3 || !isDigit(rest[3]));
}

std::optional<Digits> digitsOf(std::string_view text)
{
    Digits digits;
    bool hasPoint = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char letter = text[i];
        const bool isSeparator = letter == ',' || letter == '_' || letter == ' ';
        if (isDigit(letter)) {
            digits.text += letter;
            digits.decimals += hasPoint ? 1 : 0;
        } else if (letter == '.' && !hasPoint) {
            hasPoint = true;
            digits.text += letter;
        } else if (isSeparator && !hasPoint && !digits.text.empty()
                   && isGroup(text.substr(i + 1))) {
            continue;
        } else {
            break;
        }
        digits.length = i + 1;
    }
    const bool isNumber = std::ranges::any_of(digits.text, isDigit);
    return isNumber ? std::optional(digits) : std::nullopt;
}

/// "e7" at the beginning of the rest; takes it off.
int takeExponent(std::string_view& rest)
{
    if (rest.size() < 2 || (rest[0] != 'e' && rest[0] != 'E'))
        return 0;
    const std::size_t sign = rest[1] == '+' ? 2 : 1;
    int exponent = 0;
    const auto [end, error]
        = std::from_chars(rest.data() + sign, rest.data() + rest.size(), exponent);
    if (error != std::errc() || exponent > 30 || exponent < -30)
        return 0;
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    return exponent;
}

bool isUnit(std::string_view word)
{
    constexpr std::array<std::string_view, 14> kUnits{
        "",          "mac",   "macs",   "flop",       "flops", "op",    "ops",
        "mult-adds", "param", "params", "parameters", "b",     "bytes", "weights"};
    return std::ranges::find(kUnits, word) != kUnits.end();
}

/// The power of ten that "MFLOPs" stands for; nothing where it is no unit.
std::optional<int> powerOf(std::string_view unit)
{
    std::string word;
    for (const char letter : unit) {
        if (letter != ' ')
            word += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    }
    if (isUnit(word))
        return 0;
    constexpr std::string_view kPrefixes = "kmgt";
    const std::size_t prefix = kPrefixes.find(word.front());
    if (prefix == std::string_view::npos || !isUnit(std::string_view(word).substr(1)))
        return {};
    return 3 * (static_cast<int>(prefix) + 1);
}

Error noNumber(std::string_view text)
{
    return {ErrorCode::InvalidArgument,
            QT_TRANSLATE_NOOP("core",
                              "'%1' is no count: write a number such as 80281600, 80,281,600 or "
                              "80.28 M"),
            {std::string(text)}};
}

std::string_view trimmed(std::string_view text)
{
    const auto isSpace = [](char letter) { return letter == ' ' || letter == '\t'; };
    while (!text.empty() && isSpace(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && isSpace(text.back()))
        text.remove_suffix(1);
    return text;
}

/// Whether two rules count all that there is alike.
bool agreeOn(const CountParts& parts, const CountRule& a, const CountRule& b)
{
    for (std::size_t i = 0; i < kCountPartCount; ++i) {
        if (parts.amounts[i] != 0 && a.times[i] != b.times[i])
            return false;
    }
    return true;
}

/// Whether a rule says no more of the parts than one before it: it counts alike, or comes to the
/// same by chance and no tool follows it.
bool isRedundant(const CountParts& parts, const CountRule& rule, std::span<const CountRule> before)
{
    return std::ranges::any_of(before, [&](const CountRule& other) {
        return agreeOn(parts, rule, other)
            || (rule.tools.empty() && rule.of(parts) == other.of(parts));
    });
}

/// Every number that there is: of each subject one for each rule that says something new.
std::vector<CountMatch> allCounts(std::span<const CountSubject> subjects)
{
    std::vector<CountMatch> all;
    const std::span<const CountRule> rules = countRules();
    for (std::size_t subject = 0; subject < subjects.size(); ++subject) {
        const CountParts& parts = subjects[subject].parts;
        for (std::size_t i = 0; i < rules.size(); ++i) {
            const std::int64_t value = rules[i].of(parts);
            if (value > 0 && !isRedundant(parts, rules[i], rules.first(i)))
                all.push_back({subject, &rules[i], value});
        }
    }
    return all;
}

} // namespace

Result<PrintedNumber> printedNumber(std::string_view text)
{
    const std::string_view whole = trimmed(text);
    const std::optional<Digits> digits = digitsOf(whole);
    if (!digits)
        return noNumber(text);
    std::string_view rest = whole.substr(digits->length);
    const int exponent = takeExponent(rest);
    const std::optional<int> power = powerOf(rest);
    if (!power)
        return noNumber(text);
    double value = 0.0;
    std::from_chars(digits->text.data(), digits->text.data() + digits->text.size(), value);
    const int scale = *power + exponent;
    value *= std::pow(10.0, scale);
    if (!(value >= 0.5 && value < kTooLarge))
        return noNumber(text);
    std::int64_t exact = 0;
    const char* end = digits->text.data() + digits->text.size();
    if (scale == 0 && std::from_chars(digits->text.data(), end, exact).ptr == end)
        return PrintedNumber{exact, exact, value};
    const double half = 0.5 * std::pow(10.0, scale - digits->decimals);
    return PrintedNumber{static_cast<std::int64_t>(std::ceil(value - half)),
                         static_cast<std::int64_t>(std::floor(value + half)), value};
}

Result<std::vector<CountSubject>> countSubjects(const BranchSpec& spec, Extent size)
{
    ASSIGN_OR_RETURN(const CountParts whole, countParts(spec, size));
    std::vector<CountSubject> subjects{{spec.name, {}, {}, whole}};
    Shape shape{1, spec.inChannels, size.height, size.width};
    std::vector<CountSubject> layers;
    for (std::size_t i = 0; i < spec.layers.size(); ++i) {
        const Layer& layer = spec.layers[i];
        const BranchSpec alone{spec.name, shape[1], spec.mode, {layer}};
        ASSIGN_OR_RETURN(const CountParts parts, countParts(alone, {shape[2], shape[3]}));
        if (parts[CountPart::Weights] > 0)
            layers.push_back({spec.name, static_cast<int>(i), std::string(opName(layer)), parts});
        shape = *outShape(layer, shape, {});
    }
    if (layers.size() > 1)
        std::ranges::move(layers, std::back_inserter(subjects));
    return subjects;
}

double CountMatch::relativeError(const PrintedNumber& number) const
{
    return number.value / static_cast<double>(value) - 1.0;
}

CountMatches matchesOf(const PrintedNumber& number, std::span<const CountSubject> subjects)
{
    std::vector<CountMatch> all = allCounts(subjects);
    CountMatches matches;
    std::ranges::copy_if(all, std::back_inserter(matches.exact), [&](const CountMatch& match) {
        return match.value >= number.least && match.value <= number.most;
    });
    if (!matches.exact.empty())
        return matches;
    std::ranges::stable_sort(all, {}, [&](const CountMatch& match) {
        return std::abs(std::log(number.value / static_cast<double>(match.value)));
    });
    all.resize(std::min(all.size(), kNearest));
    matches.nearest = std::move(all);
    return matches;
}

} // namespace factorscope
