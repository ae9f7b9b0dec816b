#include "core/weights/safetensors_header.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <tuple>

namespace factorscope {
namespace {

using Kind = NumberFormat::Kind;

struct Dtype {
    std::string_view name;
    int bits;
    std::optional<NumberFormat> format;
};

// Every dtype of the format; those with a number format are the ones that this program reads.
constexpr Dtype kDtypes[] = {
    {"F32", 32, NumberFormat{Kind::Float, 4}},
    {"F64", 64, NumberFormat{Kind::Float, 8}},
    {"F16", 16, NumberFormat{Kind::Float, 2}},
    {"BF16", 16, NumberFormat{Kind::BFloat, 2}},
    {"BOOL", 8, {}},
    {"U8", 8, {}},
    {"I8", 8, {}},
    {"U16", 16, {}},
    {"I16", 16, {}},
    {"U32", 32, {}},
    {"I32", 32, {}},
    {"U64", 64, {}},
    {"I64", 64, {}},
    {"C64", 64, {}},
    {"F8_E5M2", 8, {}},
    {"F8_E4M3", 8, {}},
    {"F8_E8M0", 8, {}},
    {"F6_E2M3", 6, {}},
    {"F6_E3M2", 6, {}},
    {"F4", 4, {}},
};

Error badField(const std::string& source, const std::string& tensor, const char* field,
               const Json& value)
{
    constexpr std::size_t kMaxShownCharacters = 60;
    std::string text = value.dump(-1, ' ', true); // ASCII only, so that it can be cut anywhere
    if (text.size() > kMaxShownCharacters)
        text = text.substr(0, kMaxShownCharacters) + "...";
    return {ErrorCode::Format,
            QT_TRANSLATE_NOOP("core", "tensor '%2' of '%1' has an invalid %3: %4"),
            {source, tensor, field, text}};
}

// A whole number that is not negative; 1.0 and 1e3 are fractional numbers to this format.
std::optional<std::int64_t> size(const Json& value)
{
    constexpr auto kMost = std::uint64_t{std::numeric_limits<std::int64_t>::max()};
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() > kMost)
        return {};
    return value.get<std::int64_t>();
}

std::optional<std::vector<std::int64_t>> sizes(const Json& value)
{
    if (!value.is_array())
        return {};
    std::vector<std::int64_t> list;
    for (const Json& element : value) {
        const std::optional<std::int64_t> one = size(element);
        if (!one)
            return {};
        list.push_back(*one);
    }
    return list;
}

Result<void> requireFields(const Json& value, const std::string& name, const std::string& source)
{
    constexpr std::string_view kFields[] = {"dtype", "shape", "data_offsets"};
    if (!value.is_object())
        return badField(source, name, "entry", value);
    for (const auto& field : value.items()) {
        if (std::ranges::find(kFields, field.key()) == std::end(kFields))
            return Error{
                ErrorCode::Format,
                QT_TRANSLATE_NOOP("core", "tensor '%2' of '%1' has the unknown field '%3'"),
                {source, name, field.key()}};
    }
    for (const std::string_view field : kFields) {
        if (!value.contains(field))
            return Error{ErrorCode::Format,
                         QT_TRANSLATE_NOOP("core", "tensor '%2' of '%1' lacks the field '%3'"),
                         {source, name, std::string(field)}};
    }
    return {};
}

Result<const Dtype*> readDtype(const Json& value, const std::string& name,
                               const std::string& source)
{
    if (!value.is_string())
        return badField(source, name, "dtype", value);
    const auto found
        = std::ranges::find(kDtypes, value.get_ref<const std::string&>(), &Dtype::name);
    if (found == std::end(kDtypes))
        return badField(source, name, "dtype", value);
    return &*found;
}

Result<Shape> readShape(const Json& value, const std::string& name, const std::string& source)
{
    const std::optional<std::vector<std::int64_t>> list = sizes(value);
    if (!list)
        return badField(source, name, "shape", value);
    if (list->size() > Shape::kMaxRank)
        return Error{
            ErrorCode::Unsupported,
            QT_TRANSLATE_NOOP("core", "tensor '%2' of '%1' has %3 dimensions, at most %4 are read"),
            {source, name, std::to_string(list->size()), std::to_string(Shape::kMaxRank)}};
    const std::optional<Shape> shape = Shape::checked(*list);
    if (!shape)
        return badField(source, name, "shape", value);
    return *shape;
}

Result<void> requireSize(const SafetensorsEntry& entry, int bits, const std::string& source)
{
    std::int64_t declaredBits = 0;
    const std::int64_t bytes = entry.end - entry.begin;
    if (!__builtin_mul_overflow(entry.shape.elements(), bits, &declaredBits)
        && declaredBits % 8 == 0 && declaredBits / 8 == bytes)
        return {};
    return Error{ErrorCode::Format,
                 QT_TRANSLATE_NOOP(
                     "core", "tensor '%2' of '%1' has %3 bytes, which do not make %4 of shape %5"),
                 {source, entry.name, std::to_string(bytes), entry.dtype, entry.shape.text()}};
}

Result<SafetensorsEntry> readEntry(const std::string& name, const Json& value,
                                   const std::string& source)
{
    RETURN_IF_ERROR(requireFields(value, name, source));
    ASSIGN_OR_RETURN(const Dtype* dtype, readDtype(value["dtype"], name, source));
    ASSIGN_OR_RETURN(const Shape shape, readShape(value["shape"], name, source));
    const auto offsets = sizes(value["data_offsets"]);
    if (!offsets || offsets->size() != 2 || offsets->front() > offsets->back())
        return badField(source, name, "data_offsets", value["data_offsets"]);
    SafetensorsEntry entry{name,  std::string(dtype->name), dtype->format,
                           shape, offsets->front(),         offsets->back()};
    RETURN_IF_ERROR(requireSize(entry, dtype->bits, source));
    return entry;
}

Result<void> requireMetadata(const Json& value, const std::string& source)
{
    if (value.is_object()
        && std::ranges::all_of(value, [](const Json& element) { return element.is_string(); }))
        return {};
    return Error{ErrorCode::Format,
                 QT_TRANSLATE_NOOP("core", "the __metadata__ of '%1' is not an object of strings"),
                 {source}};
}

// The entries are sorted by their offsets.
Result<void> requireFilled(const std::vector<SafetensorsEntry>& entries, std::int64_t dataBytes,
                           const std::string& source)
{
    std::int64_t position = 0;
    for (const SafetensorsEntry& entry : entries) {
        if (entry.begin != position)
            return Error{
                ErrorCode::Format,
                QT_TRANSLATE_NOOP("core",
                                  "tensor '%2' of '%1' begins at byte %3 of the data "
                                  "instead of %4"),
                {source, entry.name, std::to_string(entry.begin), std::to_string(position)}};
        position = entry.end;
    }
    if (position != dataBytes)
        return Error{ErrorCode::Format,
                     QT_TRANSLATE_NOOP("core", "'%1' declares %2 bytes of tensors and holds %3"),
                     {source, std::to_string(position), std::to_string(dataBytes)}};
    return {};
}

} // namespace

Result<std::vector<SafetensorsEntry>> safetensorsEntries(const Json& header, std::int64_t dataBytes,
                                                         const std::string& source)
{
    if (!header.is_object())
        return Error{ErrorCode::Format,
                     QT_TRANSLATE_NOOP("core", "the safetensors header of '%1' is not an object"),
                     {source}};
    std::vector<SafetensorsEntry> entries;
    for (const auto& [name, value] : header.get_ref<const Json::object_t&>()) {
        if (name == kSafetensorsMetadata) {
            RETURN_IF_ERROR(requireMetadata(value, source));
            continue;
        }
        ASSIGN_OR_RETURN(SafetensorsEntry entry, readEntry(name, value, source));
        entries.push_back(std::move(entry));
    }
    // An empty tensor stands before the one that begins where it ends.
    std::ranges::stable_sort(entries, {}, [](const SafetensorsEntry& entry) {
        return std::tuple(entry.begin, entry.end);
    });
    RETURN_IF_ERROR(requireFilled(entries, dataBytes, source));
    return entries;
}

} // namespace factorscope
