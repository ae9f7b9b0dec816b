#pragma once

#include "core/result/result.h"

#include <QByteArray>
#include <QSizeF>
#include <QString>

#include <array>
#include <functional>
#include <optional>
#include <string_view>

class QImage;
class QPainter;

namespace factorscope {

/// A picture that can be drawn at any size on any device: what a view exports. Drawing may be done
/// on any thread and captures all it needs.
struct Figure {
    QString title;
    QSizeF size; ///< in points, as on a screen of 96 dpi
    std::function<void(QPainter&)> paint; ///< into (0, 0) to size, its own ground included
};

enum class FigureFormat { Png, Svg, Pdf };
inline constexpr std::array kFigureFormats{FigureFormat::Png, FigureFormat::Svg, FigureFormat::Pdf};

/// "png": on the command line, and as the ending of a file.
std::string_view formatName(FigureFormat format);
std::optional<FigureFormat> formatFromName(std::string_view name);

inline constexpr int kMostFigurePixels = 32767; ///< on each side: Qt draws no further

/// The figure in pixels, `scale` of them for each of its points, with the dots per metre that keep
/// its size on paper. Error: Memory.
Result<QImage> figureImage(const Figure& figure, double scale);

/// The bytes of a file, complete in memory. `scale`: PNG pixels for each point. The same figure
/// gives the same bytes. Errors: Memory, Unsupported.
Result<QByteArray> figureBytes(const Figure& figure, FigureFormat format, double scale);

} // namespace factorscope
