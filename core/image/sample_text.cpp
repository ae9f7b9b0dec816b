#include "core/image/sample_drawing.h"
#include "core/image/stroke_font.h"

#include <string_view>
#include <vector>

namespace factorscope {
namespace {

struct Line {
    std::u32string_view text;
    bool inverted = false; ///< light on a dark band
};

constexpr Line kLines[] = {
    {U"5×5 = 25"},
    {U"3×3 + 3×3 = 18", true},
    {U"two small kernels see"},
    {U"what one large kernel sees"},
    {U"with 28 % fewer weights and a ReLU between", true},
    {U"the middle pixel is reached on 9 paths, a corner on 1"},
    {U"the first layer finds edges, the second joins them to corners and curves"},
    {U"and where the strokes are as thin as one pixel, a letter fits into a single window"},
};

constexpr double kStrokeWidth = 0.95; // of the font's units
constexpr double kMargin = 0.055; // of a page, on every side

struct Box {
    double top;
    double left;
    double height;
    double width;
};

/// How much ink there is on each pixel, 0 … 1, and where ink and paper change places.
struct Sheet {
    Extent size;
    std::vector<float> ink;
    std::vector<float> inverted;

    explicit Sheet(Extent extent)
        : size(extent), ink(static_cast<std::size_t>(extent.height * extent.width)), inverted(ink)
    { }

    std::size_t index(std::int64_t y, std::int64_t x) const
    {
        return static_cast<std::size_t>(y * size.width + x);
    }
};

/// The pixels from `low` to `high`, kept inside of 0 … count.
struct PixelRange {
    std::int64_t begin;
    std::int64_t end;
};

PixelRange pixels(double low, double high, std::int64_t count)
{
    const auto last = static_cast<double>(count);
    return {static_cast<std::int64_t>(std::clamp(std::floor(low), 0.0, last)),
            static_cast<std::int64_t>(std::clamp(std::ceil(high), 0.0, last))};
}

double distanceToSegment(const Point& p, const Point& a, const Point& b)
{
    const double dx = b.x - a.x;
    const double dy = b.y - a.y;
    const double squared = dx * dx + dy * dy;
    const double along = squared > 0.0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / squared : 0.0;
    const double t = std::clamp(along, 0.0, 1.0);
    return std::hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

void inkSegment(Sheet& sheet, const Point& a, const Point& b, double widthPx)
{
    // A stroke thinner than a pixel is drawn one pixel wide and paler.
    const double radius = std::max(widthPx, 1.0) / 2.0;
    const double strength = std::min(widthPx, 1.0);
    const double reach = radius + 1.0;
    const PixelRange rows
        = pixels(std::min(a.y, b.y) - reach, std::max(a.y, b.y) + reach, sheet.size.height);
    const PixelRange columns
        = pixels(std::min(a.x, b.x) - reach, std::max(a.x, b.x) + reach, sheet.size.width);
    for (std::int64_t y = rows.begin; y < rows.end; ++y) {
        for (std::int64_t x = columns.begin; x < columns.end; ++x) {
            const Point middle{static_cast<double>(x) + 0.5, static_cast<double>(y) + 0.5};
            const double inside = radius + 0.5 - distanceToSegment(middle, a, b);
            const auto ink = static_cast<float>(strength * std::clamp(inside, 0.0, 1.0));
            float& pixel = sheet.ink[sheet.index(y, x)];
            pixel = std::max(pixel, ink);
        }
    }
}

void inkText(Sheet& sheet, const StrokedText& text, const Point& corner, double unitPx)
{
    const auto placed = [&](const Point& p) {
        return Point{corner.x + p.x * unitPx, corner.y + p.y * unitPx};
    };
    for (const Stroke& stroke : text.strokes) {
        for (std::size_t i = 0; i + 1 < stroke.size(); ++i)
            inkSegment(sheet, placed(stroke[i]), placed(stroke[i + 1]), kStrokeWidth * unitPx);
    }
}

void invertBand(Sheet& sheet, const Box& band)
{
    const PixelRange rows
        = pixels(std::round(band.top), std::round(band.top + band.height), sheet.size.height);
    const PixelRange columns
        = pixels(std::round(band.left), std::round(band.left + band.width), sheet.size.width);
    for (std::int64_t y = rows.begin; y < rows.end; ++y) {
        for (std::int64_t x = columns.begin; x < columns.end; ++x)
            sheet.inverted[sheet.index(y, x)] = 1.0F;
    }
}

/// All lines below each other on a page, each as large as its length allows.
void inkPage(Sheet& sheet, const Box& page)
{
    constexpr double kLeastSpace = 0.35; // between lines, of their height
    constexpr double kMostSpace = 0.9;
    std::vector<StrokedText> lines;
    double heightPerWidth = 0.0;
    for (const Line& line : kLines) {
        lines.push_back(strokedText(line.text));
        heightPerWidth += lines.back().height / lines.back().width;
    }
    const double height = page.height * (1.0 - 2.0 * kMargin);
    const double width = std::min(page.width * (1.0 - 2.0 * kMargin),
                                  height / ((1.0 + kLeastSpace) * heightPerWidth));
    const double fillingSpace = height / (width * heightPerWidth) - 1.0;
    const double space = std::clamp(fillingSpace, kLeastSpace, kMostSpace);
    const double left = page.left + (page.width - width) / 2.0;
    double top = page.top + (page.height - (1.0 + space) * width * heightPerWidth) / 2.0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const double unitPx = width / lines[i].width;
        const double lineHeight = lines[i].height * unitPx;
        if (kLines[i].inverted)
            invertBand(sheet, {top, page.left, (1.0 + space) * lineHeight, page.width});
        inkText(sheet, lines[i], {left, top + space * lineHeight / 2.0}, unitPx);
        top += (1.0 + space) * lineHeight;
    }
}

} // namespace

Picture drawText(Extent size)
{
    constexpr std::int64_t kMostPages = 12;
    const auto pages = [kMostPages](std::int64_t length, std::int64_t other) {
        return std::clamp<std::int64_t>((2 * length + other) / (2 * other), 1, kMostPages);
    };
    const std::int64_t rows = pages(size.height, size.width);
    const std::int64_t columns = pages(size.width, size.height);
    const double height = static_cast<double>(size.height) / static_cast<double>(rows);
    const double width = static_cast<double>(size.width) / static_cast<double>(columns);
    Sheet sheet(size);
    for (std::int64_t row = 0; row < rows; ++row) {
        for (std::int64_t column = 0; column < columns; ++column)
            inkPage(sheet,
                    {static_cast<double>(row) * height, static_cast<double>(column) * width, height,
                     width});
    }

    constexpr double kInk = 0.08;
    Canvas canvas(size);
    for (std::int64_t y = 0; y < size.height; ++y) {
        for (std::int64_t x = 0; x < size.width; ++x) {
            const std::size_t i = sheet.index(y, x);
            const double ink = std::abs(double{sheet.ink[i]} - double{sheet.inverted[i]});
            canvas.set(y, x, grey(std::lerp(1.0, kInk, ink)));
        }
    }
    return std::move(canvas).finished("text");
}

} // namespace factorscope
