#include "ui/module/module_diagram.h"

#include <QFontMetricsF>
#include <QPainter>

namespace factorscope {
namespace {

constexpr double kRadius = 0.5 * kGrid;
constexpr double kShareHeight = 1.0 * kGrid;

QColor faint(QColor color, double alpha)
{
    color.setAlphaF(static_cast<float>(alpha));
    return color;
}

/// Draws one form of the module.
class HalfPainter {
public:
    HalfPainter(QPainter& painter, const ModuleHalf& half, const QFont& font, const Theme& theme)
        : m_painter(painter), m_half(half), m_font(font), m_theme(theme),
          m_own(half.form == ModuleForm::Original ? theme.original : theme.factorised)
    {}

    void paint(const std::optional<ModulePlace>& chosen)
    {
        m_painter.setPen(QPen(m_theme.mutedText, m_theme.stroke(1.0)));
        for (const QLineF& link : m_half.links)
            m_painter.drawLine(link);
        frame(m_half.input, m_theme.line, 1.0);
        for (const ModuleBox& box : m_half.boxes)
            paintBox(box, chosen == box.place);
        for (const ModuleSegment& segment : m_half.segments)
            paintSegment(segment);
        for (const ModuleShare& share : m_half.shares)
            paintShare(share);
        for (const ModuleText& text : m_half.texts)
            write(text.rect, text.text, text.size, text.isMuted ? m_theme.mutedText : m_theme.text,
                  text.rect == m_half.input ? Qt::AlignCenter : Qt::AlignLeft | Qt::AlignVCenter);
        write(m_half.headingRect, m_half.heading, TextSize::Title, m_own,
              Qt::AlignLeft | Qt::AlignVCenter);
    }

private:
    void frame(const QRectF& rect, const QColor& color, double width)
    {
        m_painter.setPen(QPen(color, m_theme.stroke(width)));
        m_painter.setBrush(m_theme.surface);
        m_painter.drawRoundedRect(rect, kRadius, kRadius);
    }

    /// A box bears its share of the MACs as a bar along its foot.
    void paintBox(const ModuleBox& box, bool isChosen)
    {
        const QColor color = box.isReplaceable ? m_own : m_theme.mutedText;
        frame(box.rect, isChosen ? m_theme.accent : color, isChosen ? 3.0 : 1.0);
        const QRectF inside = box.rect.adjusted(2.0, 2.0, -2.0, -2.0);
        m_painter.fillRect(QRectF(inside.left(), inside.bottom() - kShareHeight,
                                  inside.width() * box.share, kShareHeight),
                           color);
        const QRectF words = inside.adjusted(0.0, 0.0, 0.0, -kShareHeight);
        const double title = QFontMetricsF(sized(m_font, TextSize::Body)).height();
        const double detail = QFontMetricsF(sized(m_font, TextSize::Caption)).height();
        const QColor ink = box.isReplaceable ? m_own : m_theme.text;
        if (words.height() < title + detail) {
            write(words, box.title, TextSize::Caption, ink, Qt::AlignCenter);
            return;
        }
        const double top = words.center().y() - (title + detail) / 2.0;
        write({words.left(), top, words.width(), title}, box.title, TextSize::Body, ink,
              Qt::AlignCenter);
        write({words.left(), top + title, words.width(), detail}, box.detail, TextSize::Caption,
              m_theme.mutedText, Qt::AlignCenter);
    }

    void paintSegment(const ModuleSegment& segment)
    {
        m_painter.setPen(QPen(m_theme.surface, m_theme.stroke(1.0)));
        m_painter.setBrush(segment.isReplaceable ? m_own : faint(m_theme.mutedText, 0.3));
        m_painter.drawRect(segment.rect);
        const QColor ink = segment.isReplaceable ? readableOn(m_own.rgb()) : m_theme.text;
        write(segment.rect, segment.text, TextSize::Caption, ink, Qt::AlignCenter);
    }

    void paintShare(const ModuleShare& share)
    {
        const QColor color = share.isReplaceable ? m_own : m_theme.mutedText;
        const double bar = kGrid;
        const QRectF words = share.rect.adjusted(0.0, 0.0, 0.0, -bar);
        write(words, share.text, TextSize::Caption, share.isReplaceable ? m_own : m_theme.text,
              Qt::AlignLeft | Qt::AlignVCenter);
        const QRectF whole(share.rect.left(), share.rect.bottom() - bar, share.rect.width(), bar);
        m_painter.fillRect(whole, m_theme.line);
        m_painter.fillRect(QRectF(whole.topLeft(), QSizeF(whole.width() * share.share, bar)),
                           color);
    }

    void write(const QRectF& rect, const QString& text, TextSize size, const QColor& color,
               Qt::Alignment alignment)
    {
        QFont font = sized(m_font, size);
        const double wanted = QFontMetricsF(font).horizontalAdvance(text);
        if (wanted > rect.width() && rect.width() > 0.0)
            font = sized(m_font, TextSize::Caption);
        m_painter.setFont(font);
        m_painter.setPen(color);
        m_painter.drawText(
            rect, static_cast<int>(alignment),
            QFontMetricsF(font).elidedText(text, Qt::ElideRight, std::max(1.0, rect.width())));
    }

    QPainter& m_painter;
    const ModuleHalf& m_half;
    const QFont& m_font;
    const Theme& m_theme;
    QColor m_own;
};

} // namespace

void paintModule(QPainter& painter, const ModuleDiagram& diagram, const QFont& font,
                 const Theme& theme, const std::optional<ModulePlace>& chosen)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    for (const ModuleHalf& half : diagram.halves)
        HalfPainter(painter, half, font, theme).paint(chosen);
    painter.restore();
}

} // namespace factorscope
