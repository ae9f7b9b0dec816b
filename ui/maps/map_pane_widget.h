#pragma once

#include "ui/maps/map_pane.h"

#include <QImage>
#include <QWidget>

class QScrollBar;

namespace factorscope {

/// Shows a pane and lets the user move in it: the pointer is the cursor, a click pins it and
/// chooses the map, a double click shows that map alone, the wheel zooms, a drag moves. All panes
/// follow the view state. Where maps scroll, the wheel scrolls and zooms with Ctrl, and there is a
/// scroll bar. It may show both outputs with a divider between them that can be dragged.
class MapPaneWidget : public QWidget {
    Q_OBJECT
public:
    explicit MapPaneWidget(ViewState& view, QWidget* parent = nullptr);

    /// The pane lies in this widget's rectangle.
    void setPane(const MapPane& pane, const QImage& maps, const ExperimentFields& fields);
    /// Both in one, with the divider where the settings have it.
    void setSplit(const MapPane& left, const QImage& leftMaps, const MapPane& right,
                  const QImage& rightMaps, const ExperimentFields& fields);
    /// Where the cursor is shown while there is none.
    void setRestingCursor(const std::optional<Position>& position);
    const MapPane& pane() const { return m_pane; }
    const QImage& maps() const { return m_maps; }
    const std::optional<MapPane>& right() const { return m_right; } ///< the other half, if split

    QSize minimumSizeHint() const override { return {160, 140}; }

signals:
    void resized(); ///< there is more or less room for the pane

protected:
    bool event(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    void choose(std::int64_t channel);
    QString tipAt(const QPoint& at) const;
    void syncScrollBar();
    void scrollTo(double places);
    void zoom(QWheelEvent& event);
    bool isOnDivider(const QPointF& at) const;
    void moveDivider(double x);

    ViewState& m_view;
    MapPane m_pane;
    QImage m_maps;
    std::optional<MapPane> m_right; ///< of a pane that is split
    QImage m_rightMaps;
    QScrollBar* m_bar;
    ExperimentFields m_fields;
    std::optional<Position> m_restingCursor;
    QPointF m_pressedAt;
    bool m_isDragging = false;
    bool m_isDraggingDivider = false;
};

} // namespace factorscope
