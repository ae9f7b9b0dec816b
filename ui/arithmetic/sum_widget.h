#pragma once

#include "ui/arithmetic/sum_picture.h"
#include "ui/kernels/kernel_pane.h"

#include <cstdint>
#include <optional>

namespace factorscope {

/// Shows a sum and lets it be stepped through: ← → from product to product (ten with Shift), ↑ ↓
/// from channel to channel, Home before the first, End to all, Space plays, Enter opens or closes
/// the current tap, Backspace closes what is opened here. A click on a cell or a tile goes there, a
/// double click opens, the wheel scrolls the sheet.
class SumWidget : public KernelPane {
    Q_OBJECT
public:
    explicit SumWidget(QWidget* parent = nullptr);

    void show(const SumPicture& picture, const Colormap* diverging);
    using QWidget::show;
    const SumPicture& picture() const { return m_picture; }
    SumLayout parts() const;

    QSize minimumSizeHint() const override { return {170, 190}; }

signals:
    void termsWanted(std::optional<qint64> terms); ///< nothing: all
    void activated(); ///< the keyboard or the pointer is here now
    void playWanted();
    void openWanted(qint64 product);
    void closeWanted();

protected:
    void draw(QPainter& painter, const QRectF& area) const override;
    QString copiedText() const override;
    QString wordsAt(QPointF point) const override;
    bool uses(const QKeyEvent& event) const override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;

private:
    /// The product in a cell of the large tiles.
    std::optional<std::size_t> productAt(QPointF point) const;
    bool step(const QKeyEvent& event);
    bool command(const QKeyEvent& event);
    SheetFit fit() const { return {.scrolledRows = m_scrolledRows}; }

    SumPicture m_picture;
    const Colormap* m_diverging = nullptr;
    int m_scrolledRows = 0;
    int m_wheel = 0; ///< turned, but not yet a row
};

} // namespace factorscope
