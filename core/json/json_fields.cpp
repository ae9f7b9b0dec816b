#include "core/json/json_fields.h"

#include <algorithm>
#include <limits>

namespace factorscope {

JsonFields::JsonFields(const Json& object, std::string place)
    : m_object(object), m_place(std::move(place))
{
}

Error JsonFields::mistake(const char* text, std::vector<std::string> arguments) const
{
    arguments.insert(arguments.begin(), m_place);
    return {ErrorCode::Format, text, std::move(arguments)};
}

std::string JsonFields::shown(const Json& value)
{
    constexpr std::size_t kLongest = 40;
    std::string text = value.dump(-1, ' ', true);
    if (text.size() > kLongest)
        text = text.substr(0, kLongest) + "...";
    return text;
}

Result<void> JsonFields::requireObject() const
{
    if (m_object.is_object())
        return {};
    return mistake(QT_TRANSLATE_NOOP("core", "%1: an object is expected, not %2"), {shown(m_object)});
}

Result<void> JsonFields::allow(std::initializer_list<std::string_view> names) const
{
    RETURN_IF_ERROR(requireObject());
    for (const auto& [name, value] : m_object.items()) {
        if (std::ranges::find(names, name) == names.end())
            return mistake(QT_TRANSLATE_NOOP("core", "%1: unknown field \"%2\""), {name});
    }
    return {};
}

const Json* JsonFields::find(const char* name) const
{
    const auto it = m_object.find(name);
    return it == m_object.end() ? nullptr : &*it;
}

Result<const Json*> JsonFields::require(const char* name) const
{
    if (const Json* value = find(name))
        return value;
    return mistake(QT_TRANSLATE_NOOP("core", "%1: the field \"%2\" is missing"), {name});
}

Result<std::int64_t> JsonFields::integer(const char* name, const Json& value, std::int64_t least,
                                         std::int64_t most) const
{
    constexpr auto kMax = std::uint64_t(std::numeric_limits<std::int64_t>::max());
    const bool fits = value.is_number_integer()
        && !(value.is_number_unsigned() && value.get<std::uint64_t>() > kMax)
        && value.get<std::int64_t>() >= least && value.get<std::int64_t>() <= most;
    if (!fits)
        return mistake(QT_TRANSLATE_NOOP("core", "%1: %2 %3 is not a whole number from %4 to %5"),
                       {name, shown(value), std::to_string(least), std::to_string(most)});
    return value.get<std::int64_t>();
}

Result<Extent> JsonFields::extent(const char* name, std::int64_t least, std::int64_t most) const
{
    ASSIGN_OR_RETURN(const Json* value, require(name));
    if (!value->is_array() || value->size() != 2)
        return mistake(QT_TRANSLATE_NOOP("core", "%1: %2 %3 is not [height, width]"),
                       {name, shown(*value)});
    ASSIGN_OR_RETURN(const std::int64_t height, integer(name, (*value)[0], least, most));
    ASSIGN_OR_RETURN(const std::int64_t width, integer(name, (*value)[1], least, most));
    return Extent{height, width};
}

Result<Extent> JsonFields::extentOr(Extent otherwise, const char* name, std::int64_t least,
                                    std::int64_t most) const
{
    if (!find(name))
        return otherwise;
    return extent(name, least, most);
}

Result<double> JsonFields::realOr(double otherwise, const char* name, double least,
                                  double most) const
{
    const Json* value = find(name);
    if (!value)
        return otherwise;
    if (!value->is_number() || !(value->get<double>() >= least && value->get<double>() <= most))
        return mistake(QT_TRANSLATE_NOOP("core", "%1: %2 %3 is not a number from %4 to %5"),
                       {name, shown(*value), Json(least).dump(), Json(most).dump()});
    return value->get<double>();
}

Result<std::string> JsonFields::word(const char* name,
                                     std::initializer_list<std::string_view> words) const
{
    ASSIGN_OR_RETURN(const Json* value, require(name));
    if (value->is_string() && std::ranges::find(words, value->get<std::string>()) != words.end())
        return value->get<std::string>();
    std::string list;
    for (const std::string_view word : words)
        list += (list.empty() ? "" : ", ") + std::string(word);
    return mistake(QT_TRANSLATE_NOOP("core", "%1: %2 %3 is none of: %4"), {name, shown(*value), list});
}

} // namespace factorscope
