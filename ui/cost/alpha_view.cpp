#include "ui/cost/alpha_view.h"

#include "ui/text/text.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace factorscope {

AlphaView::AlphaView(QWidget* parent) : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Ratio of weights over α of every published branch"));
    setToolTip(tr("Two 3×3 have 0.36·C_mid·(1/C_in + 1/C_out) of the weights of a 5×5.\n"
                  "← and → go from branch to branch, Enter or a click loads one."));
}

void AlphaView::show(const AlphaPlot& plot)
{
    m_plot = plot;
    if (m_current && *m_current >= plot.branches.size())
        m_current.reset();
    layOut();
    setAccessibleDescription(m_current ? branchInWords(plot.branches[*m_current])
                                       : alphaInWords(plot));
    update();
}

void AlphaView::layOut()
{
    m_layout = alphaLayout(m_plot, QRectF(rect()).adjusted(0, 0, -1, -1), font());
}

std::optional<std::size_t> AlphaView::currentMark() const
{
    if (!m_current)
        return {};
    const auto mark = std::ranges::find_if(m_plot.marks, [&](const AlphaMark& one) {
        return std::ranges::find(one.branches, *m_current) != one.branches.end();
    });
    return static_cast<std::size_t>(mark - m_plot.marks.begin());
}

void AlphaView::setCurrent(std::optional<std::size_t> branch)
{
    if (m_current == branch)
        return;
    m_current = branch;
    setAccessibleDescription(branch ? branchInWords(m_plot.branches[*branch])
                                    : alphaInWords(m_plot));
    update();
    emit currentChanged();
}

void AlphaView::step(int by)
{
    const int count = static_cast<int>(m_plot.branches.size());
    if (count == 0)
        return;
    const int from = m_current ? static_cast<int>(*m_current) : by > 0 ? -1 : count;
    setCurrent(static_cast<std::size_t>(std::clamp(from + by, 0, count - 1)));
}

void AlphaView::mouseMoveEvent(QMouseEvent* event)
{
    const auto mark = m_layout.markAt(event->position());
    setCursor(mark ? Qt::PointingHandCursor : Qt::ArrowCursor);
    if (mark && mark != currentMark())
        setCurrent(m_plot.marks[*mark].branches.front());
}

/// A click on branches that stand at one place takes them in turn.
void AlphaView::mousePressEvent(QMouseEvent* event)
{
    const auto mark = m_layout.markAt(event->position());
    if (event->button() != Qt::LeftButton || !mark)
        return;
    const std::vector<std::size_t>& branches = m_plot.marks[*mark].branches;
    const auto own = m_current ? std::ranges::find(branches, *m_current) : branches.end();
    if (own == branches.end())
        setCurrent(branches.front());
    const Preset& preset = *m_plot.branches[*m_current].preset;
    emit picked(QString::fromUtf8(preset.id.data(), qsizetype(preset.id.size())));
    const auto next = std::ranges::find(branches, *m_current);
    if (branches.size() > 1)
        setCurrent(std::next(next) == branches.end() ? branches.front() : *std::next(next));
}

void AlphaView::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Up:
        step(-1);
        return;
    case Qt::Key_Right:
    case Qt::Key_Down:
        step(1);
        return;
    case Qt::Key_Home:
        step(-static_cast<int>(m_plot.branches.size()));
        return;
    case Qt::Key_End:
        step(static_cast<int>(m_plot.branches.size()));
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_current) {
            const Preset& preset = *m_plot.branches[*m_current].preset;
            emit picked(QString::fromUtf8(preset.id.data(), qsizetype(preset.id.size())));
        }
        return;
    default:
        QWidget::keyPressEvent(event);
    }
}

void AlphaView::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    paintAlphaPlot(painter, m_plot, m_layout, font(), themeOf(*this), currentMark());
    if (hasFocus() && window()->testAttribute(Qt::WA_KeyboardFocusChange)) {
        painter.setPen(QPen(themeOf(*this).accent, 2.0));
        painter.drawRect(rect().adjusted(1, 1, -1, -1));
    }
}

void AlphaView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    layOut();
}

void AlphaView::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        layOut();
    update();
}

} // namespace factorscope
