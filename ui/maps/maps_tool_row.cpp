#include "ui/maps/maps_tool_row.h"

#include "ui/text/text.h"
#include "ui/theme/choice_button.h"
#include "ui/theme/theme.h"

#include <QActionGroup>
#include <QButtonGroup>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSignalBlocker>
#include <QToolButton>

namespace factorscope {
namespace {

QToolButton* toolButton(const QString& text, const QString& tip, QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setText(text);
    button->setToolTip(tip);
    button->setAccessibleName(text);
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

} // namespace

MapsToolRow::MapsToolRow(ViewState& view, QWidget* parent)
    : QWidget(parent), m_view(view), m_row(new QHBoxLayout(this))
{
    m_row->setContentsMargins(0, 0, 0, 0);
    m_row->setSpacing(2 * kGrid);
    addChoiceOfMaps();
    addScales();
    addColours();
    addSort();
    addSplit();
    m_row->addStretch();
    addFit();
    addFlicker();
    connect(&m_view, &ViewState::changed, this, [this] { syncFrom(m_view.settings()); });
    syncFrom(m_view.settings());
}

template <typename Change>
void MapsToolRow::change(const Change& change)
{
    ViewSettings settings = m_view.settings();
    change(settings);
    m_view.set(settings);
}

void MapsToolRow::addChoiceOfMaps()
{
    m_all = new ChoiceButton(tr("All maps"), tr("All maps of each layer (A)"), this);
    m_one = new ChoiceButton(tr("One map"), tr("The chosen map of each layer alone (A)"), this);
    auto* both = new QButtonGroup(this);
    auto* row = new QHBoxLayout;
    row->setSpacing(0);
    for (QToolButton* button : {m_all, m_one}) {
        both->addButton(button);
        row->addWidget(button);
    }
    m_row->addLayout(row);
    connect(m_one, &QToolButton::toggled, this,
            [this](bool on) { change([on](ViewSettings& s) { s.isAlone = on; }); });
}

void MapsToolRow::addScales()
{
    m_scaleLabel = new QLabel(tr("Scale"), this);
    m_scale = new QComboBox(this);
    m_scale->addItem(tr("per map"));
    m_scale->addItem(tr("per layer"));
    m_scale->addItem(tr("shared"));
    m_scale->setToolTip(
        tr("Which maps share a colour scale. Per map: each has its own, and the two outputs of "
           "one channel share it. Shared: all layers after the input."));
    m_scaleLabel->setBuddy(m_scale);
    m_scale->setAccessibleName(tr("Scale"));
    layout()->addWidget(m_scaleLabel);
    layout()->addWidget(m_scale);
    connect(m_scale, &QComboBox::currentIndexChanged, this, [this](int index) {
        change([index](ViewSettings& s) { s.normalisation = static_cast<Normalisation>(index); });
    });
}

void MapsToolRow::addColours()
{
    m_colours = toolButton(tr("Colours"), tr("Colour scales of the maps"), this);
    m_colours->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(tr("Colours"), m_colours);
    for (const bool isDiverging : {false, true}) {
        menu->addSection(isDiverging ? tr("Signed values") : tr("Values from 0"));
        auto* group = new QActionGroup(menu);
        const auto slot = isDiverging ? &ViewSettings::diverging : &ViewSettings::sequential;
        if (isDiverging)
            addColour(*menu, *group, tr("As the theme"), slot, nullptr);
        for (const Colormap& map : colormaps()) {
            if (map.diverging == isDiverging)
                addColour(*menu, *group, translated(map.label), slot, &map);
        }
    }
    menu->addSeparator();
    m_clip = menu->addAction(tr("Clip the strongest half percent"));
    m_clip->setCheckable(true);
    m_clip->setToolTip(tr("A few strong values do not darken all others; the scale says ≥ where it "
                          "ends before them"));
    connect(m_clip, &QAction::triggered, this,
            [this](bool on) { change([on](ViewSettings& s) { s.clipsOutliers = on; }); });
    m_colours->setMenu(menu);
    layout()->addWidget(m_colours);
}

void MapsToolRow::addColour(QMenu& menu, QActionGroup& group, const QString& text,
                            const Colormap* ViewSettings::*slot, const Colormap* map)
{
    QAction* action = menu.addAction(text);
    action->setCheckable(true);
    action->setActionGroup(&group);
    connect(action, &QAction::triggered, this,
            [this, slot, map] { change([=](ViewSettings& s) { s.*slot = map; }); });
    m_colourChoices.push_back({action, slot, map});
}

void MapsToolRow::addSort()
{
    m_sort = toolButton(tr("Sort"), tr("In which order the maps lie"), this);
    m_sort->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(tr("Sort"), m_sort);
    menu->setToolTipsVisible(true);
    auto* group = new QActionGroup(menu);
    const auto add = [&](const QString& text, const QString& tip) {
        QAction* action = menu->addAction(text);
        action->setToolTip(tip);
        action->setCheckable(true);
        group->addAction(action);
        const auto sort = static_cast<MapSort>(m_sorts.size());
        connect(action, &QAction::triggered, this, [this, sort] {
            change([sort](ViewSettings& s) {
                s.maps.sort = sort;
                s.maps.scroll.fill(0.0); // what is first now is to be seen
            });
        });
        m_sorts.push_back(action);
    };
    add(tr("By index"), tr("As the channels are counted"));
    add(tr("By energy"),
        tr("The greatest mean square first; outputs by the sum of both branches, mid maps as they "
           "are after the activation"));
    add(tr("By similarity of the outputs"),
        tr("Outputs of both branches in pairs, one to one, of the greatest correlation over their "
           "pixels in total; the most alike first"));
    m_sort->setMenu(menu);
    layout()->addWidget(m_sort);
}

void MapsToolRow::addSplit()
{
    m_split = new ChoiceButton(
        tr("Split"),
        tr("Both outputs in one pane with a divider (S); drag it, or move it with comma and full "
           "stop"),
        this);
    layout()->addWidget(m_split);
    connect(m_split, &QToolButton::toggled, this,
            [this](bool on) { change([on](ViewSettings& s) { s.maps.isSplit = on; }); });
}

void MapsToolRow::addFit()
{
    auto* fit = toolButton(tr("Fit"),
                           tr("Shows the whole picture (0). The wheel zooms, a drag moves."), this);
    layout()->addWidget(fit);
    connect(fit, &QToolButton::clicked, this,
            [this] { change([](ViewSettings& s) { s.viewport = Viewport{}; }); });
}

void MapsToolRow::addFlicker()
{
    auto* flicker = toolButton(
        tr("Flicker"), tr("While held, each output is shown in the other's place (hold F)"), this);
    layout()->addWidget(flicker);
    connect(flicker, &QToolButton::pressed, this,
            [this] { change([](ViewSettings& s) { s.isFlickering = true; }); });
    connect(flicker, &QToolButton::released, this,
            [this] { change([](ViewSettings& s) { s.isFlickering = false; }); });
}

void MapsToolRow::syncFrom(const ViewSettings& settings)
{
    const QSignalBlocker one(m_one);
    const QSignalBlocker all(m_all);
    const QSignalBlocker scale(m_scale);
    const QSignalBlocker split(m_split);
    (settings.isAlone ? m_one : m_all)->setChecked(true);
    m_split->setChecked(settings.maps.isSplit);
    m_split->setVisible(settings.isAlone);
    m_sort->setVisible(!settings.isAlone);
    m_sorts[static_cast<std::size_t>(settings.maps.sort)]->setChecked(true);
    m_scale->setCurrentIndex(static_cast<int>(settings.normalisation));
    m_clip->setChecked(settings.clipsOutliers);
    for (const ColourChoice& choice : m_colourChoices)
        choice.action->setChecked(settings.*choice.slot == choice.map);
}

QSize MapsToolRow::minimumSizeHint() const
{
    return {0, m_row->minimumSize().height()};
}

/// In a narrow window the row comes closer, and says less.
void MapsToolRow::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    constexpr int kWideFrom = 150 * kGrid;
    const bool isWide = width() >= kWideFrom;
    m_scaleLabel->setVisible(isWide);
    m_row->setSpacing(isWide ? 2 * kGrid : kGrid);
}

} // namespace factorscope
