#include "ui/map_sheet.h"

#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

namespace factorscope {

MapSheet::MapSheet(QWidget* parent) : QWidget(parent), m_heading(new QLabel(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_heading);
    layout->addStretch();
    setMinimumSize(240, 240);
}

void MapSheet::setMaps(const QString& heading, const QImage& sheet)
{
    m_heading->setText(heading);
    setAccessibleName(heading);
    m_sheet = sheet;
    update();
}

void MapSheet::paintEvent(QPaintEvent*)
{
    if (m_sheet.isNull())
        return;
    constexpr int kGap = 8;
    const int top = m_heading->geometry().bottom() + kGap;
    const QSize size = m_sheet.size().scaled(width(), height() - top, Qt::KeepAspectRatio);
    QPainter painter(this);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.drawImage(QRect(QPoint((width() - size.width()) / 2, top), size), m_sheet);
}

} // namespace factorscope
