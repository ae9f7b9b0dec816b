#include "ui/receptive/receptive_view.h"

#include "ui/maps/map_pane_widget.h"
#include "ui/receptive/close_up_widget.h"
#include "ui/receptive/effective_page.h"
#include "ui/receptive/field_tool_row.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QStackedWidget>

namespace factorscope {
namespace {

constexpr int kColumns = 3;

} // namespace

ReceptiveView::ReceptiveView(ViewState& view, QWidget* parent)
    : QWidget(parent), m_view(view), m_words(new QLabel(this)), m_paths(pathsPage()),
      m_effective(new EffectivePage(view, this)), m_pages(new QStackedWidget(this))
{
    setAccessibleName(tr("Receptive field"));
    m_pages->setAccessibleName(tr("Paths or the effective field"));
    m_pages->addWidget(m_paths);
    m_pages->addWidget(m_effective);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(3 * kGrid);
    column->addWidget(new FieldToolRow(view, this));
    column->addWidget(m_pages, 1);
    connect(m_effective, &EffectivePage::drawn, this, &ReceptiveView::drawn);
    connect(&m_view, &ViewState::changed, this, &ReceptiveView::turnPage);
    connect(&m_view, &ViewState::changed, this, &ReceptiveView::redraw);
    connect(&m_view, &ViewState::cursorChanged, this, &ReceptiveView::showCursor);
    turnPage();
}

QWidget* ReceptiveView::pathsPage()
{
    auto* page = new QWidget(this);
    page->setAccessibleName(tr("Paths"));
    auto* grid = new QGridLayout(page);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(4 * kGrid);
    for (int i = 0; i < kColumns; ++i) {
        m_panes.push_back(new MapPaneWidget(m_view, page));
        m_closeUps.push_back(new CloseUpWidget(page));
        m_closeUps.back()->setAccessibleName(tr("Close-up")); // until it shows one
        connect(m_panes.back(), &MapPaneWidget::resized, this, &ReceptiveView::redraw);
        grid->addWidget(m_panes.back(), 0, i);
        grid->addWidget(m_closeUps.back(), 1, i);
        grid->setColumnStretch(i, 1);
    }
    grid->setRowStretch(0, 1);
    grid->setRowStretch(1, 1);
    m_words->setWordWrap(true);
    m_words->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_words->setMinimumHeight(2 * m_words->fontMetrics().lineSpacing()); // so that nothing moves
    m_words->setAccessibleName(tr("What the output pixel sees"));
    grid->addWidget(m_words, 2, 0, 1, kColumns);
    return page;
}

ReceptiveView::~ReceptiveView() = default;

std::vector<Stage> ReceptiveView::stages(const BothEvaluated& both, const ViewSettings& settings)
{
    const bool hasAfter = both.stages[Stage::MidAfter].maps != nullptr;
    return {Stage::Input, hasAfter ? Stage::MidAfter : Stage::MidBefore,
            settings.isFlickering ? Stage::Original : Stage::Factorised};
}

ViewSettings ReceptiveView::settingsOf(Stage stage, const BothEvaluated& both,
                                       ViewSettings settings)
{
    settings.isAlone = stage != Stage::Input || !isColourInput(both.experiment);
    return settings;
}

void ReceptiveView::show(const std::shared_ptr<const BothEvaluated>& both)
{
    m_both = both;
    m_effective->show(both);
    redraw();
}

bool ReceptiveView::isBusy() const
{
    return m_renderer.isBusy() || m_effective->isBusy();
}

void ReceptiveView::turnPage()
{
    if (m_view.settings().field.isEffective)
        m_pages->setCurrentWidget(m_effective);
    else
        m_pages->setCurrentWidget(m_paths);
}

void ReceptiveView::redraw()
{
    if (!m_both || !m_paths->isVisible())
        return;
    std::vector<MapPane> panes;
    std::vector<PaneToRender> requests;
    for (const Stage stage : stages(*m_both, m_view.settings())) {
        const ViewSettings settings = settingsOf(stage, *m_both, m_view.settings());
        const QRectF place(QPointF(0.0, 0.0), m_panes[panes.size()]->size());
        panes.push_back(mapPane(*m_both, settings, stage, place, font(), themeOf(*this)));
        requests.push_back(
            renderingOf(panes.back(), *m_both, settings, devicePixelRatioF(), themeOf(*this)));
    }
    const ExperimentFields fields = fieldsOf(m_both->experiment);
    m_renderer.request(std::move(requests), [this, panes, fields](const auto& images) {
        for (std::size_t i = 0; i < panes.size(); ++i)
            m_panes[i]->setPane(panes[i], images[i], fields);
        if (!m_renderer.isBusy())
            emit drawn();
    });
    showCursor();
}

void ReceptiveView::showCursor()
{
    if (!m_both || !m_paths->isVisible())
        return;
    const ViewSettings& settings = m_view.settings();
    const Position position = positionOf(settings, m_both->stages[Stage::Factorised].size());
    const auto all = closeUps(*m_both, settings, position, themeOf(*this));
    for (std::size_t i = 0; i < all.size(); ++i)
        m_closeUps[i]->show(all[i]);
    for (MapPaneWidget* pane : m_panes)
        pane->setRestingCursor(position);
    const QString words = fieldInWords(*m_both, position);
    m_words->setText(settings.cursor ? words
                                     : words + QStringLiteral(" ")
                             + tr("Point at a map to look elsewhere; a click pins, arrow keys "
                                  "move, Esc lets go."));
}

void ReceptiveView::showEvent(QShowEvent*)
{
    redraw();
}

void ReceptiveView::hideEvent(QHideEvent*)
{
    m_renderer.forget();
}

void ReceptiveView::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        redraw();
}

} // namespace factorscope
