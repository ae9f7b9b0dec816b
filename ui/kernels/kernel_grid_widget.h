#pragma once

#include "ui/kernels/kernel_grid.h"
#include "ui/kernels/kernel_pane.h"

namespace factorscope {

/// Shows a grid of kernels, of which one is chosen by pointer or arrow keys.
class KernelGridWidget : public KernelPane {
    Q_OBJECT
public:
    explicit KernelGridWidget(QWidget* parent = nullptr);

    /// Without colours those that fit the theme are taken.
    void show(const KernelGrid& grid, const Colormap* colours = nullptr);
    using QWidget::show;
    const KernelGrid& grid() const { return m_grid; }

signals:
    void chosen(int index);

protected:
    void draw(QPainter& painter, const QRectF& area) const override;
    QString copiedText() const override;
    QString wordsAt(QPointF point) const override;
    bool uses(const QKeyEvent& event) const override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    KernelGridLayout layOut() const;
    std::optional<int> targetOf(const QKeyEvent& event) const;
    void choose(int index);

    KernelGrid m_grid;
    const Colormap* m_colours = nullptr;
};

} // namespace factorscope
