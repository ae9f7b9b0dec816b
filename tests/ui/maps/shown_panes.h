#pragma once

#include "tests/support/evaluated.h"
#include "ui/maps/map_pane.h"

#include <QImage>
#include <QPainter>

namespace factorscope {

inline const QRectF kRect(10, 20, 420, 360);

/// An answer and its panes under some settings.
struct Shown {
    BothEvaluated both;
    ViewSettings settings;

    explicit Shown(const Experiment& experiment = smallExperiment()) : both(*evaluated(experiment))
    {}

    MapPane pane(Stage stage, const QRectF& rect = kRect) const
    {
        return mapPane(both, settings, stage, rect, QFont(), lightTheme());
    }
    PaneToRender request(const MapPane& pane, double ratio = 1.0) const
    {
        return renderingOf(pane, both, settings, ratio, lightTheme());
    }
};

/// A pane without its maps.
inline QImage painted(const MapPane& pane, const ViewSettings& settings, const Theme& theme)
{
    QImage image(460, 400, QImage::Format_RGB32);
    image.fill(theme.window);
    QPainter painter(&image);
    paintPane(painter, pane, {}, settings, fieldsOf(smallExperiment()), theme);
    return image;
}

} // namespace factorscope
