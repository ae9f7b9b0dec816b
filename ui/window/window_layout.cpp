#include "ui/window/window_layout.h"

#include "ui/theme/theme.h"

#include <QMainWindow>
#include <QScreen>
#include <QScrollArea>
#include <QSplitter>
#include <QTabWidget>
#include <QVBoxLayout>

namespace factorscope {
namespace {

constexpr QSize kFirstSize(1440, 900);
constexpr QSize kLeastSize(1024, 660);
constexpr QSize kFrame(2 * kGrid,
                       10 * kGrid); ///< that the desktop draws about a window, at the most
constexpr int kPanelWidth = 72 * kGrid;
constexpr int kInspectorWidth = 56 * kGrid;
constexpr int kLeastViewWidth = 128 * kGrid;

QWidget* scrolling(QWidget& content)
{
    auto* area = new QScrollArea(content.parentWidget());
    area->setWidget(&content);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    return area;
}

} // namespace

QWidget* layOut(QMainWindow& window, const WindowParts& parts)
{
    auto* columns = new QSplitter(&window);
    columns->setChildrenCollapsible(false);
    columns->addWidget(&parts.panel);
    columns->addWidget(&parts.views);
    QWidget* inspector = scrolling(parts.inspector);
    columns->addWidget(inspector);
    columns->setStretchFactor(1, 1);
    columns->setSizes({kPanelWidth, kFirstSize.width(), kInspectorWidth});
    parts.views.setMinimumWidth(kLeastViewWidth);
    parts.inspector.setContentsMargins(2 * kGrid, 2 * kGrid, 2 * kGrid, 2 * kGrid);

    auto* center = new QWidget(&window);
    auto* rows = new QVBoxLayout(center);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    rows->addWidget(columns, 1);
    rows->addWidget(&parts.midRow);
    rows->addWidget(&parts.costStrip);
    window.setCentralWidget(center);
    window.setMinimumSize(kLeastSize);
    window.resize(kFirstSize.boundedTo(window.screen()->availableSize() - kFrame));
    return inspector;
}

} // namespace factorscope
