#include "app/scroll_bench.h"

#include "app/window_loop.h"
#include "core/experiment/opening.h"
#include "core/image/samples.h"
#include "core/result/expects.h"
#include "ui/document/document.h"
#include "ui/main_window.h"
#include "ui/maps/feature_maps_view.h"
#include "ui/maps/map_pane_widget.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QWheelEvent>

#include <utility>

namespace factorscope {
namespace {

constexpr std::int64_t kMaps = 512;
constexpr Extent kSize{224, 224};

/// Few channels before, so that it is quickly computed.
Experiment manyMaps()
{
    constexpr std::int64_t kBefore = 3;
    Experiment experiment = openingExperiment();
    experiment.kernels.reset();
    experiment.inChannels = kBefore;
    experiment.midChannels = kBefore;
    experiment.outChannels = kMaps;
    experiment.picture = std::make_shared<const Picture>(findSample(kOpeningSample)->draw(kSize));
    return experiment;
}

/// A notch of the wheel over the middle of a pane.
void turnWheel(QWidget& pane, int notches)
{
    constexpr int kNotch = 120;
    const QPointF middle = QRectF(pane.rect()).center();
    QWheelEvent event(middle, pane.mapToGlobal(middle), {}, {0, notches * kNotch}, Qt::NoButton,
                      Qt::NoModifier, Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(&pane, &event);
}

/// The output maps of the window, and a hand on the wheel that turns back at either end.
class Wheel {
public:
    explicit Wheel(MainWindow& window)
        : m_view(*window.findChild<FeatureMapsView*>()),
          m_pane(*m_view.panes()[static_cast<std::size_t>(Stage::Factorised)])
    {}

    const TileLayout& tiles() const { return m_pane.pane().tiles; }
    void turn()
    {
        if (tiles().scroll() >= tiles().mostScroll())
            m_direction = 1;
        else if (tiles().scroll() <= 0.0)
            m_direction = -1;
        m_before = tiles().scroll();
        turnWheel(m_pane, m_direction);
    }
    bool hasTurned() const { return tiles().scroll() != m_before && !m_view.isBusy(); }

private:
    FeatureMapsView& m_view;
    MapPaneWidget& m_pane;
    int m_direction = -1;
    double m_before = 0.0;
};

/// One notch: from the wheel to what is painted.
Result<double> turned(Wheel& wheel, WindowLoop& loop)
{
    QElapsedTimer clock;
    clock.start();
    wheel.turn();
    RETURN_IF_ERROR(loop.turnUntil([&] { return wheel.hasTurned(); }));
    QCoreApplication::sendPostedEvents(); // the request to paint
    QCoreApplication::processEvents(QEventLoop::ExcludeUserInputEvents);
    return static_cast<double>(clock.nsecsElapsed()) / 1e6;
}

} // namespace

Result<FollowTimes> benchScrolling(MainWindow& window, WindowLoop& loop, int moves)
{
    constexpr int kMovesBefore = 3; // that do not count
    window.showView("feature-maps");
    window.document().replace(manyMaps(), {});
    RETURN_IF_ERROR(loop.waitForRest());
    auto* view = window.findChild<FeatureMapsView*>();
    QObject::connect(view, &FeatureMapsView::drawn, &loop.context(), [&loop] { loop.wake(); });
    Wheel wheel(window);
    EXPECTS(wheel.tiles().scrolls());
    std::vector<double> ms;
    for (int move = 1; move <= kMovesBefore + moves; ++move) {
        ASSIGN_OR_RETURN(const double one, turned(wheel, loop));
        if (move > kMovesBefore)
            ms.push_back(one);
    }
    return followTimes("scrolling " + std::to_string(kMaps) + " maps of " + kSize.text()
                           + " by a row",
                       std::move(ms));
}

} // namespace factorscope
