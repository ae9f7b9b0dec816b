#include "core/weights/safetensors.h"

#include "core/file/input_file.h"
#include "core/tensor/memory.h"
#include "core/weights/safetensors_header.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace factorscope {
namespace {

constexpr std::int64_t kMaxHeaderBytes = 100'000'000;
constexpr std::size_t kAlignment = 8;
constexpr std::size_t kSkipBytes = std::size_t{64} << 10;

Result<std::string> readHeaderText(InputFile& file, const std::stop_token& stop)
{
    std::uint64_t length = 0;
    if (file.size() < std::int64_t{sizeof length})
        return Error{ErrorCode::Format,
                     QT_TRANSLATE_NOOP("core", "'%1' is not a safetensors file: it has %2 bytes"),
                     {file.path().string(), std::to_string(file.size())}};
    RETURN_IF_ERROR(file.read(std::as_writable_bytes(std::span(&length, 1)), stop));
    const std::int64_t most = std::min(kMaxHeaderBytes, file.remaining());
    if (length > static_cast<std::uint64_t>(most))
        return Error{
            ErrorCode::Format,
            QT_TRANSLATE_NOOP("core", "'%1' declares a header of %2 bytes, at most %3 fit"),
            {file.path().string(), std::to_string(length), std::to_string(most)}};
    std::string text(length, '\0');
    RETURN_IF_ERROR(file.read(std::as_writable_bytes(std::span(text)), stop));
    return text;
}

Result<std::vector<SafetensorsEntry>> readHeader(InputFile& file, const std::stop_token& stop)
{
    const std::string source = file.path().string();
    ASSIGN_OR_RETURN(const std::string text, readHeaderText(file, stop));
    ASSIGN_OR_RETURN(const Json header, parseJson(text, source + " (header)", stop));
    return safetensorsEntries(header, file.remaining(), source);
}

// PyTorch's BatchNorm counts batches in an integer, which no evaluation needs.
bool isLeftOut(const SafetensorsEntry& entry)
{
    constexpr std::string_view kIntegers[] = {"I8", "U8", "I16", "U16", "I32", "U32", "I64", "U64"};
    return entry.name.ends_with(".num_batches_tracked")
        && std::ranges::find(kIntegers, entry.dtype) != std::end(kIntegers);
}

Result<void> requireReadable(const std::vector<SafetensorsEntry>& entries, std::int64_t limitBytes,
                             const std::string& source)
{
    std::int64_t left = limitBytes;
    for (const SafetensorsEntry& entry : entries) {
        if (isLeftOut(entry))
            continue;
        if (!entry.format)
            return Error{ErrorCode::Unsupported,
                         QT_TRANSLATE_NOOP("core",
                                           "tensor '%2' of '%1' is of dtype %3: only F32, F64, F16 "
                                           "and BF16 are read"),
                         {source, entry.name, entry.dtype}};
        const std::int64_t need = entry.shape.elements() * std::int64_t{sizeof(float)};
        if (need > left)
            return Error{
                ErrorCode::Memory,
                QT_TRANSLATE_NOOP("core",
                                  "tensor '%2' of '%1' needs %3 of memory and %4 are left "
                                  "of %5 that may be used"),
                {source, entry.name, bytesText(need), bytesText(left), bytesText(limitBytes)}};
        left -= need;
    }
    return {};
}

Result<void> skip(std::int64_t bytes, const ReadBytes& read)
{
    std::vector<std::byte> scratch(std::min(static_cast<std::size_t>(bytes), kSkipBytes));
    while (bytes > 0) {
        const std::int64_t count = std::min(bytes, std::ssize(scratch));
        RETURN_IF_ERROR(read(std::span(scratch).first(static_cast<std::size_t>(count))));
        bytes -= count;
    }
    return {};
}

std::string headerText(const TensorMap& tensors)
{
    const auto quoted = [](const std::string& name) {
        return Json(name).dump(-1, ' ', false, Json::error_handler_t::replace);
    };
    std::string text = "{" + quoted(kSafetensorsMetadata) + R"(:{"format":"pt"})";
    std::int64_t begin = 0;
    for (const auto& [name, tensor] : tensors) {
        const std::int64_t end = begin + tensor.bytes();
        text += "," + quoted(name) + R"(:{"dtype":"F32","shape":[)";
        for (int axis = 0; axis < tensor.shape().rank(); ++axis)
            text += (axis > 0 ? "," : "") + std::to_string(tensor.shape()[axis]);
        text += R"(],"data_offsets":[)" + std::to_string(begin) + "," + std::to_string(end) + "]}";
        begin = end;
    }
    text += "}";
    text.append((kAlignment - text.size() % kAlignment) % kAlignment, ' ');
    return text;
}

} // namespace

Result<TensorMap> readSafetensors(const std::filesystem::path& path, std::int64_t limitBytes,
                                  const std::stop_token& stop)
{
    ASSIGN_OR_RETURN(InputFile file, InputFile::open(path));
    ASSIGN_OR_RETURN(const std::vector<SafetensorsEntry> entries, readHeader(file, stop));
    RETURN_IF_ERROR(requireReadable(entries, limitBytes, path.string()));
    const ReadBytes read = [&](std::span<std::byte> bytes) { return file.read(bytes, stop); };
    TensorMap tensors;
    for (const SafetensorsEntry& entry : entries) {
        if (isLeftOut(entry)) {
            RETURN_IF_ERROR(skip(entry.end - entry.begin, read));
            continue;
        }
        Tensor tensor = Tensor::uninitialized(entry.shape);
        RETURN_IF_ERROR(readFloats(read, *entry.format, tensor.values()));
        tensors.emplace(entry.name, std::move(tensor));
    }
    return tensors;
}

Result<void> addSafetensors(OutputFiles& files, const std::filesystem::path& path,
                            const TensorMap& tensors, const std::stop_token& stop)
{
    if (tensors.contains(kSafetensorsMetadata))
        return Error{ErrorCode::InvalidArgument,
                     QT_TRANSLATE_NOOP("core", "cannot write '%1': no tensor may be called '%2'"),
                     {path.string(), kSafetensorsMetadata}};
    const std::string header = headerText(tensors);
    const std::uint64_t length = header.size();
    std::vector<std::span<const std::byte>> pieces{std::as_bytes(std::span(&length, 1)),
                                                   std::as_bytes(std::span(header))};
    for (const auto& [name, tensor] : tensors)
        pieces.push_back(std::as_bytes(tensor.values()));
    return files.add(path, pieces, stop);
}

} // namespace factorscope
