#include "ui/theme/theme.h"

#include <QEvent>
#include <QWidget>

namespace factorscope {
namespace {

/// `weight` of b over a.
QColor mixed(const QColor& a, const QColor& b, double weight)
{
    const auto part = [weight](int from, int to) {
        return static_cast<int>(from + (to - from) * weight + 0.5);
    };
    return {part(a.red(), b.red()), part(a.green(), b.green()), part(a.blue(), b.blue())};
}

/// A font that a widget was given stays as it is when that of its parent changes.
class SizeKeeper : public QObject {
public:
    SizeKeeper(QWidget& widget, TextSize size, QFont::Weight weight)
        : QObject(&widget), m_widget(widget), m_size(size), m_weight(weight)
    {
        widget.parentWidget()->installEventFilter(this);
        apply();
    }

    bool eventFilter(QObject*, QEvent* event) override
    {
        if (event->type() == QEvent::FontChange)
            apply();
        return false;
    }

private:
    void apply()
    {
        QFont font = sized(m_widget.parentWidget()->font(), m_size);
        if (m_size != TextSize::Title) // which has a weight of its own
            font.setWeight(m_weight);
        m_widget.setFont(font);
    }

    QWidget& m_widget;
    TextSize m_size;
    QFont::Weight m_weight;
};

} // namespace

QColor Theme::of(Stage stage) const
{
    switch (stage) {
    case Stage::Original:
        return original;
    case Stage::MidBefore:
    case Stage::MidAfter:
    case Stage::Factorised:
        return factorised;
    case Stage::Input:
    case Stage::Difference:
        return text;
    }
    return text;
}

const Theme& lightTheme()
{
    static const Theme theme{.isDark = false,
                             .window = {0xf2, 0xf2, 0xf2},
                             .surface = {0xff, 0xff, 0xff},
                             .text = {0x1c, 0x1c, 0x1c},
                             .mutedText = {0x5c, 0x5c, 0x5c},
                             .line = {0xd0, 0xd0, 0xd0},
                             .original = {0x00, 0x72, 0xb2},
                             .factorised = {0xb8, 0x4d, 0x00},
                             .accent = {0x4a, 0x4a, 0x9c},
                             .warning = {0x8a, 0x5a, 0x00},
                             .error = {0xb0, 0x20, 0x20},
                             .ground = {0xe4, 0xe4, 0xe4}};
    return theme;
}

const Theme& darkTheme()
{
    static const Theme theme{.isDark = true,
                             .window = {0x1e, 0x1e, 0x1e},
                             .surface = {0x28, 0x28, 0x28},
                             .text = {0xec, 0xec, 0xec},
                             .mutedText = {0xa8, 0xa8, 0xa8},
                             .line = {0x46, 0x46, 0x46},
                             .original = {0x56, 0xb4, 0xe9},
                             .factorised = {0xe6, 0x9f, 0x00},
                             .accent = {0x9c, 0x9c, 0xf0},
                             .warning = {0xf0, 0xd0, 0x60},
                             .error = {0xff, 0x80, 0x78},
                             .ground = {0x34, 0x34, 0x34}};
    return theme;
}

const Theme& roomTheme(bool isDark)
{
    static const Theme light = [] {
        Theme theme = lightTheme();
        theme.isForRoom = true;
        theme.window = {0xff, 0xff, 0xff};
        theme.text = {0x00, 0x00, 0x00};
        theme.mutedText = {0x40, 0x40, 0x40};
        theme.line = {0xb4, 0xb4, 0xb4};
        return theme;
    }();
    static const Theme dark = [] {
        Theme theme = darkTheme();
        theme.isForRoom = true;
        theme.window = {0x00, 0x00, 0x00};
        theme.surface = {0x14, 0x14, 0x14};
        theme.text = {0xff, 0xff, 0xff};
        theme.mutedText = {0xc8, 0xc8, 0xc8};
        theme.line = {0x5c, 0x5c, 0x5c};
        return theme;
    }();
    return isDark ? dark : light;
}

const Theme& themeOf(const QPalette& palette)
{
    const QColor window = palette.color(QPalette::Window);
    for (const bool isDark : {false, true}) {
        if (window.rgb() == roomTheme(isDark).window.rgb())
            return roomTheme(isDark);
    }
    return window.lightness() < 128 ? darkTheme() : lightTheme();
}

const Theme& themeOf(const QWidget& widget)
{
    return themeOf(widget.palette());
}

QPalette paletteOf(const Theme& theme)
{
    QPalette palette;
    palette.setColor(QPalette::Window, theme.window);
    palette.setColor(QPalette::WindowText, theme.text);
    // On dark ground the outlines of fields are all but invisible: what they are filled with tells
    // them.
    palette.setColor(QPalette::Base,
                     theme.isDark ? mixed(theme.surface, theme.line, 0.5) : theme.surface);
    palette.setColor(QPalette::AlternateBase, theme.window);
    palette.setColor(QPalette::Text, theme.text);
    palette.setColor(QPalette::PlaceholderText, theme.mutedText);
    palette.setColor(QPalette::Button,
                     mixed(theme.window, theme.surface, theme.isDark ? 1.0 : 0.5));
    palette.setColor(QPalette::ButtonText, theme.text);
    palette.setColor(QPalette::BrightText, theme.error);
    palette.setColor(QPalette::ToolTipBase, theme.surface);
    palette.setColor(QPalette::ToolTipText, theme.text);
    palette.setColor(QPalette::Highlight, theme.accent);
    palette.setColor(QPalette::HighlightedText, theme.isDark ? theme.window : theme.surface);
    palette.setColor(QPalette::Link, theme.accent);
    palette.setColor(QPalette::LinkVisited, theme.accent);
    palette.setColor(QPalette::Light, mixed(theme.window, theme.surface, 1.0));
    palette.setColor(QPalette::Midlight, mixed(theme.window, theme.line, 0.3));
    palette.setColor(QPalette::Mid, theme.line);
    palette.setColor(QPalette::Dark, mixed(theme.line, theme.mutedText, 0.5));
    palette.setColor(QPalette::Shadow, mixed(theme.window, QColor(Qt::black), 0.6));
    const QColor disabled = mixed(theme.window, theme.mutedText, 0.6);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, disabled);
    palette.setColor(QPalette::Disabled, QPalette::Highlight, theme.line);
    return palette;
}

QColor readableOn(QRgb ground)
{
    const double luminance
        = 0.2126 * qRed(ground) + 0.7152 * qGreen(ground) + 0.0722 * qBlue(ground);
    return luminance > 128.0 ? QColor(Qt::black) : QColor(Qt::white);
}

QFont sized(const QFont& base, TextSize size)
{
    QFont font = base;
    constexpr double kFactors[] = {0.88, 1.0, 1.25};
    const double factor = kFactors[static_cast<int>(size)];
    if (base.pixelSize() > 0)
        font.setPixelSize(static_cast<int>(base.pixelSize() * factor + 0.5));
    else
        font.setPointSizeF(base.pointSizeF() * factor);
    if (size == TextSize::Title)
        font.setWeight(QFont::DemiBold);
    return font;
}

void keepSized(QWidget& widget, TextSize size, QFont::Weight weight)
{
    new SizeKeeper(widget, size, weight);
}

} // namespace factorscope
