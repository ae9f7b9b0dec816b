#include "ui/receptive/field_tool_row.h"

#include "core/experiment/field_analysis.h"
#include "ui/theme/choice_button.h"
#include "ui/theme/theme.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <QVBoxLayout>

#include <span>

namespace factorscope {
namespace {

constexpr std::size_t kBelow = 2; ///< so many of the choices go below: scale and depth

} // namespace

FieldToolRow::FieldToolRow(ViewState& view, QWidget* parent) : QWidget(parent), m_view(view)
{
    setAccessibleName(tr("What is shown of the receptive field"));
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(2 * kGrid);
    auto* row = new QHBoxLayout;
    m_below = new QHBoxLayout;
    for (QHBoxLayout* one : {row, m_below}) {
        one->setSpacing(2 * kGrid);
        rows->addLayout(one);
    }
    m_row = row;
    addChoice(*row, &FieldSettings::isEffective,
              {tr("Paths"), tr("Which pixels an output sees, and on how many paths")},
              {tr("Effective"), tr("How much each pixel matters: the gradient of the output")});
    m_ofEffective.push_back(
        addChoice(*row, &FieldSettings::isAveraged,
                  {tr("This pixel"), tr("Of the output pixel under the cursor")},
                  {tr("Average"), tr("The mean over output pixels all over the picture")}));
    m_ofEffective.push_back(
        addChoice(*row, &FieldSettings::isOfAllChannels,
                  {tr("This channel"), tr("Of the chosen output channel (Page Up, Page Down)")},
                  {tr("All"), tr("The mean over all output channels")}));
    m_ofEffective.push_back(addChoice(
        *row, &FieldSettings::hasOwnScales,
        {tr("One scale"), tr("The same colours mean the same gradient in both branches")},
        {tr("Scale each"), tr("The strongest pixel of each branch has the full colour")}));
    m_ofEffective.push_back(addBlocks(*row));
    m_below->addStretch();
    row->addStretch();
    connect(&m_view, &ViewState::changed, this, [this] { syncFrom(m_view.settings().field); });
    syncFrom(m_view.settings().field);
}

template <typename Change>
void FieldToolRow::change(const Change& change)
{
    ViewSettings settings = m_view.settings();
    change(settings.field);
    m_view.set(settings);
}

QWidget* FieldToolRow::addChoice(QHBoxLayout& row, bool FieldSettings::*setting, const Words& off,
                                 const Words& on)
{
    auto* box = new QWidget(this);
    box->setAccessibleName(off.text + QStringLiteral(" / ") + on.text);
    auto* inside = new QHBoxLayout(box);
    inside->setContentsMargins(0, 0, 0, 0);
    inside->setSpacing(0);
    auto* both = new QButtonGroup(box);
    const Choice choice{new ChoiceButton(off.text, off.tip, box),
                        new ChoiceButton(on.text, on.tip, box), setting};
    for (QToolButton* button : {choice.off, choice.on}) {
        both->addButton(button);
        inside->addWidget(button);
    }
    connect(choice.on, &QToolButton::toggled, this, [this, setting](bool isOn) {
        change([=](FieldSettings& settings) { settings.*setting = isOn; });
    });
    m_choices.push_back(choice);
    row.addWidget(box);
    return box;
}

QWidget* FieldToolRow::addBlocks(QHBoxLayout& row)
{
    constexpr int kLeastWidth = 10 * kGrid;
    constexpr int kMostWidth = 50 * kGrid;
    auto* box = new QWidget(this);
    box->setAccessibleName(tr("Depth"));
    auto* inside = new QHBoxLayout(box);
    inside->setContentsMargins(0, 0, 0, 0);
    inside->setSpacing(kGrid);
    m_blocksLabel = new QLabel(box);
    m_blocks = new QSlider(Qt::Horizontal, box);
    m_blocks->setRange(1, static_cast<int>(kMostDeepBlocks));
    m_blocks->setPageStep(3);
    m_blocks->setMinimumWidth(kLeastWidth);
    m_blocks->setMaximumWidth(kMostWidth);
    m_blocks->setAccessibleName(tr("Blocks behind each other"));
    m_blocks->setToolTip(tr("So many of each branch behind each other, C_out channels wide"));
    m_blocksLabel->setBuddy(m_blocks);
    inside->addWidget(m_blocks);
    inside->addWidget(m_blocksLabel);
    connect(m_blocks, &QSlider::valueChanged, this, [this](int blocks) {
        change([blocks](FieldSettings& settings) { settings.blocks = blocks; });
    });
    row.addWidget(box);
    return box;
}

/// The last ones stand below where there is no room beside the others.
void FieldToolRow::arrange()
{
    int wanted = 0;
    for (int i = 0; i + 1 < m_row->count(); ++i)
        wanted += m_row->itemAt(i)->sizeHint().width() + m_row->spacing();
    if (m_isNarrow)
        wanted += m_belowWidth;
    const bool isNarrow = wanted > width() && m_view.settings().field.isEffective;
    if (isNarrow == m_isNarrow)
        return;
    m_isNarrow = isNarrow;
    const auto last = std::span(m_ofEffective).last(kBelow);
    m_belowWidth = 0;
    for (QWidget* widget : last) {
        m_belowWidth += widget->sizeHint().width() + m_row->spacing();
        (isNarrow ? m_row : m_below)->removeWidget(widget);
        QHBoxLayout* to = isNarrow ? m_below : m_row;
        to->insertWidget(to->count() - 1, widget); // before the stretch
    }
}

void FieldToolRow::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    arrange();
}

void FieldToolRow::syncFrom(const FieldSettings& settings)
{
    for (const Choice& choice : m_choices) {
        const QSignalBlocker off(choice.off);
        const QSignalBlocker on(choice.on);
        (settings.*choice.setting ? choice.on : choice.off)->setChecked(true);
    }
    const QSignalBlocker blocks(m_blocks);
    m_blocks->setValue(static_cast<int>(settings.blocks));
    const auto words = [](std::int64_t count) {
        return count == 1 ? tr("1 block") : tr("%1 blocks").arg(count);
    };
    m_blocksLabel->setText(words(settings.blocks));
    m_blocksLabel->setMinimumWidth(
        m_blocksLabel->fontMetrics().horizontalAdvance(words(kMostDeepBlocks)));
    for (QWidget* widget : m_ofEffective)
        widget->setVisible(settings.isEffective);
    arrange();
}

} // namespace factorscope
