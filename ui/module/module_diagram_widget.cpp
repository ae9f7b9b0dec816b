#include "ui/module/module_diagram_widget.h"

#include "ui/module/module_words.h"

#include <QEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace factorscope {

ModuleDiagramWidget::ModuleDiagramWidget(QWidget* parent) : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAccessibleName(tr("The Inception module with each branch"));
    setToolTip(tr("Click a step, or move with the arrow keys.\n"
                  "The bar in a box is its share of the module's MACs."));
}

void ModuleDiagramWidget::show(const ModuleComparison& of)
{
    m_of = of;
    const std::size_t steps = costOfForm(of, m_chosen.form).branches[m_chosen.branch].steps.size();
    m_chosen.step = std::min(m_chosen.step, steps - 1);
    setAccessibleDescription(moduleInWords(of));
    layOut();
}

void ModuleDiagramWidget::layOut()
{
    if (!m_of)
        return;
    m_diagram = moduleDiagram(*m_of, QRectF(rect()).adjusted(2.0, 0.0, -2.0, -2.0), font());
    update();
}

void ModuleDiagramWidget::choose(const ModulePlace& place)
{
    if (place == m_chosen)
        return;
    m_chosen = place;
    update();
    emit chose(place);
}

void ModuleDiagramWidget::paintEvent(QPaintEvent*)
{
    if (!m_of)
        return;
    QPainter painter(this);
    paintModule(painter, m_diagram, font(), themeOf(*this), m_chosen);
    if (hasFocus() && window()->testAttribute(Qt::WA_KeyboardFocusChange)) {
        painter.setPen(QPen(themeOf(*this).accent, 1.0));
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void ModuleDiagramWidget::resizeEvent(QResizeEvent*)
{
    layOut();
}

void ModuleDiagramWidget::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange)
        layOut();
}

void ModuleDiagramWidget::mousePressEvent(QMouseEvent* event)
{
    if (const ModuleBox* box = m_diagram.boxAt(event->position()))
        choose(box->place);
}

void ModuleDiagramWidget::mouseMoveEvent(QMouseEvent* event)
{
    setCursor(m_diagram.boxAt(event->position()) ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

void ModuleDiagramWidget::keyPressEvent(QKeyEvent* event)
{
    const auto step = [&](int dx, int dy) { choose(m_diagram.next(m_chosen, dx, dy)); };
    switch (event->key()) {
    case Qt::Key_Left:
        return step(-1, 0);
    case Qt::Key_Right:
        return step(1, 0);
    case Qt::Key_Up:
        return step(0, -1);
    case Qt::Key_Down:
        return step(0, 1);
    default:
        QWidget::keyPressEvent(event);
    }
}

} // namespace factorscope
