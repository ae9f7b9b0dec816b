#include "ui/maps/feature_maps_view.h"

#include "ui/maps/map_pane_widget.h"
#include "ui/maps/maps_tool_row.h"
#include "ui/maps/pane_places.h"
#include "ui/text/text.h"

#include <QEvent>
#include <QShortcut>

#include <algorithm>
#include <utility>

namespace factorscope {
namespace {

std::size_t indexOf(Stage stage)
{
    return static_cast<std::size_t>(stage);
}

/// One of each kind.
constexpr std::array kOfKinds{Stage::Input, Stage::MidBefore, Stage::Factorised};

} // namespace

FeatureMapsView::FeatureMapsView(ViewState& view, QWidget* parent)
    : QWidget(parent), m_view(view), m_tools(new MapsToolRow(view, this)), m_analysisLane(this),
      m_histogramLane(this)
{
    setAccessibleName(tr("Feature maps"));
    for ([[maybe_unused]] const Stage stage : kStages)
        m_widgets.push_back(new MapPaneWidget(view, this));
    addKeys();
    connect(&m_view, &ViewState::changed, this, &FeatureMapsView::redraw);
    for (AnalysisLane* lane : {&m_analysisLane, &m_histogramLane}) {
        connect(lane, &AnalysisLane::failed, this, &FeatureMapsView::failed);
        connect(lane, &AnalysisLane::stopped, this, [this] {
            m_known.isAnalysing = false;
            redrawWords();
        });
    }
}

FeatureMapsView::~FeatureMapsView() = default;

/// Page by page; with Shift the mid maps.
void FeatureMapsView::addKeys()
{
    constexpr double kToTheEnd = 1e9;
    const auto add = [this](int key, double pages) {
        for (const Stage stage : {Stage::Factorised, Stage::MidBefore}) {
            const Qt::KeyboardModifiers modifiers = stage == Stage::MidBefore
                ? Qt::ControlModifier | Qt::ShiftModifier
                : Qt::KeyboardModifiers(Qt::ControlModifier);
            auto* shortcut = new QShortcut(
                QKeySequence(QKeyCombination(modifiers, static_cast<Qt::Key>(key))), this);
            connect(shortcut, &QShortcut::activated, this,
                    [this, stage, pages] { scrollBy(stage, pages); });
        }
    };
    add(Qt::Key_PageDown, 1.0);
    add(Qt::Key_PageUp, -1.0);
    add(Qt::Key_End, kToTheEnd);
    add(Qt::Key_Home, -kToTheEnd);
}

void FeatureMapsView::scrollBy(Stage stage, double pages)
{
    const TileLayout& tiles = m_widgets[indexOf(stage)]->pane().tiles;
    if (!tiles.scrolls())
        return;
    ViewSettings settings = m_view.settings();
    const double from = settings.scroll(stage).value_or(tiles.scroll());
    settings.scroll(stage)
        = std::clamp(from + pages * static_cast<double>(tiles.page()), 0.0, tiles.mostScroll());
    m_view.set(settings);
}

void FeatureMapsView::show(const std::shared_ptr<const BothEvaluated>& both)
{
    const bool isOtherSize
        = !m_both || m_both->stages[Stage::Original].size() != both->stages[Stage::Original].size();
    m_both = both;
    if (isOtherSize)
        arrange();
    analyse();
    redraw();
}

/// Gives each pane its place.
void FeatureMapsView::arrange()
{
    const int toolHeight = m_tools->sizeHint().height();
    const QRect inside = contentsRect();
    m_tools->setGeometry(inside.left(), inside.top(), inside.width(), toolHeight);
    const QRectF area = QRectF(inside).adjusted(0.0, toolHeight + 3.0 * kGrid, 0.0, 0.0);
    const Extent map = m_both ? m_both->stages[Stage::Original].size() : Extent{1, 1};
    m_arranged = m_view.settings();
    const auto places = panePlaces(m_arranged, map, area);
    for (std::size_t i = 0; i < m_widgets.size(); ++i) {
        m_widgets[i]->setVisible(!places[i].isEmpty());
        if (!places[i].isEmpty())
            m_widgets[i]->setGeometry(places[i].toRect());
    }
}

/// Asks for what takes longer than a picture, once the pictures rest. A preview is soon replaced by
/// its answer.
void FeatureMapsView::analyse()
{
    if (!m_both || !isVisible())
        return;
    const auto isKnown = [this](Stage stage) {
        return !m_both->stages[stage].maps
            || (m_known.analysis && m_known.analysis->isOf(m_both->stages, stage));
    };
    m_known.isAnalysing = !std::ranges::all_of(kStages, isKnown);
    if (!m_known.isAnalysing || m_both->isPreview()) {
        m_analysisLane.cancel();
        return;
    }
    m_analysisLane.askAtRest([this, both = m_both, earlier = m_known.analysis](
                                 const ComputeContext& context) -> Result<AnalysisLane::Show> {
        ASSIGN_OR_RETURN(MapAnalysis found, mapAnalysis(both->stages, earlier.get(), context));
        const auto analysis = std::make_shared<const MapAnalysis>(std::move(found));
        return AnalysisLane::Show([this, analysis] {
            m_known.analysis = analysis;
            m_known.isAnalysing = false;
            redrawWords();
        });
    });
}

/// Asks for the histograms of maps that are shown alone.
void FeatureMapsView::countMaps()
{
    auto maps = mapsToCount(*m_both, m_view.settings());
    if (maps == m_toCount)
        return;
    m_toCount = maps;
    if (!m_view.settings().isAlone) {
        m_histogramLane.cancel();
        m_known.histograms = {};
        return;
    }
    m_histogramLane.ask([this, maps = std::move(maps)](
                            const ComputeContext& context) -> Result<AnalysisLane::Show> {
        const auto histograms = counted(maps, CountedValues::Enough, context);
        if (context.stop.stop_requested())
            return cancelled();
        return AnalysisLane::Show([this, histograms] {
            m_known.histograms = histograms;
            redrawWords();
        });
    });
}

/// Scrolls to a map that was chosen from elsewhere; true where that draws everything anew.
bool FeatureMapsView::followChoice(const StagePanes& panes)
{
    ViewSettings settings = m_view.settings();
    if (settings.isAlone)
        return false;
    for (const Stage stage : kOfKinds) {
        const auto& one = panes[indexOf(stage)];
        if (!one)
            continue;
        const MapPane& pane = one->pane;
        std::int64_t& followed = m_followed[static_cast<std::size_t>(kindOf(stage))];
        if (std::exchange(followed, pane.chosen) != pane.chosen && pane.tiles.scrolls())
            settings.scroll(stage) = pane.tiles.scrollShowing(pane.placeOf(pane.chosen));
    }
    if (settings == m_view.settings())
        return false;
    m_view.set(settings);
    return true;
}

/// Whoever steps through the maps does so as they lie.
void FeatureMapsView::publishOrders()
{
    for (const Stage stage : {Stage::MidBefore, Stage::Original})
        m_view.setOrder(kindOf(stage),
                        channelOrder(m_both->stages, stage, m_view.settings().maps.sort,
                                     m_known.analysis.get()));
}

/// Asks for the pictures that are seen; nothing while the view is hidden. Words and pictures change
/// together.
void FeatureMapsView::redraw()
{
    m_owesDrawn = true;
    redrawWords();
}

/// The same for words that came later, as they say nothing new of the maps.
void FeatureMapsView::redrawWords()
{
    if (!m_both || !isVisible())
        return;
    const ViewSettings& settings = m_view.settings();
    if (settings.isAlone != m_arranged.isAlone || isSplit(settings) != isSplit(m_arranged))
        arrange();
    countMaps();
    std::array<QRectF, kStages.size()> places;
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (!m_widgets[i]->isHidden())
            places[i] = QRectF(QPointF(0.0, 0.0), m_widgets[i]->size());
    }
    const auto panes = stagePanes(*m_both, settings, places, font(), themeOf(*this), m_known);
    if (followChoice(panes))
        return;
    const ViewSettings look = paneSettings(settings);
    std::vector<PaneToRender> requests;
    const auto add = [&](const MapPane& pane) {
        requests.push_back(renderingOf(pane, *m_both, look, devicePixelRatioF(), themeOf(*this)));
    };
    for (const auto& one : panes) {
        if (one)
            add(one->pane);
        if (one && one->right)
            add(*one->right);
    }
    const ExperimentFields fields = fieldsOf(m_both->experiment);
    m_renderer.request(std::move(requests), [this, panes, fields](const auto& images) {
        auto image = images.begin();
        for (std::size_t i = 0; i < panes.size(); ++i) {
            if (!panes[i])
                continue;
            const QImage& first = *image++;
            if (panes[i]->right)
                m_widgets[i]->setSplit(panes[i]->pane, first, *panes[i]->right, *image++, fields);
            else
                m_widgets[i]->setPane(panes[i]->pane, first, fields);
        }
        publishOrders();
        if (!m_renderer.isBusy() && std::exchange(m_owesDrawn, false))
            emit drawn();
    });
}

void FeatureMapsView::resizeEvent(QResizeEvent*)
{
    arrange();
    redraw();
}

void FeatureMapsView::showEvent(QShowEvent*)
{
    analyse();
    redraw();
}

void FeatureMapsView::hideEvent(QHideEvent*)
{
    m_renderer.forget();
}

void FeatureMapsView::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        redraw();
}

} // namespace factorscope
