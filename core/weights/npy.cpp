#include "core/weights/npy.h"

#include "core/file/input_file.h"
#include "core/tensor/memory.h"
#include "core/weights/npy_header.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace factorscope {
namespace {

constexpr std::string_view kMagic("\x93NUMPY", 6);
constexpr std::int64_t kMaxHeaderBytes = std::int64_t{1} << 20; // of numbers alone it has some 100
constexpr std::size_t kAlignment = 64;
constexpr std::size_t kSpaceForGrowth = 21; // NumPy keeps room for an outermost size of 21 digits
constexpr std::size_t kScatterFloats = std::size_t{64} << 10;

struct Preamble {
    std::string dictionary;
    std::int64_t bytes = 0; ///< of everything before the numbers
};

// Magic and version, and how many bytes wide the length that follows is.
Result<std::size_t> readLengthBytes(const ByteSource& source)
{
    const Error notNpy{
        ErrorCode::Format, QT_TRANSLATE_NOOP("core", "'%1' is not a .npy file"), {source.name}};
    std::string start(kMagic.size() + 2, '\0');
    if (source.bytes < std::ssize(start))
        return notNpy;
    RETURN_IF_ERROR(source.read(std::as_writable_bytes(std::span(start))));
    if (!start.starts_with(kMagic))
        return notNpy;
    const int major = static_cast<unsigned char>(start[kMagic.size()]);
    const int minor = static_cast<unsigned char>(start[kMagic.size() + 1]);
    if (major < 1 || major > 3 || minor != 0)
        return Error{
            ErrorCode::Unsupported,
            QT_TRANSLATE_NOOP("core", "'%1' is of .npy version %2.%3: 1.0 to 3.0 are read"),
            {source.name, std::to_string(major), std::to_string(minor)}};
    const std::size_t lengthBytes = major == 1 ? 2 : 4;
    if (source.bytes < std::ssize(start) + std::int64_t(lengthBytes))
        return notNpy;
    return lengthBytes;
}

Result<Preamble> readPreamble(const ByteSource& source)
{
    ASSIGN_OR_RETURN(const std::size_t lengthBytes, readLengthBytes(source));
    std::uint32_t length = 0;
    RETURN_IF_ERROR(source.read(std::as_writable_bytes(std::span(&length, 1)).first(lengthBytes)));
    const std::int64_t before = std::ssize(kMagic) + 2 + std::int64_t(lengthBytes);
    const std::int64_t most = std::min(kMaxHeaderBytes, source.bytes - before);
    if (length > most)
        return Error{
            ErrorCode::Format,
            QT_TRANSLATE_NOOP("core", "'%1' declares a header of %2 bytes, at most %3 fit"),
            {source.name, std::to_string(length), std::to_string(most)}};
    Preamble preamble{std::string(length, '\0'), before + length};
    RETURN_IF_ERROR(source.read(std::as_writable_bytes(std::span(preamble.dictionary))));
    return preamble;
}

Result<void> requireSizes(const ByteSource& source, const NpyHeader& header, std::int64_t bytesLeft,
                          std::int64_t limitBytes)
{
    // A shape holds at most 2^60 elements, so eight bytes each may still be too many for 64 bits.
    std::int64_t declared = 0;
    if (__builtin_mul_overflow(header.shape.elements(), header.format.bytes, &declared)
        || declared != bytesLeft)
        return Error{
            ErrorCode::Format,
            QT_TRANSLATE_NOOP("core", "'%1' declares %2 numbers of %3 bytes and holds %4 bytes"),
            {source.name, std::to_string(header.shape.elements()),
             std::to_string(header.format.bytes), std::to_string(bytesLeft)}};
    if (header.shape.elements() > limitBytes / std::int64_t{sizeof(float)})
        return Error{ErrorCode::Memory,
                     QT_TRANSLATE_NOOP("core", "'%1' needs %2 of memory and %3 may be used"),
                     {source.name, bytesText(header.shape.elements() * std::int64_t{sizeof(float)}),
                      bytesText(limitBytes)}};
    return {};
}

/// Walks a row-major tensor in column-major order: the first axis moves fastest.
class ColumnMajorWalk {
public:
    explicit ColumnMajorWalk(const Shape& shape)
        : m_sizes(shape.sizes().begin(), shape.sizes().end()), m_strides(m_sizes.size()),
          m_index(m_sizes.size())
    {
        std::size_t stride = 1;
        for (std::size_t axis = m_sizes.size(); axis-- > 0;) {
            m_strides[axis] = stride;
            stride *= static_cast<std::size_t>(m_sizes[axis]);
        }
    }
    std::size_t offset() const { return m_offset; }
    void advance()
    {
        for (std::size_t axis = 0; axis < m_sizes.size(); ++axis) {
            m_offset += m_strides[axis];
            if (++m_index[axis] < m_sizes[axis])
                return;
            m_offset -= m_strides[axis] * static_cast<std::size_t>(m_sizes[axis]);
            m_index[axis] = 0;
        }
    }

private:
    std::vector<std::int64_t> m_sizes;
    std::vector<std::size_t> m_strides;
    std::vector<std::int64_t> m_index;
    std::size_t m_offset = 0;
};

Result<void> readColumnMajor(const ByteSource& source, const NumberFormat& format, Tensor& tensor)
{
    const std::span<float> values = tensor.values();
    std::vector<float> buffer(std::min(kScatterFloats, values.size()));
    ColumnMajorWalk walk(tensor.shape());
    for (std::size_t done = 0; done < values.size();) {
        const std::span<float> part
            = std::span(buffer).first(std::min(buffer.size(), values.size() - done));
        RETURN_IF_ERROR(readFloats(source.read, format, part));
        for (const float value : part) {
            values[walk.offset()] = value;
            walk.advance();
        }
        done += part.size();
    }
    return {};
}

std::string tupleText(const Shape& shape)
{
    std::string text = "(";
    for (int axis = 0; axis < shape.rank(); ++axis)
        text += (axis > 0 ? ", " : "") + std::to_string(shape[axis]);
    return text + (shape.rank() == 1 ? ",)" : ")");
}

} // namespace

Result<Tensor> readNpy(const ByteSource& source, std::int64_t limitBytes)
{
    ASSIGN_OR_RETURN(const Preamble preamble, readPreamble(source));
    ASSIGN_OR_RETURN(const NpyHeader header, parseNpyHeader(preamble.dictionary, source.name));
    RETURN_IF_ERROR(requireSizes(source, header, source.bytes - preamble.bytes, limitBytes));
    Tensor tensor = Tensor::uninitialized(header.shape);
    const bool isTransposed
        = header.storage == NpyHeader::Storage::ColumnMajor && header.shape.rank() > 1;
    RETURN_IF_ERROR(isTransposed ? readColumnMajor(source, header.format, tensor)
                                 : readFloats(source.read, header.format, tensor.values()));
    return tensor;
}

Result<Tensor> readNpy(const std::filesystem::path& path, std::int64_t limitBytes,
                       const std::stop_token& stop)
{
    ASSIGN_OR_RETURN(InputFile file, InputFile::open(path));
    return readNpy({path.string(), file.size(),
                    [&](std::span<std::byte> bytes) { return file.read(bytes, stop); }},
                   limitBytes);
}

Result<bool> isNpyFile(const std::filesystem::path& path)
{
    ASSIGN_OR_RETURN(InputFile file, InputFile::open(path));
    if (path.string().ends_with(".npy"))
        return true;
    std::string magic(kMagic.size(), '\0');
    if (file.size() < std::ssize(magic))
        return false;
    RETURN_IF_ERROR(file.read(std::as_writable_bytes(std::span(magic))));
    return magic == kMagic;
}

std::string npyPreamble(const Shape& shape)
{
    std::string header
        = "{'descr': '<f4', 'fortran_order': False, 'shape': " + tupleText(shape) + ", }";
    if (shape.rank() > 0)
        header.append(kSpaceForGrowth - std::to_string(shape[0]).size(), ' ');
    // Ten bytes before the dictionary, one line feed after it. NumPy pads by 1 to 64 spaces.
    header.append(kAlignment - (10 + header.size() + 1) % kAlignment, ' ');
    header += '\n';
    std::string preamble(kMagic);
    preamble += {'\1', '\0', static_cast<char>(header.size() & 0xff),
                 static_cast<char>(header.size() >> 8)};
    return preamble + header;
}

Result<void> addNpy(OutputFiles& files, const std::filesystem::path& path, const Tensor& tensor,
                    const std::stop_token& stop)
{
    const std::string preamble = npyPreamble(tensor.shape());
    const std::array pieces{std::as_bytes(std::span(preamble)), std::as_bytes(tensor.values())};
    return files.add(path, pieces, stop);
}

} // namespace factorscope
