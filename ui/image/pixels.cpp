#include "ui/image/pixels.h"

#include <QBuffer>

#include <algorithm>

namespace factorscope {

QImage toQImage(const RgbImage& image)
{
    QImage picture(static_cast<int>(image.size.width), static_cast<int>(image.size.height),
                   QImage::Format_RGB32);
    const Rgb8* from = image.pixels.data();
    for (int y = 0; y < picture.height(); ++y) {
        auto* row = reinterpret_cast<QRgb*>(picture.scanLine(y));
        for (int x = 0; x < picture.width(); ++x, ++from)
            row[x] = qRgb(from->r, from->g, from->b);
    }
    return picture;
}

Result<QByteArray> pngBytes(const QImage& image)
{
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    if (image.isNull() || !image.save(&buffer, "PNG"))
        return Error{
            ErrorCode::Unsupported,
            QT_TRANSLATE_NOOP("core", "a picture of %1 x %2 pixels cannot be written as PNG"),
            {std::to_string(image.width()), std::to_string(image.height())}};
    return buffer.data();
}

} // namespace factorscope
