#pragma once

#include "ui/module/module_diagram.h"

#include <QWidget>

#include <optional>

namespace factorscope {

/// Shows a module in both forms; a step of it can be chosen by pointer or arrow keys.
class ModuleDiagramWidget : public QWidget {
    Q_OBJECT
public:
    explicit ModuleDiagramWidget(QWidget* parent = nullptr);

    using QWidget::show;
    /// The chosen step stays where there still is one.
    void show(const ModuleComparison& of);
    const ModuleDiagram& diagram() const { return m_diagram; }
    const ModulePlace& chosen() const { return m_chosen; }

    QSize sizeHint() const override { return {960, 520}; }
    QSize minimumSizeHint() const override { return {480, 320}; }

signals:
    void chose(const ModulePlace& place);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void layOut();
    void choose(const ModulePlace& place);

    std::optional<ModuleComparison> m_of;
    ModuleDiagram m_diagram;
    ModulePlace m_chosen{ModuleForm::Original, 2, 1}; ///< the 5×5
};

} // namespace factorscope
