#include "ui/cost/network_page.h"

#include "ui/cost/network_text.h"
#include "ui/cost/text_table_widget.h"
#include "ui/panel/number_box.h"
#include "ui/text/text.h"
#include "ui/theme/choice_button.h"

#include <QBoxLayout>
#include <QButtonGroup>
#include <QEvent>
#include <QLabel>
#include <QSignalBlocker>

#include <algorithm>

namespace factorscope {
namespace {

constexpr qint64 kMostMid = 65'536; // as of networkCost()

QString nameOf(std::string_view name)
{
    return QString::fromUtf8(name.data(), qsizetype(name.size()));
}

QWidget* withLabel(const QString& words, QWidget* choices)
{
    auto* box = new QWidget(choices->parentWidget());
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2 * kGrid);
    row->addWidget(new QLabel(words, box));
    row->addWidget(choices);
    return box;
}

} // namespace

NetworkPage::NetworkPage(ViewState& view, QWidget* parent)
    : QWidget(parent), m_view(view), m_networks(new QButtonGroup(this)),
      m_rules(new QButtonGroup(this)), m_words(new QLabel(this)),
      m_table(new TextTableWidget(tr("Costs of every module"), this))
{
    setAccessibleName(tr("Network"));
    m_words->setWordWrap(true);
    m_words->setTextFormat(Qt::PlainText);
    m_words->setAccessibleName(tr("What changes in the network"));
    m_table->setToolTip(tr("Click a module, or press Enter, to load its channels and size.\n"
                           "ratio = 9·C_mid·(C_in + C_out) / (25·C_in·C_out)\n"
                           "parity C_mid = 25·C_in·C_out / (9·(C_in + C_out))"));
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(3 * kGrid);
    rows->addWidget(toolRow());
    rows->addWidget(m_words);
    rows->addWidget(m_table, 1);
    connect(m_table, &TextTableWidget::rowPicked, this, [this](int row) {
        if (const Preset* preset = presetOfRow(*m_view.settings().cost.network, row))
            emit presetPicked(nameOf(preset->id));
    });
    connect(&m_view, &ViewState::changed, this, &NetworkPage::redraw);
    redraw();
}

QWidget* NetworkPage::toolRow()
{
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4 * kGrid);
    auto* choices = new QWidget(box);
    auto* beside = new QHBoxLayout(choices);
    beside->setContentsMargins(0, 0, 0, 0);
    beside->setSpacing(0);
    for (std::size_t i = 0; i < networks().size(); ++i) {
        auto* button = new ChoiceButton(nameOf(networks()[i].label),
                                        tr("The modules of this network"), choices);
        m_networks->addButton(button, static_cast<int>(i));
        beside->addWidget(button);
    }
    auto* rules = new QWidget(box);
    auto* ruleRow = new QHBoxLayout(rules);
    ruleRow->setContentsMargins(0, 0, 0, 0);
    ruleRow->setSpacing(0);
    for (const MidRule rule : kMidRules) {
        auto* button = new ChoiceButton(midRuleTitle(rule),
                                        tr("C_mid of every module by this rule, rounded"), rules);
        button->setAccessibleName(tr("C_mid by %1").arg(midRuleTitle(rule)));
        m_rules->addButton(button, static_cast<int>(rule));
        ruleRow->addWidget(button);
    }
    connect(m_networks, &QButtonGroup::idClicked, this, [this](int id) {
        CostLook look = m_view.settings().cost;
        look.network = &networks()[static_cast<std::size_t>(id)];
        look.moduleMids.clear();
        change(look);
    });
    connect(m_rules, &QButtonGroup::idClicked, this, [this](int id) {
        CostLook look = m_view.settings().cost;
        look.midRule = static_cast<MidRule>(id);
        look.moduleMids.clear();
        change(look);
    });
    row->addWidget(choices);
    row->addWidget(withLabel(tr("C_mid ="), rules));
    row->addStretch();
    return box;
}

void NetworkPage::change(const CostLook& look)
{
    ViewSettings settings = m_view.settings();
    settings.cost = look;
    m_view.set(settings);
}

void NetworkPage::setMid(int row, std::int64_t midChannels)
{
    CostLook look = m_view.settings().cost;
    const std::string module = modulesOf(*look.network)[static_cast<std::size_t>(row)].name;
    std::erase_if(look.moduleMids, [&](const ModuleMid& mid) { return mid.module == module; });
    if (midChannelsOf(*look.network, look.midRule, look.moduleMids)[static_cast<std::size_t>(row)]
        != midChannels)
        look.moduleMids.push_back({module, midChannels});
    change(look);
}

void NetworkPage::show(const CostQuestion& question)
{
    m_question = question;
    markOwnRow();
}

void NetworkPage::redraw()
{
    const CostLook& look = m_view.settings().cost;
    if (m_shown == look)
        return;
    m_shown = look;
    m_networks->button(static_cast<int>(look.network - networks().data()))->setChecked(true);
    m_rules->button(static_cast<int>(look.midRule))->setChecked(true);
    const NetworkCost network = networkOf(look);
    m_words->setText(networkInWords(network, look));
    TextTable table = networkTextTable(network, themeOf(*this));
    for (std::size_t i = 0; i < network.modules.size(); ++i)
        table.rows[i].cells[kNetworkMidColumn].text.clear(); // the box says it
    m_table->show(table);
    provideBoxes();
    for (std::size_t i = 0; i < m_boxes.size(); ++i) {
        const QSignalBlocker blocker(m_boxes[i]);
        m_boxes[i]->setValue(network.modules[i].midChannels);
        m_boxes[i]->setAccessibleName(
            tr("C_mid of %1").arg(QString::fromStdString(network.modules[i].module.name)));
    }
    markOwnRow();
}

/// A box for each module; those that stay are kept, with the focus.
void NetworkPage::provideBoxes()
{
    const int modules = m_table->rowCount() - 1;
    while (std::ssize(m_boxes) > modules) {
        m_table->removeCellWidget(static_cast<int>(m_boxes.size()) - 1, kNetworkMidColumn);
        m_boxes.pop_back();
    }
    m_table->removeCellWidget(modules, kNetworkMidColumn);
    while (std::ssize(m_boxes) < modules) {
        const int row = static_cast<int>(m_boxes.size());
        auto* box = new WholeNumberBox(m_table);
        box->setRange(1, kMostMid);
        box->setAlignment(Qt::AlignRight);
        box->setToolTip(tr("C_mid of this module alone"));
        connect(box, &WholeNumberBox::valueChanged, this,
                [this, row](qint64 value) { setMid(row, value); });
        m_table->setCellWidget(row, kNetworkMidColumn, box);
        m_table->setColumnWidth(kNetworkMidColumn, box->sizeHint().width());
        m_boxes.push_back(box);
    }
}

/// The module that the experiment is, if it is one.
void NetworkPage::markOwnRow()
{
    if (!m_question)
        return;
    const auto presets = presetsOf(*m_view.settings().cost.network);
    const auto own = std::ranges::find_if(presets, [&](const Preset* preset) {
        return preset->inChannels == m_question->experiment.inChannels
            && preset->outChannels == m_question->experiment.outChannels
            && m_question->size == Extent{preset->size, preset->size};
    });
    // Equal modules follow each other: the one that was picked stays.
    const Preset* current = presetOfRow(*m_view.settings().cost.network, m_table->currentRow());
    const bool isCurrent = current && own != presets.end()
        && current->inChannels == (*own)->inChannels && current->outChannels == (*own)->outChannels
        && current->size == (*own)->size;
    if (isCurrent)
        return;
    if (own == presets.end())
        m_table->clearSelection();
    else
        m_table->selectRow(static_cast<int>(own - presets.begin()));
}

void NetworkPage::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        m_shown.reset();
        redraw();
    }
}

} // namespace factorscope
