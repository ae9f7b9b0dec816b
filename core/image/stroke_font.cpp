#include "core/image/stroke_font.h"

#include <algorithm>
#include <iterator>

namespace factorscope {
namespace {

/// Strokes are separated by blanks; a point is two digits, x and y, with y = 0 at the bottom of a
/// "p", 2 at the base line, 6 at the top of an "x", 8 at the top of an "h". A stroke is a polyline;
/// after '~' its inner points pull a smooth curve, and after '@' all do and the curve is closed.
struct GlyphPen {
    char32_t sign;
    int width;
    std::string_view strokes;
};

constexpr GlyphPen kGlyphs[] = {
    {U'a', 4, "@02424606 4642"},
    {U'b', 4, "0802 @02424606"},
    {U'c', 4, "~453606023243"},
    {U'd', 4, "4842 @02424606"},
    {U'e', 4, "0444 ~444606023243"},
    {U'f', 3, "~381816 1612 0636"},
    {U'g', 4, "@02424606 4642 ~42400001"},
    {U'h', 4, "0802 ~04064644 4442"},
    {U'i', 0, "0602 0808"},
    {U'j', 1, "1611 ~111000 1818"},
    {U'k', 3, "0802 3603 1432"},
    {U'l', 0, "0802"},
    {U'm', 6, "0602 ~04063634 3432 ~34366664 6462"},
    {U'n', 4, "0602 ~04064644 4442"},
    {U'o', 4, "@02424606"},
    {U'p', 4, "0600 @02424606"},
    {U'q', 4, "4640 @02424606"},
    {U'r', 3, "0602 ~040636"},
    {U's', 4, "~4536060444421203"},
    {U't', 3, "1813 ~131232 0636"},
    {U'u', 4, "0604 ~04024244 4642"},
    {U'v', 4, "062246"},
    {U'w', 6, "0622364266"},
    {U'x', 4, "0642 4602"},
    {U'y', 4, "4610 0622"},
    {U'z', 4, "06460242"},
    {U'L', 4, "080242"},
    {U'R', 4, "080208 0828 ~28484525 2505 2542"},
    {U'U', 4, "0804 ~04024244 4448"},
    {U'0', 4, "@02424808"},
    {U'1', 2, "072822"},
    {U'2', 4, "~0608484502 0242"},
    {U'3', 4, "~0718484525 ~2545421203"},
    {U'4', 4, "32380444"},
    {U'5', 4, "480805 ~0546421203"},
    {U'6', 4, "@02424606 ~47380804"},
    {U'7', 4, "084812"},
    {U'8', 4, "@05454808 @02424505"},
    {U'9', 4, "@04444808 ~46421203"},
    {U'×', 4, "0347 0743"},
    {U'+', 4, "0545 2723"},
    {U'=', 4, "0646 0444"},
    {U'%', 5, "0258 @06262808 @32525434"},
    {U',', 0, "0201"},
    {U'.', 0, "0202"},
    {U':', 0, "0505 0202"},
};

constexpr double kGap = 1.7; // between the signs
constexpr double kBlank = 1.6; // beside the gaps
constexpr double kBaseLine = 6.0; // below the top of an "h"

Point between(const Point& a, const Point& b)
{
    return {(a.x + b.x) / 2.0, (a.y + b.y) / 2.0};
}

/// The parabola from `from` to `to` that leaves and arrives in the direction of `pull`.
void appendCurve(const Point& from, const Point& pull, const Point& to, Stroke& stroke)
{
    constexpr int kPieces = 6;
    for (int i = 1; i <= kPieces; ++i) {
        const double t = static_cast<double>(i) / kPieces;
        const double s = 1.0 - t;
        stroke.push_back({s * s * from.x + 2.0 * s * t * pull.x + t * t * to.x,
                          s * s * from.y + 2.0 * s * t * pull.y + t * t * to.y});
    }
}

Stroke openCurve(const Stroke& points)
{
    Stroke curve{points.front()};
    for (std::size_t i = 1; i + 1 < points.size(); ++i) {
        const bool isLast = i + 2 == points.size();
        const Point from = curve.back();
        appendCurve(from, points[i], isLast ? points[i + 1] : between(points[i], points[i + 1]),
                    curve);
    }
    return curve;
}

Stroke closedCurve(const Stroke& points)
{
    Stroke curve{between(points.back(), points.front())};
    for (std::size_t i = 0; i < points.size(); ++i) {
        const Point from = curve.back();
        appendCurve(from, points[i], between(points[i], points[(i + 1) % points.size()]), curve);
    }
    return curve;
}

Stroke strokeFrom(std::string_view pen)
{
    const bool isClosed = pen.front() == '@';
    const bool isCurve = isClosed || pen.front() == '~';
    if (isCurve)
        pen.remove_prefix(1);
    Stroke points;
    for (; !pen.empty(); pen.remove_prefix(2))
        points.push_back({static_cast<double>(pen[0] - '0'), static_cast<double>('8' - pen[1])});
    return isClosed ? closedCurve(points) : isCurve ? openCurve(points) : points;
}

/// Adds the strokes of a glyph that begins at `left`.
void appendGlyph(const GlyphPen& glyph, double left, std::vector<Stroke>& strokes)
{
    std::string_view rest = glyph.strokes;
    while (!rest.empty()) {
        const std::size_t length = std::min(rest.find(' '), rest.size());
        strokes.push_back(strokeFrom(rest.substr(0, length)));
        for (Point& point : strokes.back())
            point.x += left;
        rest.remove_prefix(std::min(length + 1, rest.size()));
    }
}

} // namespace

StrokedText strokedText(std::u32string_view text)
{
    StrokedText line;
    double left = 0.0;
    for (const char32_t sign : text) {
        const auto glyph = std::ranges::find(kGlyphs, sign, &GlyphPen::sign);
        if (glyph == std::end(kGlyphs)) {
            left += kBlank + kGap;
            continue;
        }
        appendGlyph(*glyph, left, line.strokes);
        left += glyph->width + kGap;
    }
    line.width = std::max(0.0, left - kGap);
    for (const Stroke& stroke : line.strokes) {
        for (const Point& point : stroke)
            line.height = std::max({line.height, kBaseLine, point.y});
    }
    return line;
}

} // namespace factorscope
