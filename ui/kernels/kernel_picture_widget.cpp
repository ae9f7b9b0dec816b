#include "ui/kernels/kernel_picture_widget.h"

namespace factorscope {

KernelPictureWidget::KernelPictureWidget(QWidget* parent) : KernelPane(parent)
{
    setAccessibleName(tr("Kernel"));
    setToolTip(tr("A kernel: each cell is one weight, Ctrl+C copies picture and numbers"));
}

void KernelPictureWidget::show(const KernelPicture& picture, const Colormap* colours)
{
    m_colours = colours;
    m_picture = picture;
    setAccessibleName(picture.heading.isEmpty() ? tr("Kernel") : picture.heading);
    setAccessibleDescription(kernelInWords(picture));
    update();
}

void KernelPictureWidget::draw(QPainter& painter, const QRectF& area) const
{
    paintKernelPicture(painter, area, m_picture, themeOf(*this), m_colours);
}

QString KernelPictureWidget::copiedText() const
{
    return kernelText(m_picture);
}

QString KernelPictureWidget::wordsAt(QPointF point) const
{
    if (m_picture.isEmpty())
        return {};
    const KernelCells cells = kernelLayout(m_picture, area(), font()).cells;
    const std::optional<KernelCell> cell = cells.cellAt(point);
    return cell ? cellInWords(*cell, m_picture.values[cells.index(*cell)]) : QString();
}

} // namespace factorscope
