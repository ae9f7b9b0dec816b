#include "ui/cost/chart_parts.h"

#include <QChart>
#include <QGraphicsLayout>
#include <QGraphicsSimpleTextItem>
#include <QGuiApplication>
#include <QLegend>
#include <QWidget>

namespace factorscope {
namespace {

constexpr double kTextLevel = 100.0; // above all that the chart draws

} // namespace

ChartLook chartLook(const QWidget& widget)
{
    const QFont font = widget.font();
    return {themeOf(widget), sized(font, TextSize::Caption), sized(font, TextSize::Body),
            sized(font, TextSize::Title)};
}

ChartLook enlarged(const ChartLook& look)
{
    return {look.theme, look.body, look.title, look.title};
}

ChartLook figureLook(const Theme& theme)
{
    const auto inPixels = [](TextSize size) {
        constexpr double kPixelsPerPoint = 96.0 / 72.0;
        QFont font = sized(QGuiApplication::font(), size);
        font.setPixelSize(qRound(font.pointSizeF() * kPixelsPerPoint));
        return font;
    };
    return {theme, inPixels(TextSize::Caption), inPixels(TextSize::Body),
            inPixels(TextSize::Title)};
}

void makePlain(QChart& chart)
{
    chart.legend()->hide();
    chart.setMargins({0, 0, 0, 0});
    chart.setBackgroundRoundness(0);
    chart.setBackgroundPen(Qt::NoPen);
    chart.setAnimationOptions(QChart::NoAnimation);
    chart.layout()->setContentsMargins(0, 0, 0, 0);
}

QGraphicsSimpleTextItem* addText(QChart& chart)
{
    auto* item = new QGraphicsSimpleTextItem(&chart);
    item->setZValue(kTextLevel);
    return item;
}

void setText(QGraphicsSimpleTextItem& item, const QString& text, const QFont& font,
             const QColor& color)
{
    item.setText(text);
    item.setFont(font);
    item.setBrush(color);
}

void placeText(QGraphicsSimpleTextItem& item, const QPointF& point, Qt::Alignment anchor)
{
    const QSizeF size = item.boundingRect().size();
    QPointF corner = point;
    if (anchor.testFlag(Qt::AlignHCenter))
        corner.rx() -= size.width() / 2.0;
    else if (anchor.testFlag(Qt::AlignRight))
        corner.rx() -= size.width();
    if (anchor.testFlag(Qt::AlignVCenter))
        corner.ry() -= size.height() / 2.0;
    else if (anchor.testFlag(Qt::AlignBottom))
        corner.ry() -= size.height();
    item.setPos(qRound(corner.x()), qRound(corner.y()));
}

} // namespace factorscope
