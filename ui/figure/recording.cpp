#include "ui/figure/recording.h"

#include <QByteArray>
#include <QPainter>
#include <QPicture>

namespace factorscope {
namespace {

void play(const QByteArray& data, QPainter& painter)
{
    QPicture picture; // of its own, since playing one changes it
    picture.setData(data.constData(), static_cast<uint>(data.size()));
    painter.save();
    // A picture enlarges itself by the resolution of its device; a figure is scaled by who draws
    // it.
    const QPaintDevice& device = *painter.device();
    painter.scale(static_cast<double>(picture.logicalDpiX()) / device.logicalDpiX(),
                  static_cast<double>(picture.logicalDpiY()) / device.logicalDpiY());
    picture.play(&painter);
    painter.restore();
}

} // namespace

std::function<void(QPainter&)> recorded(const std::function<void(QPainter&)>& paint)
{
    QPicture picture;
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    paint(painter);
    painter.end();
    return [data = QByteArray(picture.data(), static_cast<qsizetype>(picture.size()))](
               QPainter& onto) { play(data, onto); };
}

} // namespace factorscope
