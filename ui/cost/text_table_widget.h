#pragma once

#include "ui/cost/text_table.h"

#include <QTableWidget>

namespace factorscope {

/// A table of texts to be read and chosen from. Cells change in place. Columns are as wide as what
/// is in them.
class TextTableWidget : public QTableWidget {
    Q_OBJECT
public:
    explicit TextTableWidget(const QString& name, QWidget* parent = nullptr);

    using QWidget::show;
    void show(const TextTable& table);
    const TextTable& shown() const { return m_table; }

    int heightOfAllRows() const;

signals:
    /// Clicked, or Enter was pressed in it.
    void rowPicked(int row);

protected:
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void dressHeader();
    int neededWidth(int column) const;
    void setCell(int row, int column);
    void layOut();

    TextTable m_table;
};

} // namespace factorscope
