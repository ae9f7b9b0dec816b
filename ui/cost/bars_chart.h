#pragma once

#include "ui/cost/chart_parts.h"
#include "ui/cost/cost_data.h"

#include <QChart>

#include <array>

class QBarSeries;
class QBarSet;
class QGraphicsLineItem;
class QGraphicsRectItem;
class QValueAxis;

namespace factorscope {

/// Both branches as a pair of bars for each measure. Units differ, so all stand in relation to the
/// 5×5; the amounts are written at the bars.
class BarsChart : public QChart {
    Q_OBJECT
public:
    BarsChart();

    void setLook(const ChartLook& look);
    void show(const CostComparison& costs);

private:
    struct PairTexts {
        QGraphicsSimpleTextItem* name;
        QGraphicsSimpleTextItem* saving;
        QGraphicsSimpleTextItem* original;
        QGraphicsSimpleTextItem* factorised;
    };
    struct Key {
        QGraphicsRectItem* swatch;
        QGraphicsSimpleTextItem* name;
    };
    /// How the amounts are written in all pairs.
    struct Style {
        QFont amount;
        bool isStacked; ///< one above the other, since side by side they would meet
        double room; ///< for one of them
        QFont saving;
    };
    struct Place {
        QRectF area; ///< of all bars
        double centre; ///< of the pair
        double slot; ///< the pair's width with the space about it
    };
    void layOut();
    void layOutKeys(double& top);
    void layOutParameters(double& bottom);
    Style styleFor(double slot) const;
    double widestAmount(const QFont& font, bool isShort) const;
    void layOutPair(std::size_t index, const Place& place, const Style& style);

    ChartLook m_given;
    ChartLook m_look; ///< the same, or larger where there is room
    std::optional<CostComparison> m_costs;
    QBarSeries* m_bars;
    QBarSet* m_original;
    QBarSet* m_factorised;
    QValueAxis* m_ratios;
    QGraphicsLineItem* m_base;
    std::array<PairTexts, kDrawnMeasures.size()> m_texts;
    std::array<Key, 2> m_keys;
    QGraphicsSimpleTextItem* m_parameters;
};

} // namespace factorscope
