#include "ui/inspector/inspector.h"

#include "ui/inspector/histogram_plot.h"
#include "ui/inspector/warnings.h"
#include "ui/maps/map_scale.h"
#include "ui/text/text.h"
#include "ui/theme/theme.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>

namespace factorscope {
namespace {

/// One figure of a map's statistics.
struct Figure {
    const char* label;
    QString (*text)(const MapStatistics&);
};

QString share(std::int64_t part, const MapStatistics& map)
{
    const double whole = static_cast<double>(std::max<std::int64_t>(map.values, 1));
    return fixed(100.0 * static_cast<double>(part) / whole, 1) + QStringLiteral(" %");
}

const Figure kFigures[] = {
    {QT_TRANSLATE_NOOP("factorscope::Inspector", "least"),
     [](const MapStatistics& m) { return significant(m.least, 4); }},
    {QT_TRANSLATE_NOOP("factorscope::Inspector", "most"),
     [](const MapStatistics& m) { return significant(m.most, 4); }},
    {QT_TRANSLATE_NOOP("factorscope::Inspector", "mean"),
     [](const MapStatistics& m) { return significant(m.mean, 4); }},
    {QT_TRANSLATE_NOOP("factorscope::Inspector", "deviation"),
     [](const MapStatistics& m) { return significant(m.deviation, 4); }},
    {QT_TRANSLATE_NOOP("factorscope::Inspector", "zeros"),
     [](const MapStatistics& m) { return share(m.zeros, m); }},
};

QLabel* number(QWidget* parent)
{
    auto* label = new QLabel(QStringLiteral("–"), parent);
    label->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

QGridLayout* grid()
{
    auto* layout = new QGridLayout;
    layout->setHorizontalSpacing(2 * kGrid);
    layout->setVerticalSpacing(kGrid / 2);
    return layout;
}

void setColour(QLabel* label, const QColor& colour)
{
    QPalette palette = label->palette();
    palette.setColor(QPalette::WindowText, colour);
    label->setPalette(palette);
}

/// The chosen output map, the last when there are not as many.
std::int64_t outputChannel(const BothEvaluated& both, const ViewSettings& settings)
{
    return std::min(settings.outChannel, both.stages[Stage::Factorised].channels() - 1);
}

const MapStatistics* statisticsAt(const BothEvaluated& both, Stage stage, std::int64_t channel)
{
    const auto& maps = both.stages[stage].statistics;
    return channel < std::ssize(maps) ? &maps[static_cast<std::size_t>(channel)] : nullptr;
}

} // namespace

Inspector::Inspector(ViewState& view, QWidget* parent)
    : QWidget(parent), m_view(view), m_column(new QVBoxLayout(this))
{
    setAccessibleName(tr("Inspector"));
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(kGrid);
    addChoices();
    addValues();
    addStatistics();
    m_histogram = new HistogramPlot(this);
    m_column->addWidget(m_histogram);
    m_outputMap.push_back(m_histogram);
    addHeading(tr("Notes"));
    m_warnings = new QLabel(this);
    m_warnings->setWordWrap(true);
    m_warnings->setTextFormat(Qt::PlainText);
    m_warnings->setAccessibleName(tr("Notes"));
    m_column->addWidget(m_warnings);
    m_column->addStretch();
    connect(&m_view, &ViewState::cursorChanged, this, &Inspector::showCursor);
    connect(&m_view, &ViewState::changed, this, [this] { syncFrom(m_view.settings()); });
}

QLabel* Inspector::addHeading(const QString& text)
{
    auto* label = new QLabel(text, this);
    keepSized(*label, TextSize::Body, QFont::DemiBold);
    label->setContentsMargins(0, 2 * kGrid, 0, 0);
    m_column->addWidget(label);
    return label;
}

void Inspector::addChoices()
{
    addHeading(tr("Chosen maps"))->setContentsMargins(0, 0, 0, 0);
    auto* rows = grid();
    const auto addRow = [&](const QString& text, Stage stage, const QString& tip) {
        auto* box = new QSpinBox(this);
        box->setMinimum(1);
        box->setToolTip(tip);
        box->setAlignment(Qt::AlignRight);
        auto* label = new QLabel(text, this);
        label->setBuddy(box);
        rows->addWidget(label, rows->rowCount(), 0);
        rows->addWidget(box, rows->rowCount() - 1, 1);
        connect(box, &QSpinBox::valueChanged, this, [this, stage](int channel) {
            ViewSettings settings = m_view.settings();
            settings.setChannel(stage, channel - 1);
            m_view.set(settings);
        });
        return box;
    };
    m_outChannel = addRow(tr("Output map"), Stage::Original,
                          tr("The map of both outputs that is looked at (Page Up, Page Down)"));
    m_midChannel = addRow(tr("Mid map"), Stage::MidBefore,
                          tr("The mid map that is looked at (Shift+Page Up, Shift+Page Down)"));
    rows->setColumnStretch(0, 1);
    m_column->addLayout(rows);
}

void Inspector::addValues()
{
    m_position = addHeading(tr("Under the cursor"));
    auto* rows = grid();
    for (const Stage stage : kStages) {
        m_names.push_back(new QLabel(this));
        m_values.push_back(number(this));
        rows->addWidget(m_names.back(), static_cast<int>(stage), 0);
        rows->addWidget(m_values.back(), static_cast<int>(stage), 1);
    }
    rows->setColumnStretch(0, 1);
    m_column->addLayout(rows);
}

void Inspector::addStatistics()
{
    m_outputMap.push_back(addHeading(tr("Output map")));
    auto* rows = grid();
    for (const QString& head : {tr("original"), tr("factorised")}) {
        auto* label = new QLabel(head, this);
        label->setAlignment(Qt::AlignRight);
        m_columnHeads.push_back(label);
        m_outputMap.push_back(label);
        rows->addWidget(label, 0, static_cast<int>(m_columnHeads.size()));
    }
    for (const Figure& figure : kFigures) {
        const int row = rows->rowCount();
        m_statistics.push_back({number(this), number(this)});
        auto* name = new QLabel(tr(figure.label), this);
        rows->addWidget(name, row, 0);
        for (QLabel* label : {name, m_statistics.back().original, m_statistics.back().factorised})
            m_outputMap.push_back(label);
        rows->addWidget(m_statistics.back().original, row, 1);
        rows->addWidget(m_statistics.back().factorised, row, 2);
    }
    rows->setColumnStretch(0, 1);
    m_column->addLayout(rows);
}

void Inspector::setBesideMaps(bool isBeside)
{
    m_isBesideMaps = isBeside;
    for (QWidget* widget : m_outputMap)
        widget->setVisible(!(m_isBesideMaps && m_view.settings().isAlone));
}

void Inspector::show(const std::shared_ptr<const BothEvaluated>& both)
{
    m_both = both;
    syncFrom(m_view.settings());
    showWarnings();
}

bool Inspector::isBusy() const
{
    return m_histogram->isBusy();
}

void Inspector::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() != QEvent::PaletteChange || !m_both)
        return;
    syncFrom(m_view.settings());
    showWarnings();
}

void Inspector::syncFrom(const ViewSettings& settings)
{
    setBesideMaps(m_isBesideMaps);
    if (!m_both)
        return;
    const QSignalBlocker out(m_outChannel);
    const QSignalBlocker mid(m_midChannel);
    const auto sync = [&](QSpinBox* box, Stage stage) {
        const auto channels = static_cast<int>(m_both->stages[stage].channels());
        box->setMaximum(std::max(1, channels));
        box->setSuffix(tr(" of %1").arg(channels));
        box->setValue(static_cast<int>(settings.channel(stage)) + 1);
    };
    sync(m_outChannel, Stage::Factorised);
    sync(m_midChannel, Stage::MidBefore);
    showCursor();
    showStatistics();
    showHistogram();
}

void Inspector::showCursor()
{
    if (!m_both)
        return;
    const ViewSettings& settings = m_view.settings();
    const auto& cursor = settings.cursor;
    m_position->setText(!cursor
                            ? tr("Under the cursor")
                            : (settings.isPinned ? tr("Pinned at x %1, y %2") : tr("At x %1, y %2"))
                                  .arg(cursor->x)
                                  .arg(cursor->y));
    for (const Stage stage : kStages) {
        const auto row = static_cast<std::size_t>(stage);
        const StageMaps& maps = m_both->stages[stage];
        const std::int64_t channel = std::clamp<std::int64_t>(
            settings.channel(stage), 0, std::max<std::int64_t>(maps.channels() - 1, 0));
        const bool isInside = maps.maps && cursor && cursor->y < maps.size().height
            && cursor->x < maps.size().width;
        m_names[row]->setText(
            tr("%1 %2").arg(shortStageTitle(stage, m_both->experiment)).arg(channel + 1));
        m_values[row]->setText(isInside ? significant(maps.at(channel, cursor->y, cursor->x), 4)
                                        : QStringLiteral("–"));
        m_values[row]->setAccessibleName(m_names[row]->text());
        setColour(m_names[row], themeOf(*this).of(stage));
    }
}

void Inspector::showStatistics()
{
    const std::int64_t channel = outputChannel(*m_both, m_view.settings());
    m_columnHeads[1]->setText(shortStageTitle(Stage::Factorised, m_both->experiment));
    setColour(m_columnHeads[0], themeOf(*this).original);
    setColour(m_columnHeads[1], themeOf(*this).factorised);
    const auto* original = statisticsAt(*m_both, Stage::Original, channel);
    const auto* factorised = statisticsAt(*m_both, Stage::Factorised, channel);
    for (std::size_t i = 0; i < m_statistics.size(); ++i) {
        const Figure& figure = kFigures[i];
        m_statistics[i].original->setText(original ? figure.text(*original) : QStringLiteral("–"));
        m_statistics[i].factorised->setText(factorised ? figure.text(*factorised)
                                                       : QStringLiteral("–"));
    }
}

void Inspector::showHistogram()
{
    const std::int64_t channel = outputChannel(*m_both, m_view.settings());
    std::vector<HistogramPlot::Source> sources;
    for (const Stage stage : {Stage::Original, Stage::Factorised}) {
        const StageMaps& maps = m_both->stages[stage];
        if (channel < maps.channels())
            sources.push_back({stage, maps.maps, channel});
    }
    ViewSettings perMap;
    perMap.outChannel = channel;
    m_histogram->show(sources,
                      mapScale(m_both->experiment, m_both->stages, Stage::Original, channel, perMap,
                               themeOf(*this))
                          .range);
}

void Inspector::showWarnings()
{
    const QStringList warnings = warningsOf(*m_both);
    m_warnings->setText(warnings.isEmpty()
                            ? tr("None.")
                            : QStringLiteral("⚠ ") + warnings.join(QStringLiteral("\n⚠ ")));
    setColour(m_warnings, warnings.isEmpty() ? themeOf(*this).mutedText : themeOf(*this).warning);
}

} // namespace factorscope
