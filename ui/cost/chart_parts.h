#pragma once

#include "ui/theme/theme.h"

#include <QFont>
#include <QString>

class QChart;
class QGraphicsSimpleTextItem;
class QPointF;

namespace factorscope {

/// The colours and the sizes of text of a chart.
struct ChartLook {
    Theme theme;
    QFont caption;
    QFont body;
    QFont title;
};
/// As the widget has them.
ChartLook chartLook(const QWidget& widget);
/// With larger text, for a chart that is large enough to be read from afar.
ChartLook enlarged(const ChartLook& look);
/// For a figure: text in pixels, since points mean something else on each device.
ChartLook figureLook(const Theme& theme);

/// Leaves of a chart what the data need: no legend, no margins, no frame, no animation.
void makePlain(QChart& chart);

/// A line of text of the chart's own, above its data.
QGraphicsSimpleTextItem* addText(QChart& chart);
/// Sets text, font and colour.
void setText(QGraphicsSimpleTextItem& item, const QString& text, const QFont& font,
             const QColor& color);
/// Puts the text so that this corner, side or centre of it is at the point.
void placeText(QGraphicsSimpleTextItem& item, const QPointF& point, Qt::Alignment anchor);

} // namespace factorscope
