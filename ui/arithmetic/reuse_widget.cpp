#include "ui/arithmetic/reuse_widget.h"

#include "ui/text/text.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace factorscope {

ReuseWidget::ReuseWidget(QWidget* parent) : KernelPane(parent)
{
    setAccessibleName(tr("Reuse of mid values"));
    setToolTip(tr("New mid values × multiplications of the first half + those of the second: ← → "
                  "from output to output, Home and End, Space plays"));
}

void ReuseWidget::show(const ReusePicture& picture)
{
    m_picture = picture;
    setAccessibleDescription(multiplicationsInWords(picture) + QStringLiteral(" ")
                             + outputInWords(picture));
    update();
}

void ReuseWidget::draw(QPainter& painter, const QRectF& area) const
{
    if (!m_picture.known.empty())
        paintReuse(painter, area, m_picture, themeOf(*this));
}

QString ReuseWidget::copiedText() const
{
    QString lines = QStringLiteral("output\tknown\tmultiplications\n");
    for (std::size_t i = 0; i < m_picture.known.size(); ++i)
        lines += QStringLiteral("%1\t%2\t%3\n")
                     .arg(i)
                     .arg(m_picture.known[i])
                     .arg(m_picture.multiplicationsOf(static_cast<std::int64_t>(i)));
    return m_picture.known.empty() ? QString() : lines;
}

std::optional<std::int64_t> ReuseWidget::outputAt(QPointF point) const
{
    if (m_picture.known.empty())
        return {};
    const auto cell = reuseLayout(m_picture, area(), font()).outputs.cellAt(point);
    if (!cell)
        return {};
    return cell->row * m_picture.tile + cell->column;
}

QString ReuseWidget::wordsAt(QPointF point) const
{
    const auto output = outputAt(point);
    if (!output)
        return {};
    ReusePicture there = m_picture;
    there.output = output;
    return outputInWords(there);
}

bool ReuseWidget::uses(const QKeyEvent& event) const
{
    return KernelPane::uses(event) || event.key() == Qt::Key_Space;
}

void ReuseWidget::keyPressEvent(QKeyEvent* event)
{
    const std::int64_t last = m_picture.outputs() - 1;
    const auto go = [&](std::int64_t from, std::int64_t by) {
        emit outputWanted(std::clamp<std::int64_t>(m_picture.output.value_or(from) + by, 0, last));
    };
    switch (event->key()) {
    case Qt::Key_Left:
        return go(last + 1, -1);
    case Qt::Key_Right:
        return go(-1, 1);
    case Qt::Key_Up:
        return go(last + m_picture.tile, -m_picture.tile);
    case Qt::Key_Down:
        return go(-m_picture.tile, m_picture.tile);
    case Qt::Key_Home:
        emit outputWanted(0);
        return;
    case Qt::Key_End:
        emit outputWanted({});
        return;
    case Qt::Key_Space:
        emit playWanted();
        return;
    default:
        KernelPane::keyPressEvent(event);
    }
}

void ReuseWidget::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    if (const auto output = outputAt(event->position()))
        emit outputWanted(*output);
}

} // namespace factorscope
