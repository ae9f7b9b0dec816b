#pragma once

#include "ui/chart/line_plot.h"
#include "ui/cost/chart_parts.h"

#include <QChart>

class QGraphicsEllipseItem;
class QGraphicsLineItem;
class QGraphicsRectItem;
class QLineSeries;
class QPainter;
class QValueAxis;

namespace factorscope {

struct NoteSurroundings;

/// Draws a plot. Each line bears its name at its end, or in a row above where there is no room.
class LineChart : public QChart {
    Q_OBJECT
public:
    LineChart();

    void setLook(const ChartLook& look);
    void show(const LinePlot& plot);
    const LinePlot& shown() const { return m_plot; }

    /// The x at a place in the chart's coordinates, within the axis and whole where x counts;
    /// nothing while nothing is drawn.
    std::optional<double> xAt(double pixel) const;
    QPointF at(double x, double y) const; ///< where a value stands, in the chart's coordinates

private:
    struct Mark {
        QGraphicsLineItem* line;
        QGraphicsSimpleTextItem* text;
    };
    using Marks = std::vector<Mark>; ///< those that are not used are hidden

    /// The end of a line, where its name belongs.
    struct LineEnd {
        const LineSeries* series;
        QPointF point;
    };

    void layOut();
    void layOutEmpty();
    void hideAll();
    QRectF layOutHeads(); ///< what they leave
    QRectF layOutLegend(const std::vector<const LineSeries*>& named, QRectF room);
    void layOutAxes(const QRectF& room);
    void layOutTicks();
    void layOutMark();
    void layOutMarks();
    void layOutNotes();
    void layOutRegion(NoteSurroundings& around);
    void layOutPoint(NoteSurroundings& around);
    static void put(QGraphicsSimpleTextItem& text, const std::vector<QRectF>& places,
                    NoteSurroundings& around);
    void layOutLines();
    void layOutNames();
    void addLine(const LineSeries& series, const std::vector<QPointF>& unitPoints);
    void addPoint(const LineSeries& series, QPointF point);
    QPointF placed(QPointF unit) const;
    bool isTight(const QRectF& room) const;
    double headRowHeight(bool isTight) const;
    double namesWidth(const std::vector<const LineSeries*>& named) const;
    Mark& use(Marks& marks, std::size_t& used);

    ChartLook m_given;
    ChartLook m_look; ///< the same, or larger where there is room
    LinePlot m_plot;
    std::optional<PlotAxes> m_axes; ///< while something is drawn
    QRectF m_area; ///< of the data
    bool m_namesAtEnds = true;
    std::vector<LineEnd> m_ends;

    QValueAxis* m_x;
    QValueAxis* m_y;
    std::vector<QLineSeries*> m_lines;
    std::size_t m_usedLines = 0;
    std::vector<QGraphicsEllipseItem*> m_points;
    std::size_t m_usedPoints = 0;
    Marks m_ticks;
    std::size_t m_usedTicks = 0;
    Marks m_names;
    std::size_t m_usedNames = 0;
    Marks m_marks;
    std::size_t m_usedMarks = 0;
    Mark m_mark;
    QGraphicsRectItem* m_region;
    QGraphicsEllipseItem* m_point; ///< of its own: a series would cut it at the edge
    QGraphicsRectItem* m_noteGround; ///< behind the note, where there is no room but on lines
    QGraphicsSimpleTextItem* m_title;
    QGraphicsSimpleTextItem* m_xTitle;
    QGraphicsSimpleTextItem* m_yTitle;
    QGraphicsSimpleTextItem* m_words; ///< where there is nothing to draw
    QGraphicsSimpleTextItem* m_regionText;
    QGraphicsSimpleTextItem* m_note; ///< at the point
};

/// The same into a figure, text as on a screen of 96 dpi. Only on the thread of the window: what is
/// to be painted elsewhere is recorded, see ui/figure/recording.h.
void paintLineChart(QPainter& painter, const QRectF& rect, const LinePlot& plot,
                    const Theme& theme);

} // namespace factorscope
