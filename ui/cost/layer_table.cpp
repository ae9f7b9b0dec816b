#include "ui/cost/layer_table.h"

#include "ui/text/text.h"
#include "ui/theme/theme.h"

#include <QEvent>
#include <QHeaderView>

#include <algorithm>

namespace factorscope {
namespace {

enum Column { Branch, Place, Operation, Output, Params, Weights, Macs, Bytes, ColumnCount };

constexpr int kBranchRole = Qt::UserRole; ///< of a row's first cell: BranchKind
constexpr int kTotalRole = Qt::UserRole + 1;

bool isNumber(int column)
{
    return column >= Params;
}

QString shapeText(const Shape& shape)
{
    QStringList sizes;
    for (const std::int64_t size : shape.sizes())
        sizes += grouped(size);
    return sizes.join(u'×');
}

} // namespace

/// "conv2d 3×3", "conv2d 3×3, 16 groups"
QString LayerTable::operationText(const CostRow& cost)
{
    QString text = QString::fromStdString(cost.op);
    if (cost.kernel.height > 0)
        text += QStringLiteral(" %1×%2").arg(cost.kernel.height).arg(cost.kernel.width);
    if (cost.groups > 1)
        text = tr("%1, %2 groups").arg(text, grouped(cost.groups));
    return text;
}

LayerTable::LayerTable(QWidget* parent) : QTableWidget(0, ColumnCount, parent)
{
    setHorizontalHeaderLabels({tr("branch"), tr("layer"), tr("operation"), tr("output C×H×W"),
                               tr("parameters"), tr("weights"), tr("MACs"),
                               tr("activation bytes")});
    for (int column = 0; column < ColumnCount; ++column)
        horizontalHeaderItem(column)->setTextAlignment(
            (isNumber(column) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    setAccessibleName(tr("Costs of every layer"));
    setToolTip(
        tr("A convolution has k·k·C_in·C_out weights, and as many MACs for each output pixel; "
           "its output takes 4 bytes a value. Activations work in place."));
    setEditTriggers(NoEditTriggers);
    setSelectionBehavior(SelectRows);
    setShowGrid(false);
    setFrameShape(NoFrame);
    viewport()->setBackgroundRole(QPalette::Window); // no box in the window
    setWordWrap(false);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed); // measuring each row takes long
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
}

void LayerTable::show(const CostComparison& costs)
{
    const std::vector<CostRow> rows
        = costRows(costs.factorisedKind, costs.original, costs.factorised);
    setRowCount(static_cast<int>(rows.size()));
    for (std::size_t i = 0; i < rows.size(); ++i)
        setRow(static_cast<int>(i), rows[i]);
    dress();
}

void LayerTable::setRow(int row, const CostRow& cost)
{
    setCell(row, Branch, branchTitle(cost.branch));
    setCell(row, Place, cost.layer ? QString::number(*cost.layer) : tr("total"));
    setCell(row, Operation, operationText(cost));
    setCell(row, Output, shapeText(cost.shape));
    setCell(row, Params, grouped(cost.cost.params));
    setCell(row, Weights, grouped(cost.cost.weights));
    setCell(row, Macs, grouped(cost.cost.macs));
    setCell(row, Bytes, grouped(cost.cost.activationBytes));
    item(row, Branch)->setData(kBranchRole, static_cast<int>(cost.branch));
    item(row, Branch)->setData(kTotalRole, !cost.layer);
}

void LayerTable::setCell(int row, int column, const QString& text)
{
    if (!item(row, column)) {
        auto* cell = new QTableWidgetItem;
        cell->setTextAlignment((isNumber(column) ? Qt::AlignRight : Qt::AlignLeft)
                               | Qt::AlignVCenter);
        setItem(row, column, cell);
    }
    if (item(row, column)->text() != text)
        item(row, column)->setText(text);
}

/// Colours and weights of the text: the branch's name in its colour, sums bold.
void LayerTable::dress()
{
    const Theme& theme = themeOf(*this);
    QPalette plain = palette();
    plain.setColor(QPalette::Button, theme.window); // as in the other tables of the costs
    horizontalHeader()->setPalette(plain);
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + kGrid);
    for (int row = 0; row < rowCount(); ++row) {
        const bool isOriginal = item(row, Branch)->data(kBranchRole).toInt()
            == static_cast<int>(BranchKind::Original);
        item(row, Branch)->setForeground(isOriginal ? theme.original : theme.factorised);
        QFont own = font();
        own.setBold(item(row, Branch)->data(kTotalRole).toBool());
        for (int column = 0; column < ColumnCount; ++column) {
            if (item(row, column)->font() != own)
                item(row, column)->setFont(own);
        }
    }
    layOutColumns();
}

/// As wide as what is in them; the names give way where there is less room.
void LayerTable::layOutColumns()
{
    const auto needed = [this](int column) {
        return std::max(sizeHintForColumn(column), horizontalHeader()->sectionSizeHint(column))
            + 3 * kGrid;
    };
    int others = 0;
    for (int column = Place; column < ColumnCount; ++column) {
        setColumnWidth(column, needed(column));
        others += columnWidth(column);
    }
    setColumnWidth(Branch, std::min(needed(Branch), std::max(viewport()->width() - others, 0)));
}

void LayerTable::resizeEvent(QResizeEvent* event)
{
    QTableWidget::resizeEvent(event);
    layOutColumns();
}

void LayerTable::changeEvent(QEvent* event)
{
    QTableWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        dress();
}

int LayerTable::heightOfAllRows() const
{
    return horizontalHeader()->sizeHint().height() + verticalHeader()->length();
}

} // namespace factorscope
