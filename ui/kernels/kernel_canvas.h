#pragma once

#include "core/weights/hand_made.h"
#include "ui/kernels/kernel_cells.h"
#include "ui/kernels/kernel_pane.h"

#include <functional>

namespace factorscope {

/// The cells of a 5×5 that are painted by pointer or typed. Holds what is under the brush until
/// the owner shows another kernel.
class KernelCanvas : public KernelPane {
    Q_OBJECT
public:
    /// `newGesture` gives a number for one gesture of the user, as Document::newGesture() does.
    KernelCanvas(std::function<int()> newGesture, QWidget* parent);

    void setKernel(const Kernel5x5& kernel); ///< tells nobody
    void setBrush(double value) { m_brush = value; }
    const Kernel5x5& kernel() const { return m_kernel; }
    KernelCell current() const { return m_current; }
    KernelCells cells() const;

    QSize sizeHint() const override { return {240, 240}; }
    QSize minimumSizeHint() const override { return {140, 140}; }

public slots:
    void paste();

signals:
    /// Changes that bear the same gesture belong together.
    void edited(const factorscope::Kernel5x5& kernel, int gesture);
    void refused(const QString& sentence);

protected:
    void draw(QPainter& painter, const QRectF& area) const override;
    QString copiedText() const override;
    QString wordsAt(QPointF point) const override;
    void addTo(QMenu& menu) override;
    bool uses(const QKeyEvent& event) const override;
    bool focusNextPrevChild(bool next) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    static constexpr int kSide = 5;
    static constexpr double kStep = 0.1; ///< of a turn of the wheel, or a key

    enum class Action { None, Move, Type, Step, Erase, Paint, Accept, Drop, RubOut };
    Action actionOf(const QKeyEvent& event) const;
    KernelCell movedBy(const QKeyEvent& event) const;
    void act(Action action, const QKeyEvent& event);
    void goTo(KernelCell cell);
    void set(const Kernel5x5& kernel, int gesture);
    void setCell(KernelCell cell, double value, int gesture);
    void step(KernelCell cell, double by);
    void paintAlong(QPointF from, QPointF to);
    bool accept(); ///< false when it was refused
    void type(const QString& text);
    void describe();

    std::function<int()> m_newGesture;
    Kernel5x5 m_kernel{};
    double m_brush = 1.0;
    KernelCell m_current{2, 2};
    QString m_typed; ///< into the current cell, so far
    struct Stroke {
        double value;
        QPointF at;
        int gesture;
    };
    std::optional<Stroke> m_stroke;
    struct Steps {
        KernelCell cell;
        int gesture;
    };
    std::optional<Steps> m_steps; ///< those of one cell are one gesture
    int m_wheel = 0; ///< less than a notch, in eighths of a degree
};

} // namespace factorscope
