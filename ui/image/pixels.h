#pragma once

#include "core/image/contact_sheet.h"
#include "core/result/result.h"

#include <QByteArray>
#include <QImage>

namespace factorscope {

/// The same pixels as Qt draws them.
QImage toQImage(const RgbImage& image);

/// A picture as the bytes of a PNG file, complete in memory.
Result<QByteArray> pngBytes(const QImage& image);

} // namespace factorscope
