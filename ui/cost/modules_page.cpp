#include "ui/cost/modules_page.h"

#include "ui/cost/alpha_view.h"
#include "ui/cost/network_text.h"
#include "ui/theme/choice_button.h"

#include <QBoxLayout>
#include <QButtonGroup>
#include <QLabel>

namespace factorscope {

QString alphaTitle(MidRule rule)
{
    return ModulesPage::tr("Weights and MACs of two 3×3 to those of the original 5×5, C_mid = %1. "
                           "The article’s −28 % is the point α = 1 with C_mid = C_out.")
        .arg(midRuleTitle(rule));
}

ModulesPage::ModulesPage(ViewState& view, QWidget* parent)
    : QWidget(parent), m_view(view), m_rules(new QButtonGroup(this)), m_chart(new AlphaView(this)),
      m_words(new QLabel(this))
{
    setAccessibleName(tr("Modules"));
    m_words->setWordWrap(true);
    m_words->setTextFormat(Qt::PlainText);
    m_words->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_words->setAccessibleName(tr("The branch that is looked at"));
    constexpr int kLines = 4;
    m_words->setMinimumHeight(kLines * m_words->fontMetrics().lineSpacing()); // nothing moves
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(3 * kGrid);
    rows->addWidget(toolRow());
    rows->addWidget(m_chart, 1);
    rows->addWidget(m_words);
    connect(m_chart, &AlphaView::currentChanged, this, &ModulesPage::showWords);
    connect(m_chart, &AlphaView::picked, this, &ModulesPage::presetPicked);
    connect(&m_view, &ViewState::changed, this, [this] {
        if (m_shown != m_view.settings().cost.midRule)
            redraw();
    });
}

QWidget* ModulesPage::toolRow()
{
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    auto* label = new QLabel(tr("C_mid ="), box);
    label->setContentsMargins(0, 0, 2 * kGrid, 0);
    row->addWidget(label);
    for (const MidRule rule : kMidRules) {
        auto* button = new ChoiceButton(midRuleTitle(rule),
                                        tr("C_mid of every branch by this rule, rounded"), box);
        button->setAccessibleName(tr("C_mid by %1").arg(midRuleTitle(rule)));
        m_rules->addButton(button, static_cast<int>(rule));
        row->addWidget(button);
    }
    connect(m_rules, &QButtonGroup::idClicked, this, [this](int id) {
        ViewSettings settings = m_view.settings();
        settings.cost.midRule = static_cast<MidRule>(id);
        settings.cost.moduleMids.clear();
        m_view.set(settings);
    });
    row->addStretch();
    return box;
}

void ModulesPage::show(const CostQuestion& question)
{
    m_question = question;
    redraw();
}

void ModulesPage::redraw()
{
    const MidRule rule = m_view.settings().cost.midRule;
    m_shown = rule;
    m_rules->button(static_cast<int>(rule))->setChecked(true);
    m_chart->show(alphaPlot(rule, m_question));
    showWords();
}

void ModulesPage::showWords()
{
    const AlphaPlot& plot = m_chart->plot();
    QStringList lines{plot.ownWords};
    lines << (m_chart->current() ? branchInWords(plot.branches[*m_chart->current()])
                                 : alphaTitle(plot.rule));
    m_words->setText(lines.join(u'\n'));
}

} // namespace factorscope
