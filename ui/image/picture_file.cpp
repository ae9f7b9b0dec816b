#include "ui/image/picture_file.h"

#include "core/file/input_file.h"
#include "ui/image/byte_device.h"
#include "ui/image/picture_format.h"
#include "ui/image/pnm.h"
#include "ui/image/tiff_layout.h"

#include <QColorSpace>
#include <QImage>
#include <QImageReader>
#include <QLibrary>
#include <QLoggingCategory>

#include <algorithm>
#include <cmath>
#include <cstdarg>
#include <exception>
#include <mutex>
#include <new>
#include <vector>

namespace factorscope {
namespace {

using Bytes = std::span<const std::uint8_t>;
using Id = PictureFormat::Id;

constexpr int kTensorBytes = 3 * sizeof(float);

QLoggingCategory::CategoryFilter g_previousFilter = nullptr;

void muteImageReaders(QLoggingCategory* category)
{
    g_previousFilter(category);
    if (!QByteArray(category->categoryName()).startsWith("qt.gui.imageio"))
        return;
    for (const QtMsgType type : {QtInfoMsg, QtWarningMsg})
        category->setEnabled(type, false);
}

// A failure is one sentence of ours, so the decoders' own messages are silenced. libtiff writes to
// stderr past Qt; it is the one that Qt's plugin has loaded, and without it there is nothing to do.
void muteLibtiff()
{
    QLibrary tiff("tiff", 6);
    using Handler = void (*)(const char*, const char*, va_list);
    using SetHandler = Handler (*)(Handler);
    for (const char* name : {"TIFFSetErrorHandler", "TIFFSetWarningHandler"}) {
        if (const auto set = reinterpret_cast<SetHandler>(tiff.resolve(name)))
            set(nullptr);
    }
}

void prepareQtOnce()
{
    static std::once_flag flag;
    std::call_once(flag, [] {
        QImageReader::setAllocationLimit(0); // pictureTooLarge() decides instead
        g_previousFilter = QLoggingCategory::installFilter(nullptr);
        QLoggingCategory::installFilter(muteImageReaders);
        if (QImageReader::supportedImageFormats().contains(QByteArray("tiff")))
            muteLibtiff();
    });
}

bool keepsMoreThan8Bits(QImage::Format format)
{
    return format == QImage::Format_Grayscale16 || format == QImage::Format_RGBX64
        || format == QImage::Format_RGBA64 || format == QImage::Format_RGBA64_Premultiplied;
}

bool isFloatingPoint(QImage::Format format)
{
    return QImage::toPixelFormat(format).typeInterpretation() == QPixelFormat::FloatingPoint;
}

// The layout whose channels lie in memory as R, G, B, A.
QImage::Format rgbaFormat(const QImage& image)
{
    const bool isWide = keepsMoreThan8Bits(image.format());
    if (!image.hasAlphaChannel())
        return isWide ? QImage::Format_RGBX64 : QImage::Format_RGBX8888;
    // Multiplied values stay so: dividing them here would only round once more.
    if (image.pixelFormat().premultiplied() == QPixelFormat::Premultiplied)
        return isWide ? QImage::Format_RGBA64_Premultiplied : QImage::Format_RGBA8888_Premultiplied;
    return isWide ? QImage::Format_RGBA64 : QImage::Format_RGBA8888;
}

struct RowOfPlanes {
    float* r;
    float* g;
    float* b;
};

// One row of R, G, B, A over white. With full alpha the value / maximum comes out unchanged.
template <typename Channel>
void layOverWhite(const uchar* row, int width, QImage::Format format, RowOfPlanes out)
{
    constexpr float kMaximum = static_cast<float>(Channel(~Channel{0}));
    const bool isOpaque = format == QImage::Format_RGBX64 || format == QImage::Format_RGBX8888;
    const bool isMultiplied = format == QImage::Format_RGBA64_Premultiplied
        || format == QImage::Format_RGBA8888_Premultiplied;
    const auto* pixel = reinterpret_cast<const Channel*>(row);
    for (int x = 0; x < width; ++x, pixel += 4) {
        const float alpha = isOpaque ? 1.0F : static_cast<float>(pixel[3]) / kMaximum;
        const float factor = isMultiplied ? 1.0F : alpha;
        const auto laid = [&](Channel channel) {
            const float value = static_cast<float>(channel) / kMaximum * factor + (1.0F - alpha);
            return std::min(value, 1.0F); // a hair above it by rounding
        };
        out.r[x] = laid(pixel[0]);
        out.g[x] = laid(pixel[1]);
        out.b[x] = laid(pixel[2]);
    }
}

// In bands, so that no second picture is needed. Below 2^16 pixels Qt stays on this thread, too.
Tensor tensorOf(const QImage& image, bool convertColours)
{
    const int width = image.width();
    const int height = image.height();
    const std::int64_t plane = std::int64_t{width} * height;
    const int bandHeight = std::max(1, 60'000 / width);
    const QImage::Format format = rgbaFormat(image);
    Tensor rgb = Tensor::uninitialized({3, height, width});
    for (int top = 0; top < height; top += bandHeight) {
        QImage band = image.copy(0, top, width, std::min(bandHeight, height - top));
        band.convertTo(format);
        if (convertColours)
            band.convertToColorSpace(QColorSpace::SRgb);
        if (band.isNull() || band.format() != format)
            throw std::bad_alloc(); // how a QImage without memory shows
        for (int y = 0; y < band.height(); ++y) {
            float* r = rgb.data() + std::int64_t{top + y} * width;
            const RowOfPlanes out{r, r + plane, r + 2 * plane};
            if (keepsMoreThan8Bits(format))
                layOverWhite<std::uint16_t>(band.constScanLine(y), width, format, out);
            else
                layOverWhite<std::uint8_t>(band.constScanLine(y), width, format, out);
        }
    }
    return rgb;
}

// A PNG that gives no profile but a gamma of 1/2.2 and the primaries of sRGB means sRGB: the PNG
// specification has writers put just these for readers that do not know sRGB.
bool standsForSrgb(const QColorSpace& colours, Id format, Bytes file)
{
    return format == Id::Png && colours.transferFunction() == QColorSpace::TransferFunction::Gamma
        && std::abs(colours.gamma() - 2.2F) < 0.01F && !pngHasProfile(file)
        && colours.withTransferFunction(QColorSpace::TransferFunction::SRgb) == QColorSpace::SRgb;
}

bool hasOtherColours(const QImage& image, Id format, Bytes file)
{
    const QColorSpace colours = image.colorSpace();
    return colours.isValid() && colours != QColorSpace::SRgb
        && !standsForSrgb(colours, format, file);
}

// Qt reports the size of a GIF's first frame, and decodes the screen that it lies on.
QSize declaredSize(const QImageReader& reader, Id format, Bytes file)
{
    const QSize size = reader.size();
    if (format != Id::Gif)
        return size;
    return size.expandedTo({file[6] | file[7] << 8, file[8] | file[9] << 8});
}

int bytesPerPixel(const QImageReader& reader, const PictureFormat& format)
{
    const QImage::Format pixels = reader.imageFormat();
    const int bits
        = pixels == QImage::Format_Invalid ? 32 : int{QImage::toPixelFormat(pixels).bitsPerPixel()};
    const bool isTurned = reader.transformation() != QImageIOHandler::TransformationNone;
    return (bits + 7) / 8 * (isTurned ? 2 : 1) + format.scratchBytesPerPixel + kTensorBytes;
}

Result<QImage> decodedByQt(Bytes file, const PictureFormat& format,
                           const std::filesystem::path& path, std::int64_t limitBytes)
{
    ByteDevice device(file);
    QImageReader reader(&device, format.qtName);
    reader.setAutoDetectImageFormat(false); // pictureFormatOf() has looked at the content
    reader.setAutoTransform(true);
    const QSize size = declaredSize(reader, format.id, file);
    if (size.isEmpty())
        return damagedPicture(path, format);
    if (auto error
        = pictureTooLarge(path, size.width(), size.height(), bytesPerPixel(reader, format),
                          static_cast<std::int64_t>(file.size()), limitBytes))
        return *error;
    device.forgetReads();
    QImage image;
    if (!reader.read(&image) || image.isNull())
        return damagedPicture(path, format);
    if (format.id == Id::Bmp && device.wasReadPastEnd())
        return pictureEndsEarly(path);
    if (isFloatingPoint(image.format()))
        return Error{ErrorCode::Unsupported,
                     QT_TRANSLATE_NOOP("core",
                                       "'%1' holds floating-point values, which have no agreed "
                                       "white: give it with 8 or 16 bits, or as .npy"),
                     {path.string()}};
    return image;
}

Result<Picture> readByQt(Bytes file, const PictureFormat& format, const std::filesystem::path& path,
                         std::int64_t limitBytes)
{
    if (!QImageReader::supportedImageFormats().contains(QByteArray(format.qtName)))
        return Error{ErrorCode::Unsupported,
                     QT_TRANSLATE_NOOP("core",
                                       "'%1' is a %2 picture, which needs the Debian package "
                                       "qt6-image-formats-plugins"),
                     {path.string(), format.label}};
    Picture picture;
    const FileEnd end = fileEnd(format.id, file);
    const TiffLayout tiff = format.id == Id::Tiff ? tiffLayout(file) : TiffLayout{};
    if (end == FileEnd::Damaged || !isDecodedRightly(tiff))
        return damagedPicture(path, format);
    if (end == FileEnd::Missing && format.id != Id::Jpeg)
        return pictureEndsEarly(path);
    if (end == FileEnd::Missing)
        picture.notes.push_back({ErrorCode::Format,
                                 QT_TRANSLATE_NOOP("core",
                                                   "'%1' ends before the picture does: the rest is "
                                                   "filled in"),
                                 {path.string()}});
    auto image = decodedByQt(file, format, path, limitBytes);
    if (!image) // a JPEG that ends within its header is no damaged one
        return end == FileEnd::Missing && image.error().code == ErrorCode::Format
            ? pictureEndsEarly(path)
            : image.error();
    picture.bitsPerChannel = keepsMoreThan8Bits(image->format()) ? 16 : 8;
    if (tiff.bitsPerSample > picture.bitsPerChannel)
        picture.notes.push_back({ErrorCode::Unsupported,
                                 QT_TRANSLATE_NOOP("core",
                                                   "'%1' has %2 bits per channel, of which %3 are "
                                                   "kept in this variant of TIFF"),
                                 {path.string(), std::to_string(tiff.bitsPerSample),
                                  std::to_string(picture.bitsPerChannel)}});
    picture.rgb = tensorOf(*image, hasOtherColours(*image, format.id, file));
    return picture;
}

Result<std::vector<std::uint8_t>> readBytes(const std::filesystem::path& path,
                                            std::int64_t limitBytes)
{
    ASSIGN_OR_RETURN(InputFile file, InputFile::open(path));
    if (file.size() == 0)
        return Error{
            ErrorCode::Format, QT_TRANSLATE_NOOP("core", "'%1' is empty"), {path.string()}};
    if (file.size() > limitBytes)
        return Error{ErrorCode::Memory,
                     QT_TRANSLATE_NOOP("core", "'%1' is too large: %2 bytes, at most %3 are read"),
                     {path.string(), std::to_string(file.size()), std::to_string(limitBytes)}};
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(file.size()));
    RETURN_IF_ERROR(file.read(std::as_writable_bytes(std::span(bytes))));
    return bytes;
}

Result<Picture> readAny(const std::filesystem::path& path, std::int64_t limitBytes)
{
    ASSIGN_OR_RETURN(const std::vector<std::uint8_t> file, readBytes(path, limitBytes));
    const auto format = pictureFormatOf(file);
    if (!format)
        return unknownPicture(path);
    ASSIGN_OR_RETURN(Picture picture,
                     format->id == Id::Pnm ? readPnm(file, path, limitBytes)
                                           : readByQt(file, *format, path, limitBytes));
    picture.name = path.stem().string();
    return picture;
}

} // namespace

Result<Picture> readPicture(const std::filesystem::path& path, std::int64_t limitBytes)
{
    try {
        prepareQtOnce();
        return readAny(path, limitBytes);
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::Memory,
                     QT_TRANSLATE_NOOP("core", "there is not enough memory to decode '%1'"),
                     {path.string()}};
    } catch (const std::exception&) {
        return Error{ErrorCode::Format,
                     QT_TRANSLATE_NOOP("core", "'%1' cannot be decoded"),
                     {path.string()}};
    }
}

Result<Picture> pictureOf(const QImage& image, const std::string& name, std::int64_t limitBytes)
{
    EXPECTS(!image.isNull());
    if (auto error
        = pictureTooLarge(name, image.width(), image.height(), kTensorBytes, 0, limitBytes))
        return *error;
    const bool isReal = isFloatingPoint(image.format());
    const QImage pixels = isReal ? image.convertToFormat(QImage::Format_RGBA64) : image;
    const QColorSpace colours = pixels.colorSpace();
    Picture picture;
    picture.name = name;
    picture.bitsPerChannel = keepsMoreThan8Bits(pixels.format()) ? 16 : 8;
    picture.rgb = tensorOf(pixels, colours.isValid() && colours != QColorSpace::SRgb);
    return picture;
}

QStringList pictureFileEndings()
{
    QStringList endings{"png", "jpg", "jpeg", "bmp", "pbm", "pgm", "ppm", "pnm", "gif"};
    const QByteArrayList formats = QImageReader::supportedImageFormats();
    if (formats.contains("webp"))
        endings << "webp";
    if (formats.contains("tiff"))
        endings << "tif"
                << "tiff";
    return endings;
}

} // namespace factorscope
