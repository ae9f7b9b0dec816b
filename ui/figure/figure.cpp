#include "ui/figure/figure.h"

#include "core/tensor/memory.h"
#include "ui/image/pixels.h"

#include <QBuffer>
#include <QFontInfo>
#include <QHashFunctions>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QRegularExpression>
#include <QSvgGenerator>

#include <cmath>
#include <mutex>

namespace factorscope {
namespace {

constexpr int kDotsPerInch = 96;
constexpr double kPaperPoints = 72.0 / kDotsPerInch; // those of paper, of which an inch has 72
constexpr double kMetresPerInch = 0.0254;

bool isEmpty(const Figure& figure)
{
    return !figure.paint || !(figure.size.width() > 0.0) || !(figure.size.height() > 0.0);
}

/// Draws on a device whose logical resolution is kDotsPerInch.
Result<void> draw(const Figure& figure, QPaintDevice& device, const QSizeF& scale)
{
    QPainter painter;
    if (!painter.begin(&device))
        return Error{ErrorCode::Unsupported,
                     QT_TRANSLATE_NOOP("core", "the figure '%1' cannot be drawn"),
                     {figure.title.toStdString()}};
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing
                           | QPainter::SmoothPixmapTransform | QPainter::LosslessImageRendering);
    painter.scale(scale.width(), scale.height());
    figure.paint(painter);
    painter.end();
    return {};
}

int dotsPerMetre(double scale)
{
    return static_cast<int>(std::lround(kDotsPerInch * scale / kMetresPerInch));
}

/// Qt names the font that was asked for, which may be "Sans Serif": other programs know the one
/// that it was, and a family to fall back to.
QByteArray withKnownFonts(const QByteArray& svg)
{
    static const QRegularExpression kFamily(QStringLiteral("font-family=\"([^\"]*)\""));
    const QString text = QString::fromUtf8(svg);
    QString result;
    qsizetype done = 0;
    for (auto matches = kFamily.globalMatch(text); matches.hasNext();) {
        const QRegularExpressionMatch match = matches.next();
        const QString family = QFontInfo(QFont(match.captured(1))).family();
        result += text.mid(done, match.capturedStart() - done);
        result += QStringLiteral("font-family=\"%1, sans-serif\"").arg(family.toHtmlEscaped());
        done = match.capturedEnd();
    }
    return (result + text.mid(done)).toUtf8();
}

Result<QByteArray> svgBytes(const Figure& figure)
{
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setResolution(kDotsPerInch);
    generator.setSize({static_cast<int>(std::ceil(figure.size.width())),
                       static_cast<int>(std::ceil(figure.size.height()))});
    generator.setViewBox(QRectF(QPointF(), generator.size()));
    generator.setTitle(figure.title.toHtmlEscaped()); // Qt writes it as it is
    generator.setDescription(QStringLiteral("Factorscope"));
    RETURN_IF_ERROR(draw(figure, generator, {1.0, 1.0}));
    return withKnownFonts(buffer.data());
}

/// Puts `text`, filled up with blanks, in the place of what lies between two marks, so that no
/// offset of the file moves. It must fit.
void replaceBetween(QByteArray& bytes, const QByteArray& from, const QByteArray& to,
                    QByteArray text)
{
    const qsizetype start = bytes.indexOf(from) + from.size();
    const qsizetype length = bytes.indexOf(to, start) - start;
    EXPECTS(start >= from.size() && length >= text.size());
    bytes.replace(start, length, text.leftJustified(length));
}

/// The day on which every figure was made, so that it tells nothing.
void fixDate(QByteArray& pdf)
{
    replaceBetween(pdf, "/CreationDate (D:", "\n", "20000101000000Z)");
}

/// Qt knows pages of whole points: this one ends where the figure does. The figure hangs from the
/// top.
void cropPage(QByteArray& pdf, const QSizeF& page, const QSizeF& figure)
{
    if (page == figure)
        return;
    const auto number = [](double value) { return QByteArray::number(value, 'f', 4); };
    replaceBetween(pdf, "/MediaBox [", "]",
                   "0 " + number(page.height() - figure.height()) + " " + number(figure.width())
                       + " " + QByteArray::number(static_cast<int>(page.height())));
}

/// Qt writes the fonts of a PDF in the order of a hash table, which its random seed decides: while
/// one lives, the seed is a fixed one. Tables that exist keep theirs. One at a time.
class FixedHashOrder {
public:
    FixedHashOrder() : m_lock(s_mutex) { QHashSeed::setDeterministicGlobalSeed(); }
    ~FixedHashOrder() { QHashSeed::resetRandomGlobalSeed(); }
    FixedHashOrder(const FixedHashOrder&) = delete;
    FixedHashOrder& operator=(const FixedHashOrder&) = delete;

private:
    static inline std::mutex s_mutex;
    const std::lock_guard<std::mutex> m_lock;
};

Result<QByteArray> pdfBytes(const Figure& figure)
{
    const QSizeF size = figure.size * kPaperPoints;
    const QSizeF page(std::ceil(size.width()), std::ceil(size.height()));
    const FixedHashOrder fixed;
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setResolution(kDotsPerInch);
    writer.setTitle(figure.title);
    writer.setCreator(QStringLiteral("Factorscope"));
    writer.setPageSize(QPageSize(page, QPageSize::Point, {}, QPageSize::ExactMatch));
    writer.setPageMargins(QMarginsF());
    RETURN_IF_ERROR(draw(figure, writer, {1.0, 1.0}));
    QByteArray pdf = buffer.data();
    fixDate(pdf);
    cropPage(pdf, page, size);
    return pdf;
}

} // namespace

std::string_view formatName(FigureFormat format)
{
    constexpr std::array<std::string_view, kFigureFormats.size()> kNames{"png", "svg", "pdf"};
    return kNames[static_cast<std::size_t>(format)];
}

std::optional<FigureFormat> formatFromName(std::string_view name)
{
    for (const FigureFormat format : kFigureFormats) {
        if (formatName(format) == name)
            return format;
    }
    return {};
}

Result<QImage> figureImage(const Figure& figure, double scale)
{
    EXPECTS(!isEmpty(figure) && scale > 0.0);
    const double width = std::max(1.0, std::round(figure.size.width() * scale));
    const double height = std::max(1.0, std::round(figure.size.height() * scale));
    if (!(width <= kMostFigurePixels && height <= kMostFigurePixels))
        return Error{ErrorCode::Memory,
                     QT_TRANSLATE_NOOP("core",
                                       "a picture of %1 x %2 pixels is too large, %3 are "
                                       "possible on each side: lower the scale"),
                     {std::to_string(std::llround(width)), std::to_string(std::llround(height)),
                      std::to_string(kMostFigurePixels)}};
    constexpr std::int64_t kBytesPerPixel = 8; // 4 of the picture, and at worst as many of its file
    const QSize size(static_cast<int>(width), static_cast<int>(height));
    RETURN_IF_ERROR(requireMemory(kBytesPerPixel * size.width() * size.height(),
                                  availableMemoryBytes(), QT_TRANSLATE_NOOP("core", "the scale")));
    QImage image(size, QImage::Format_RGB32);
    if (image.isNull())
        return Error{ErrorCode::Memory,
                     QT_TRANSLATE_NOOP("core", "there is not enough memory: lower the scale"),
                     {}};
    image.fill(Qt::white);
    // Text is measured at the resolution of the device: that of the figure while it is drawn.
    image.setDotsPerMeterX(dotsPerMetre(1.0));
    image.setDotsPerMeterY(dotsPerMetre(1.0));
    RETURN_IF_ERROR(
        draw(figure, image, {width / figure.size.width(), height / figure.size.height()}));
    image.setDotsPerMeterX(dotsPerMetre(scale));
    image.setDotsPerMeterY(dotsPerMetre(scale));
    image.setText(QStringLiteral("Title"), figure.title);
    return image;
}

Result<QByteArray> figureBytes(const Figure& figure, FigureFormat format, double scale)
{
    EXPECTS(!isEmpty(figure));
    switch (format) {
    case FigureFormat::Png: {
        ASSIGN_OR_RETURN(const QImage image, figureImage(figure, scale));
        return pngBytes(image);
    }
    case FigureFormat::Svg:
        return svgBytes(figure);
    case FigureFormat::Pdf:
        return pdfBytes(figure);
    }
    EXPECTS(false);
    return QByteArray();
}

} // namespace factorscope
