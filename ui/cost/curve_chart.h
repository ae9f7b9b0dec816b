#pragma once

#include "ui/cost/chart_parts.h"
#include "ui/cost/cost_data.h"
#include "ui/cost/plot_map.h"

#include <QChart>

class QAreaSeries;
class QGraphicsEllipseItem;
class QGraphicsLineItem;
class QGraphicsRectItem;
class QLineSeries;
class QValueAxis;

namespace factorscope {

/// What the factorised branch costs over C_mid, against the level of the 5×5, with the marks of the
/// slider and the point where the experiment stands.
class CurveChart : public QChart {
    Q_OBJECT
public:
    CurveChart();

    void setLook(const ChartLook& look);
    void show(const CostComparison& costs, CostMeasure measure);

    /// Where the data stand, in the chart's coordinates; nothing before there are any.
    const std::optional<PlotMap>& plot() const { return m_plot; }

private:
    struct Mark {
        QGraphicsLineItem* line;
        QGraphicsSimpleTextItem* text;
    };
    using Marks = std::vector<Mark>; ///< those that are not used are hidden

    void addToAxes(QAbstractSeries* series);
    void setData(const PlotMap& plot);
    double level() const;
    double highest() const;
    QPointF pointIn(const PlotMap& plot) const;

    void layOut();
    void layOutTicks(const PlotMap& plot, const AxisTicks& x, const AxisTicks& y);
    /// Makes at least so many, and hides the rest.
    void provide(Marks& marks, std::size_t count);
    std::vector<LineLabel> measuredMarks(const PlotMap& plot);
    void layOutMarks(const QRectF& area, const std::vector<LineLabel>& labels,
                     const std::vector<int>& rows);
    void layOutNotes(const PlotMap& plot);
    NoteSurroundings surroundings(const PlotMap& plot) const;

    ChartLook m_given;
    ChartLook m_look; ///< the same, or larger where there is room
    std::optional<CostComparison> m_costs;
    CostMeasure m_measure = CostMeasure::Weights;
    std::optional<PlotMap> m_plot;

    QLineSeries* m_dearerTop;
    QAreaSeries* m_dearer;
    QLineSeries* m_level;
    QLineSeries* m_curve;
    QGraphicsEllipseItem* m_point; ///< of its own: a series would cut it at the edge
    QValueAxis* m_x;
    QValueAxis* m_y;
    Marks m_marks;
    Marks m_xMarks;
    Marks m_yMarks;
    QGraphicsSimpleTextItem* m_title;
    QGraphicsSimpleTextItem* m_xTitle;
    QGraphicsSimpleTextItem* m_levelText;
    QGraphicsSimpleTextItem* m_dearerText;
    QGraphicsSimpleTextItem* m_pointText;
    QGraphicsRectItem* m_pointGround; ///< behind it, where there is no room but on lines
};

} // namespace factorscope
