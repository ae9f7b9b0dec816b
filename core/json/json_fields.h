#pragma once

#include "core/json/json.h"
#include "core/result/result.h"
#include "core/tensor/shape.h"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace factorscope {

/// One JSON object of a file of ours, read field by field; every mistake is a Format error that
/// begins with the place. The object must outlive it.
class JsonFields {
public:
    /// `place` opens each error: "'spec.json', layer 2".
    JsonFields(const Json& object, std::string place);

    /// `text` has the place as %1, the arguments follow from %2.
    Error mistake(const char* text, std::vector<std::string> arguments) const;

    Result<void> requireObject() const;
    /// No field has another name.
    Result<void> allow(std::initializer_list<std::string_view> names) const;

    const Json* find(const char* name) const; ///< null when there is none
    Result<const Json*> require(const char* name) const;

    Result<std::int64_t> integer(const char* name, const Json& value, std::int64_t least,
                                 std::int64_t most) const;
    /// [height, width]
    Result<Extent> extent(const char* name, std::int64_t least, std::int64_t most) const;
    Result<Extent> extentOr(Extent otherwise, const char* name, std::int64_t least,
                            std::int64_t most) const;
    Result<double> realOr(double otherwise, const char* name, double least, double most) const;
    /// One of a list of words.
    Result<std::string> word(const char* name, std::initializer_list<std::string_view> words) const;

    /// A value as it may stand in an error.
    static std::string shown(const Json& value);

private:
    const Json& m_object;
    std::string m_place;
};

} // namespace factorscope
