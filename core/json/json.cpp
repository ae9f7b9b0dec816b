#include "core/json/json.h"

#include <optional>
#include <set>
#include <vector>

namespace factorscope {
namespace {

constexpr int kMaxDepth = 64;

/// Notes what the library itself lets pass: a key that stands twice, and nesting without end.
class Strictness {
public:
    bool operator()(int depth, Json::parse_event_t event, const Json& value)
    {
        if (event == Json::parse_event_t::object_start)
            m_keys.emplace_back();
        else if (event == Json::parse_event_t::object_end)
            m_keys.pop_back();
        else if (event == Json::parse_event_t::key && !m_keys.back().insert(value).second)
            m_duplicate = value.get<std::string>();
        m_tooDeep = m_tooDeep || depth > kMaxDepth;
        return true;
    }
    const std::optional<std::string>& duplicate() const { return m_duplicate; }
    bool tooDeep() const { return m_tooDeep; }

private:
    std::vector<std::set<std::string>> m_keys;
    std::optional<std::string> m_duplicate;
    bool m_tooDeep = false;
};

} // namespace

Result<Json> parseJson(std::string_view text, const std::string& source)
{
    Strictness strictness;
    const auto callback = [&](int depth, Json::parse_event_t event, const Json& value) {
        return strictness(depth, event, value);
    };
    try {
        Json value = Json::parse(text.begin(), text.end(), callback);
        if (strictness.tooDeep())
            return Error{ErrorCode::Format,
                         QT_TRANSLATE_NOOP("core", "'%1' is nested deeper than %2 levels"),
                         {source, std::to_string(kMaxDepth)}};
        if (strictness.duplicate())
            return Error{ErrorCode::Format,
                         QT_TRANSLATE_NOOP("core", "'%1' has the key \"%2\" twice"),
                         {source, *strictness.duplicate()}};
        return value;
    } catch (const Json::parse_error& error) {
        return Error{ErrorCode::Format,
                     QT_TRANSLATE_NOOP("core", "'%1' is not valid JSON: error at byte %2"),
                     {source, std::to_string(error.byte)}};
    } catch (const Json::exception&) { // such as a number that overflows
        return Error{ErrorCode::Format, QT_TRANSLATE_NOOP("core", "'%1' is not valid JSON"),
                     {source}};
    }
}

} // namespace factorscope
