#include "ui/kernels/weights_page.h"

#include "ui/kernels/kernel_grid_widget.h"
#include "ui/kernels/kernel_picture_widget.h"
#include "ui/theme/choice_button.h"

#include <QButtonGroup>
#include <QEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>

namespace factorscope {
namespace {

constexpr int kGap = 4 * kGrid;
constexpr int kLeastWidth = 40 * kGrid; ///< of a panel
constexpr int kLeastGrid = 42 * kGrid; ///< height of all kernels of a panel
constexpr int kLeastChosen = 44 * kGrid; ///< and of the chosen one

} // namespace

WeightsPage::WeightsPage(ViewState& view, QWidget* parent)
    : QWidget(parent), m_view(view), m_scroll(new QScrollArea(this))
{
    setAccessibleName(tr("Weights"));
    auto* content = new QWidget(m_scroll);
    content->setAccessibleName(tr("Kernels of all layers"));
    m_grid = new QGridLayout(content);
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setSpacing(kGap);
    m_scroll->setWidget(content);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->setAccessibleName(tr("Kernels of all layers"));
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(2 * kGrid);
    rows->addWidget(tools());
    rows->addWidget(m_scroll, 1);
    connect(&m_view, &ViewState::changed, this, &WeightsPage::redraw);
}

QWidget* WeightsPage::tools()
{
    auto* tools = new QWidget(this);
    tools->setAccessibleName(tr("Scale of the weights"));
    auto* row = new QHBoxLayout(tools);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    m_oneScale = new ChoiceButton(tr("One scale"),
                                  tr("The same colours mean the same weight in all layers"), tools);
    m_scaleEach = new ChoiceButton(
        tr("Scale per layer"), tr("The strongest weight shown of each layer has the full colour"),
        tools);
    auto* group = new QButtonGroup(tools);
    for (ChoiceButton* button : {m_oneScale, m_scaleEach}) {
        group->addButton(button);
        row->addWidget(button);
    }
    connect(m_oneScale, &QToolButton::toggled, this, [this](bool on) {
        ViewSettings settings = m_view.settings();
        settings.kernels.hasOneScale = on;
        m_view.set(settings);
    });
    auto* hint = new QLabel(tr("A chosen kernel is the chosen map of all views. Page Up and Page "
                               "Down choose the output channel, with Shift the mid channel."),
                            tools);
    hint->setWordWrap(true);
    hint->setIndent(3 * kGrid);
    hint->setForegroundRole(QPalette::PlaceholderText);
    hint->setAccessibleName(tr("How to choose a kernel"));
    row->addWidget(hint, 1);
    return tools;
}

void WeightsPage::show(const std::shared_ptr<const BothEvaluated>& both)
{
    m_both = both;
    redraw();
}

void WeightsPage::redraw()
{
    if (!m_both || !isVisible())
        return;
    const ViewSettings& settings = m_view.settings();
    (settings.kernels.hasOneScale ? m_oneScale : m_scaleEach)->setChecked(true);
    const Theme& theme = themeOf(*this);
    m_panels = weightPanels(*m_both, settings, theme);
    while (m_widgets.size() < m_panels.size())
        addPanel();
    const Colormap& colours = settings.divergingOn(theme.isDark);
    for (std::size_t i = 0; i < m_panels.size(); ++i) {
        m_widgets[i].grid->show(m_panels[i].grid, &colours);
        m_widgets[i].chosen->show(m_panels[i].chosen, &colours);
        m_widgets[i].chosen->setAccessibleName(
            tr("%1, chosen kernel").arg(m_panels[i].grid.heading));
    }
    arrange();
    emit drawn();
}

void WeightsPage::addPanel()
{
    const std::size_t index = m_widgets.size();
    QWidget* content = m_scroll->widget();
    auto* grid = new KernelGridWidget(content);
    auto* chosen = new KernelPictureWidget(content);
    grid->setMinimumHeight(kLeastGrid);
    chosen->setMinimumHeight(kLeastChosen);
    connect(grid, &KernelGridWidget::chosen, this,
            [this, index](int tile) { choose(index, tile); });
    m_widgets.push_back({grid, chosen});
}

/// As many panels side by side as have room; each is a row of its kernels above one of the chosen.
void WeightsPage::arrange()
{
    const int most = (m_scroll->viewport()->width() + kGap) / (kLeastWidth + kGap);
    const int panels = static_cast<int>(m_panels.size());
    const int rows = (panels + std::max(most, 1) - 1) / std::max(most, 1);
    const int across = rows > 0 ? (panels + rows - 1) / rows : 1; // rows of about one length
    if (across == m_across && m_panels.size() == m_arranged)
        return;
    m_across = across;
    m_arranged = m_panels.size();
    for (int row = 0; row < m_grid->rowCount(); ++row)
        m_grid->setRowStretch(row, 0);
    for (int column = 0; column < std::max(m_grid->columnCount(), across); ++column)
        m_grid->setColumnStretch(column, column < across ? 1 : 0);
    for (int i = 0; i < static_cast<int>(m_widgets.size()); ++i) {
        const PanelWidgets& widgets = m_widgets[static_cast<std::size_t>(i)];
        m_grid->removeWidget(widgets.grid);
        m_grid->removeWidget(widgets.chosen);
        widgets.grid->setVisible(i < panels);
        widgets.chosen->setVisible(i < panels);
        if (i >= panels)
            continue;
        const int row = 2 * (i / across);
        m_grid->addWidget(widgets.grid, row, i % across);
        m_grid->addWidget(widgets.chosen, row + 1, i % across);
        m_grid->setRowStretch(row, 1);
        m_grid->setRowStretch(row + 1, 1);
    }
}

void WeightsPage::choose(std::size_t panel, int tile)
{
    ViewSettings settings = m_view.settings();
    settings.setChannel(m_panels[panel].tiles, m_panels[panel].first + tile);
    m_view.set(settings);
}

void WeightsPage::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    if (isVisible())
        arrange();
}

void WeightsPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    redraw();
}

void WeightsPage::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        redraw();
}

} // namespace factorscope
