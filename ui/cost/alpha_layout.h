#pragma once

#include "ui/cost/alpha_plot.h"
#include "ui/theme/theme.h"

#include <QFont>
#include <QPolygonF>
#include <QRectF>

#include <optional>

class QPainter;

namespace factorscope {

/// Where all of an AlphaPlot stands in a picture.
struct AlphaLayout {
    struct Tick {
        double at;
        QString label;
    };
    struct Curve {
        MidRule rule;
        QPolygonF line;
        QRectF label;
    };
    struct Mark {
        QPointF at;
        QRectF label;
    };
    QRectF area;
    TextSize text = TextSize::Caption; ///< larger where there is room, to be read from afar
    std::vector<Tick> xTicks;
    std::vector<Tick> yTicks;
    double level = 0.0; ///< of a ratio of 1
    QRectF levelLabel;
    std::vector<Curve> curves;
    std::vector<Mark> marks; ///< as in the plot
    std::optional<Mark> own;
    bool ownIsAbove = false; ///< of the axis: it stands at its end
    double breakEven = 0.0; ///< the x where C_mid = C_out costs as much
    QRectF breakEvenLabel;

    /// The mark under a point, if one is near.
    std::optional<std::size_t> markAt(QPointF point) const;
};
AlphaLayout alphaLayout(const AlphaPlot& plot, const QRectF& rect, const QFont& font);

/// `current`: the mark that stands out.
void paintAlphaPlot(QPainter& painter, const AlphaPlot& plot, const AlphaLayout& layout,
                    const QFont& font, const Theme& theme, std::optional<std::size_t> current = {});

} // namespace factorscope
