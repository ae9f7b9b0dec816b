#pragma once

#include "ui/image/picture_file.h"

#include <QBuffer>
#include <QFile>
#include <QImage>
#include <QImageWriter>
#include <QTemporaryDir>
#include <QtEndian>

#include <limits>
#include <vector>

namespace factorscope {

/// Picture files made by the tests themselves: by Qt where it can write them, else by hand.

inline constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

inline QByteArray encoded(const QImage& image, const char* format, int quality = -1)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QImageWriter writer(&buffer, format);
    writer.setQuality(quality);
    if (!writer.write(image))
        qFatal("%s cannot be written: is qt6-image-formats-plugins installed?", format);
    return bytes;
}

// Every pixel another colour, so that a swapped channel, row or column shows.
inline QImage manyColours(int width = 7, int height = 5)
{
    QImage image(width, height, QImage::Format_RGB32);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x)
            image.setPixel(x, y, qRgb(10 * x + 1, 40 * y + 3, 255 - 9 * x - 20 * y));
    }
    return image;
}

inline QImage manyColours16()
{
    QImage image(3, 2, QImage::Format_RGBX64);
    for (int y = 0; y < 2; ++y) {
        for (int x = 0; x < 3; ++x)
            image.setPixelColor(x, y,
                                QRgba64::fromRgba64(quint16(1000 * x + 1), quint16(20000 * y + 7),
                                                    quint16(65535 - 300 * x), 0xffff));
    }
    return image;
}

inline QImage gray16(int width)
{
    QImage image(width, 1, QImage::Format_Grayscale16);
    auto* row = reinterpret_cast<quint16*>(image.scanLine(0));
    for (int x = 0; x < width; ++x)
        row[x] = quint16(65535 - 3 * x);
    return image;
}

inline quint32 crcOf(const QByteArray& bytes)
{
    quint32 crc = 0xffffffff;
    for (const char byte : bytes) {
        crc ^= uchar(byte);
        for (int bit = 0; bit < 8; ++bit)
            crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
    }
    return ~crc;
}

inline QByteArray bigEndian(quint32 number)
{
    QByteArray bytes(4, '\0');
    qToBigEndian(number, bytes.data());
    return bytes;
}

inline QByteArray pngChunk(const QByteArray& type, const QByteArray& data)
{
    return bigEndian(quint32(data.size())) + type + data + bigEndian(crcOf(type + data));
}

inline QByteArray pngOfSize(quint32 width, quint32 height)
{
    const QByteArray header
        = bigEndian(width) + bigEndian(height) + QByteArray("\x08\x02\x00\x00\x00", 5);
    return "\x89PNG\r\n\x1a\n" + pngChunk("IHDR", header)
        + pngChunk("IDAT", qCompress(QByteArray(9, '\0')).mid(4)) + pngChunk("IEND", {});
}

// The codes of a GIF, three bits each from the lowest bit up.
inline QByteArray threeBitCodes(const std::vector<int>& codes)
{
    QByteArray bytes(qsizetype(codes.size() * 3 + 7) / 8, '\0');
    for (std::size_t i = 0; i < codes.size() * 3; ++i) {
        const int bit = codes[i / 3] >> (i % 3) & 1;
        bytes[qsizetype(i / 8)] = char(uchar(bytes[qsizetype(i / 8)]) | bit << (i % 8));
    }
    return bytes;
}

inline QByteArray gifFrame(const std::vector<int>& pixels)
{
    std::vector<int> codes; // a clear code before each pixel keeps the codes at three bits
    for (const int one : pixels) {
        codes.push_back(4);
        codes.push_back(one);
    }
    codes.push_back(5);
    const QByteArray data = threeBitCodes(codes);
    return QByteArray("\x2c\0\0\0\0\x02\0\x02\0\0\x02", 11) + char(data.size()) + data + '\0';
}

// 2x2, colours black, red, green, white; colour 2 is transparent.
inline QByteArray gif(const QByteArray& frames)
{
    return QByteArray("GIF89a\x02\0\x02\0\x81\0\0", 13)
        + QByteArray("\0\0\0\xff\0\0\0\xff\0\xff\xff\xff", 12)
        + QByteArray("\x21\xf9\x04\x01\0\0\x02\0", 8) + frames + ';';
}

inline QByteArray withSegment(const QByteArray& jpeg, char marker, const QByteArray& data)
{
    QByteArray segment("\xff");
    segment += marker;
    segment += bigEndian(quint32(data.size() + 2)).last(2);
    return jpeg.first(2) + segment + data + jpeg.mid(2);
}

inline QByteArray withOrientation(const QByteArray& jpeg, int orientation)
{
    QByteArray exif("Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0?\0\0\0\0\0\0", 32);
    exif[25] = char(orientation);
    return withSegment(jpeg, '\xe1', exif);
}

/// A folder of its own for the files of a test.
class PictureFolder {
public:
    std::string write(const QString& name, const QByteArray& bytes) const
    {
        const QString path = m_dir.filePath(name);
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("the test cannot write its file");
        return path.toStdString();
    }

    Result<Picture> read(const QByteArray& bytes, std::int64_t limitBytes = kNoLimit) const
    {
        return readPicture(write("some.file", bytes), limitBytes);
    }

private:
    QTemporaryDir m_dir;
};

} // namespace factorscope
