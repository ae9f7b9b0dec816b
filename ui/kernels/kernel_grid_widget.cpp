#include "ui/kernels/kernel_grid_widget.h"

#include "ui/kernels/kernel_picture.h"
#include "ui/text/text.h"

#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>

#include <algorithm>

namespace factorscope {
namespace {

/// All numbers of a kernel, right-aligned, the one under the pointer bold.
QString tableOf(const KernelGrid& grid, const KernelGrid::Tile& tile, std::optional<KernelCell> at)
{
    QString rows;
    std::size_t i = 0;
    for (int row = 0; row < grid.rows; ++row) {
        rows += QStringLiteral("<tr>");
        for (int column = 0; column < grid.columns; ++column, ++i) {
            const QString number = significant(tile.values[i], QLocale::FloatingPointShortest);
            const QString text
                = at == KernelCell{row, column} ? QStringLiteral("<b>%1</b>").arg(number) : number;
            rows += QStringLiteral("<td align='right'>%1</td>").arg(text);
        }
        rows += QStringLiteral("</tr>");
    }
    return QStringLiteral("<table cellspacing='0' cellpadding='2'>%1</table>").arg(rows);
}

} // namespace

KernelGridWidget::KernelGridWidget(QWidget* parent) : KernelPane(parent)
{
    setAccessibleName(tr("Kernels"));
    setToolTip(tr("The kernels of a layer on one colour scale: click or use the arrow keys to "
                  "choose one"));
}

void KernelGridWidget::show(const KernelGrid& grid, const Colormap* colours)
{
    m_colours = colours;
    m_grid = grid;
    setAccessibleName(grid.heading.isEmpty() ? tr("Kernels") : grid.heading);
    setAccessibleDescription(gridInWords(grid));
    update();
}

KernelGridLayout KernelGridWidget::layOut() const
{
    return kernelGridLayout(m_grid, area(), font());
}

void KernelGridWidget::draw(QPainter& painter, const QRectF& area) const
{
    paintKernelGrid(painter, area, m_grid, themeOf(*this), m_colours);
}

QString KernelGridWidget::copiedText() const
{
    return kernelText(m_grid);
}

QString KernelGridWidget::wordsAt(QPointF point) const
{
    const KernelGridLayout layout = layOut();
    const std::optional<int> index = layout.indexAt(point);
    if (!index)
        return {};
    constexpr int kMostCells = 81;
    const KernelGrid::Tile& tile = m_grid.tiles[static_cast<std::size_t>(*index)];
    const KernelCells cells = layout.cells(*index);
    const std::optional<KernelCell> cell = cells.cellAt(point);
    const QString name = tile.name.toHtmlEscaped();
    if (m_grid.rows * m_grid.columns <= kMostCells)
        return name + tableOf(m_grid, tile, cell);
    return cell
        ? name + QStringLiteral("<br>") + cellInWords(*cell, tile.values[cells.index(*cell)])
        : name;
}

void KernelGridWidget::choose(int index)
{
    if (m_grid.chosen == index)
        return;
    m_grid.chosen = index;
    setAccessibleDescription(gridInWords(m_grid));
    update();
    emit chosen(index);
}

void KernelGridWidget::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    if (const std::optional<int> index = layOut().indexAt(event->position()))
        choose(*index);
}

std::optional<int> KernelGridWidget::targetOf(const QKeyEvent& event) const
{
    if (m_grid.tiles.empty() || (event.modifiers() & ~Qt::KeypadModifier) != Qt::NoModifier)
        return {};
    const int across = layOut().across;
    const int last = m_grid.count() - 1;
    const int from = std::clamp(m_grid.chosen.value_or(0), 0, last);
    const auto within = [&](int index) { return index >= 0 && index <= last ? index : from; };
    switch (event.key()) {
    case Qt::Key_Left:
        return within(from - 1);
    case Qt::Key_Right:
        return within(from + 1);
    case Qt::Key_Up:
        return within(from - across);
    case Qt::Key_Down:
        return within(from + across);
    case Qt::Key_Home:
        return 0;
    case Qt::Key_End:
        return last;
    default:
        return {};
    }
}

bool KernelGridWidget::uses(const QKeyEvent& event) const
{
    return targetOf(event).has_value() || KernelPane::uses(event);
}

void KernelGridWidget::keyPressEvent(QKeyEvent* event)
{
    if (const std::optional<int> target = targetOf(*event))
        choose(*target);
    else
        KernelPane::keyPressEvent(event);
}

} // namespace factorscope
