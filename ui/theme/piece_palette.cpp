#include "ui/theme/piece_palette.h"

#include <algorithm>
#include <array>

namespace factorscope {
namespace {

using Colours = std::array<QRgb, kColouredPieces>;

// rose, teal, sand, wine, green, purple, olive, pale rose
constexpr Colours kOnLight{0xffcc6677, 0xff44aa99, 0xffddcc77, 0xff882255,
                           0xff117733, 0xffaa4499, 0xff999933, 0xffe8b4bc};
/// The dark ones of them lighter.
constexpr Colours kOnDark{0xffcc6677, 0xff44aa99, 0xffddcc77, 0xffc2407f,
                          0xff2fa35a, 0xffc06ab4, 0xffa9a93f, 0xffe8b4bc};

/// From 0 to 1, apart for neighbouring ranks.
double scattered(std::int64_t rank)
{
    constexpr double kGolden = 0.6180339887498949;
    const double at = static_cast<double>(rank) * kGolden;
    return at - static_cast<double>(static_cast<std::int64_t>(at));
}

} // namespace

QColor pieceColour(const PieceLook& look, const Theme& theme)
{
    if (look.rank < kColouredPieces)
        return QColor::fromRgb(
            (theme.isDark ? kOnDark : kOnLight)[static_cast<std::size_t>(look.rank)]);
    const double low = theme.isDark ? 60.0 : 90.0;
    const double high = theme.isDark ? 190.0 : 225.0;
    constexpr double kScatter = 24.0;
    const double grey
        = low + (high - low) * look.activeShare + kScatter * (scattered(look.rank) - 0.5);
    const int level = std::clamp(static_cast<int>(grey + 0.5), 0, 255);
    return {level, level, level};
}

QColor fadedPiece(const QColor& colour, const Theme& theme)
{
    constexpr double kKept = 0.15;
    const auto part = [](int from, int to) {
        return static_cast<int>(kKept * from + (1.0 - kKept) * to + 0.5);
    };
    const QColor& ground = theme.ground;
    return {part(colour.red(), ground.red()), part(colour.green(), ground.green()),
            part(colour.blue(), ground.blue())};
}

} // namespace factorscope
