#pragma once

#include "core/experiment/experiment.h"
#include "ui/theme/theme.h"

#include <QFont>
#include <QRectF>
#include <QString>

class QPainter;

namespace factorscope {

/// The sheet that an exported figure stands on: ground, title, and below it the experiment in
/// words.
class FigurePage {
public:
    FigurePage(const QSizeF& size, const QString& title, const Experiment& experiment);

    const QString& title() const { return m_title; }
    const QFont& font() const { return m_font; }
    QRectF area() const; ///< for what the figure shows
    void paint(QPainter& painter, const Theme& theme) const;

private:
    double headHeight() const;

    QSizeF m_size;
    QString m_title;
    QString m_subtitle;
    QFont m_font;
};

/// The theme on paper: what is drawn stands on the surface, white where it is light.
Theme onPaper(Theme theme);

/// "3 → 16 → 16 channels on scene, 512 × 512 · decomposed, ReLU between · matched kernels"
QString experimentInWords(const Experiment& experiment);

} // namespace factorscope
