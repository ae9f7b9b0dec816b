#include "core/json/json.h"

#include <optional>
#include <unordered_set>
#include <vector>

namespace factorscope {
namespace {

constexpr std::size_t kMaxDepth = 64;

/// Builds the value from what the library's lexer finds. The library's own builder lets a key
/// stand twice, nests without end, and looks through all keys of an object for every new one.
class Builder : public nlohmann::json_sax<Json> {
public:
    Builder(const std::string& source, const std::stop_token& stop) : m_source(source), m_stop(stop)
    { }

    Result<Json> result() &&
    {
        if (m_error)
            return *std::move(m_error);
        return std::move(m_root);
    }

    bool null() override { return put(nullptr); }
    bool boolean(bool value) override { return put(value); }
    bool number_integer(number_integer_t value) override { return put(value); }
    bool number_unsigned(number_unsigned_t value) override { return put(value); }
    bool number_float(number_float_t value, const string_t&) override { return put(value); }
    bool string(string_t& value) override { return put(std::move(value)); }
    bool binary(binary_t&) override { return false; } // no text has it
    bool start_object(std::size_t) override { return open(Json::object()); }
    bool end_object() override { return close(); }
    bool start_array(std::size_t) override { return open(Json::array()); }
    bool end_array() override { return close(); }

    bool key(string_t& value) override
    {
        if (!m_open.back().keys.insert(value).second)
            return fail({ErrorCode::Format,
                         QT_TRANSLATE_NOOP("core", "'%1' has the key \"%2\" twice"),
                         {m_source, value}});
        m_key = std::move(value);
        return true;
    }

    bool parse_error(std::size_t byte, const std::string&, const Json::exception&) override
    {
        return fail(notJson(byte));
    }

    Error notJson(std::size_t byte) const
    {
        return {ErrorCode::Format,
                QT_TRANSLATE_NOOP("core", "'%1' is not valid JSON: error at byte %2"),
                {m_source, std::to_string(byte)}};
    }

private:
    struct Open {
        Json* value; ///< stays where it is: only the innermost open value grows
        std::unordered_set<std::string> keys;
    };

    Json* place(Json value)
    {
        if (m_open.empty()) {
            m_root = std::move(value);
            return &m_root;
        }
        Json& parent = *m_open.back().value;
        if (parent.is_array()) {
            parent.push_back(std::move(value));
            return &parent.back();
        }
        auto& members = parent.get_ref<Json::object_t&>();
        // As a vector, which it is: the map's own insertion is the slow search.
        members.Container::emplace_back(std::move(m_key), std::move(value));
        return &members.back().second;
    }

    bool put(Json value)
    {
        if (m_stop.stop_requested())
            return fail(cancelled());
        place(std::move(value));
        return true;
    }

    bool open(Json value)
    {
        if (m_stop.stop_requested())
            return fail(cancelled());
        if (m_open.size() == kMaxDepth)
            return fail({ErrorCode::Format,
                         QT_TRANSLATE_NOOP("core", "'%1' is nested deeper than %2 levels"),
                         {m_source, std::to_string(kMaxDepth)}});
        m_open.push_back({place(std::move(value)), {}});
        return true;
    }

    bool close()
    {
        m_open.pop_back();
        return true;
    }

    bool fail(Error error)
    {
        m_error = std::move(error);
        return false;
    }

    const std::string& m_source;
    const std::stop_token& m_stop;
    Json m_root;
    std::vector<Open> m_open; ///< outermost first
    std::string m_key;
    std::optional<Error> m_error;
};

} // namespace

Result<Json> parseJson(std::string_view text, const std::string& source,
                       const std::stop_token& stop)
{
    Builder builder(source, stop);
    // No JSON text contains a zero byte, but the library takes one for the end of the text.
    if (const std::size_t zero = text.find('\0'); zero != std::string_view::npos)
        return builder.notJson(zero + 1);
    Json::sax_parse(text.begin(), text.end(), &builder);
    return std::move(builder).result();
}

} // namespace factorscope
