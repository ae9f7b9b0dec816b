#pragma once

#include "core/weights/hand_made.h"

#include <QWidget>

#include <functional>
#include <vector>

namespace factorscope {

class ChoiceButton;
class KernelCanvas;
class RealNumberBox;

/// A 5×5 to paint, with its brush below it.
class KernelEditor : public QWidget {
    Q_OBJECT
public:
    /// `newGesture` gives a number for one gesture of the user, as Document::newGesture() does.
    explicit KernelEditor(std::function<int()> newGesture, QWidget* parent = nullptr);

    void setKernel(const Kernel5x5& kernel); ///< tells nobody
    const Kernel5x5& kernel() const;
    double brush() const { return m_brush; }
    KernelCanvas& canvas() { return *m_canvas; }
    /// Or the canvas alone, where there is no room.
    void showBrush(bool isShown) { m_tools->setVisible(isShown); }

signals:
    /// At once while the user paints; changes that bear the same gesture are undone together.
    void edited(const factorscope::Kernel5x5& kernel, int gesture);
    /// What was typed or pasted is no kernel, in a sentence.
    void refused(const QString& sentence);

private:
    void setBrush(double value);

    struct BrushButton {
        double value;
        ChoiceButton* button;
    };
    KernelCanvas* m_canvas;
    QWidget* m_tools; ///< the brush
    std::vector<BrushButton> m_buttons;
    RealNumberBox* m_box;
    double m_brush = 1.0;
};

} // namespace factorscope
