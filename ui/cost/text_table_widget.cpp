#include "ui/cost/text_table_widget.h"

#include <QEvent>
#include <QHeaderView>
#include <QKeyEvent>

#include <algorithm>

namespace factorscope {

TextTableWidget::TextTableWidget(const QString& name, QWidget* parent) : QTableWidget(parent)
{
    setAccessibleName(name);
    setEditTriggers(NoEditTriggers);
    setSelectionBehavior(SelectRows);
    setSelectionMode(SingleSelection);
    setShowGrid(false);
    setFrameShape(NoFrame);
    viewport()->setBackgroundRole(QPalette::Window); // no box in the window
    setWordWrap(false);
    setTabKeyNavigation(false);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed); // measuring each row takes long
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    dressHeader();
    connect(this, &QTableWidget::cellClicked, this, &TextTableWidget::rowPicked);
}

void TextTableWidget::show(const TextTable& table)
{
    if (table == m_table)
        return;
    m_table = table;
    setColumnCount(static_cast<int>(table.columns.size()));
    setRowCount(static_cast<int>(table.rows.size()));
    for (int row = 0; row < rowCount(); ++row) {
        for (int column = 0; column < columnCount(); ++column)
            setCell(row, column);
    }
    for (int column = 0; column < columnCount(); ++column) {
        const TextTable::Column& of = table.columns[static_cast<std::size_t>(column)];
        if (!horizontalHeaderItem(column))
            setHorizontalHeaderItem(column, new QTableWidgetItem);
        QTableWidgetItem* head = horizontalHeaderItem(column);
        head->setText(of.title);
        head->setTextAlignment((of.isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignBottom);
        head->setForeground(of.colour.isValid() ? of.colour : palette().color(QPalette::Text));
    }
    layOut();
}

void TextTableWidget::setCell(int row, int column)
{
    const TextTable::Row& of = m_table.rows[static_cast<std::size_t>(row)];
    const TextTable::Cell& cell = of.cells[static_cast<std::size_t>(column)];
    const bool isNumber = m_table.columns[static_cast<std::size_t>(column)].isNumber;
    if (!item(row, column))
        setItem(row, column, new QTableWidgetItem);
    QTableWidgetItem* own = item(row, column);
    own->setText(cell.text);
    own->setToolTip(m_table.columns[static_cast<std::size_t>(column)].givesWay ? cell.text
                                                                               : QString());
    own->setTextAlignment((isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    QFont weight = font();
    weight.setBold(of.isStrong);
    own->setFont(weight);
    own->setForeground(cell.colour.isValid() ? cell.colour : palette().color(QPalette::Text));
}

void TextTableWidget::layOut()
{
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 2 * kGrid);
    int room = viewport()->width();
    for (int column = 0; column < columnCount(); ++column) {
        if (!m_table.columns[static_cast<std::size_t>(column)].givesWay) {
            setColumnWidth(column, neededWidth(column));
            room -= columnWidth(column);
        }
    }
    constexpr int kLeast = 24 * kGrid;
    for (int column = 0; column < columnCount(); ++column) {
        if (m_table.columns[static_cast<std::size_t>(column)].givesWay)
            setColumnWidth(column, std::min(neededWidth(column), std::max(kLeast, room)));
    }
}

int TextTableWidget::neededWidth(int column) const
{
    int width = horizontalHeader()->sectionSizeHint(column);
    for (int row = 0; row < rowCount(); ++row) {
        if (const QWidget* own = cellWidget(row, column))
            width = std::max(width, own->sizeHint().width());
    }
    return std::max(width, sizeHintForColumn(column)) + 2 * kGrid;
}

/// Titles stand on the window's ground, in the size of captions.
void TextTableWidget::dressHeader()
{
    QPalette plain = palette();
    plain.setColor(QPalette::Button, themeOf(*this).window);
    horizontalHeader()->setPalette(plain);
    horizontalHeader()->setFont(sized(font(), TextSize::Caption));
}

int TextTableWidget::heightOfAllRows() const
{
    return horizontalHeader()->sizeHint().height() + verticalHeader()->length();
}

void TextTableWidget::changeEvent(QEvent* event)
{
    QTableWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        dressHeader();
        const TextTable table = m_table;
        m_table = {};
        show(table);
    }
}

void TextTableWidget::resizeEvent(QResizeEvent* event)
{
    QTableWidget::resizeEvent(event);
    layOut();
}

void TextTableWidget::keyPressEvent(QKeyEvent* event)
{
    const bool isEnter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (isEnter && currentRow() >= 0)
        emit rowPicked(currentRow());
    else
        QTableWidget::keyPressEvent(event);
}

} // namespace factorscope
