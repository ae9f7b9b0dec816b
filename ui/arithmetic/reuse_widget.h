#pragma once

#include "ui/arithmetic/reuse_picture.h"
#include "ui/kernels/kernel_pane.h"

namespace factorscope {

/// Shows a tile of outputs and steps through it: ← → by one, ↑ ↓ by a row, Home the first, End
/// all, Space plays; a click on an output goes there.
class ReuseWidget : public KernelPane {
    Q_OBJECT
public:
    explicit ReuseWidget(QWidget* parent = nullptr);

    void show(const ReusePicture& picture);
    using QWidget::show;
    const ReusePicture& picture() const { return m_picture; }

    QSize minimumSizeHint() const override { return {240, 260}; }

signals:
    void outputWanted(std::optional<qint64> output); ///< nothing: all
    void playWanted();

protected:
    void draw(QPainter& painter, const QRectF& area) const override;
    QString copiedText() const override;
    QString wordsAt(QPointF point) const override;
    bool uses(const QKeyEvent& event) const override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;

private:
    std::optional<std::int64_t> outputAt(QPointF point) const;

    ReusePicture m_picture;
};

} // namespace factorscope
