#pragma once

#include "ui/cost/cost_table.h"

#include <QTableWidget>

namespace factorscope {

/// The costs of every layer of both branches in numbers: what the charts show, to be read.
class LayerTable : public QTableWidget {
    Q_OBJECT
public:
    explicit LayerTable(QWidget* parent = nullptr);

    using QWidget::show;
    void show(const CostComparison& costs);

    int heightOfAllRows() const;

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    static QString operationText(const CostRow& cost);
    void setRow(int row, const CostRow& cost);
    void setCell(int row, int column, const QString& text);
    void dress();
    void layOutColumns();
};

} // namespace factorscope
