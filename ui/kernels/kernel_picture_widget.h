#pragma once

#include "ui/kernels/kernel_pane.h"
#include "ui/kernels/kernel_picture.h"

namespace factorscope {

/// Shows a kernel.
class KernelPictureWidget : public KernelPane {
    Q_OBJECT
public:
    explicit KernelPictureWidget(QWidget* parent = nullptr);

    /// Without colours those that fit the theme are taken.
    void show(const KernelPicture& picture, const Colormap* colours = nullptr);
    using QWidget::show;
    const KernelPicture& picture() const { return m_picture; }

protected:
    void draw(QPainter& painter, const QRectF& area) const override;
    QString copiedText() const override;
    QString wordsAt(QPointF point) const override;

private:
    KernelPicture m_picture;
    const Colormap* m_colours = nullptr;
};

} // namespace factorscope
