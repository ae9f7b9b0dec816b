#pragma once

#include "ui/cost/alpha_layout.h"

#include <QWidget>

namespace factorscope {

/// Shows the published branches over α. The pointer or the arrow keys go from branch to branch, a
/// click or Enter picks one.
class AlphaView : public QWidget {
    Q_OBJECT
public:
    explicit AlphaView(QWidget* parent = nullptr);

    using QWidget::show;
    void show(const AlphaPlot& plot);
    const AlphaPlot& plot() const { return m_plot; }
    const AlphaLayout& layout() const { return m_layout; }

    /// The branch that is looked at; nothing at first.
    std::optional<std::size_t> current() const { return m_current; }

    QSize sizeHint() const override { return {640, 420}; }
    QSize minimumSizeHint() const override { return {300, 200}; }

signals:
    void currentChanged();
    void picked(const QString& presetId);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void layOut();
    void setCurrent(std::optional<std::size_t> branch);
    void step(int by);
    std::optional<std::size_t> currentMark() const;

    AlphaPlot m_plot;
    AlphaLayout m_layout;
    std::optional<std::size_t> m_current;
};

} // namespace factorscope
