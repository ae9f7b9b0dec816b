#pragma once

#include "ui/theme/theme.h"

#include <QWidget>

class QMenu;

namespace factorscope {

/// What all pictures of kernels do in the window: they show values under the pointer and are copied
/// as a picture and as numbers at once.
class KernelPane : public QWidget {
    Q_OBJECT
public:
    QSize sizeHint() const override { return {200, 240}; }
    QSize minimumSizeHint() const override { return {120, 150}; }

public slots:
    void copy() const;

protected:
    explicit KernelPane(QWidget* parent);

    virtual void draw(QPainter& painter, const QRectF& area) const = 0;
    virtual QString copiedText() const = 0;
    /// What there is to say of a point; nothing where the tooltip of the whole is fit.
    virtual QString wordsAt(QPointF point) const = 0;
    virtual void addTo(QMenu& menu);
    /// Whether the key is used here, so that no shortcut of the window may take it.
    virtual bool uses(const QKeyEvent& event) const;

    QRectF area() const; ///< within a margin for the frame of the focus
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
};

} // namespace factorscope
