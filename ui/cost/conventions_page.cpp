#include "ui/cost/conventions_page.h"

#include "core/cost/convention.h"
#include "ui/cost/convention_text.h"
#include "ui/cost/text_table_widget.h"
#include "ui/text/text.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QEvent>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>

#include <algorithm>

namespace factorscope {
namespace {

QString textOf(std::string_view text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

QLabel* labelFor(const QString& words, QWidget* control)
{
    auto* label = new QLabel(words, control->parentWidget());
    label->setBuddy(control);
    return label;
}

} // namespace

ConventionsPage::ConventionsPage(ViewState& view, QWidget* parent)
    : QWidget(parent), m_view(view), m_tools(new QComboBox(this)), m_number(new QLineEdit(this)),
      m_others(new QComboBox(this)), m_words(new QLabel(this)),
      m_rules(new TextTableWidget(tr("What every rule of counting makes of both branches"), this)),
      m_difference(new TextTableWidget(tr("Where the two rules part"), this))
{
    setAccessibleName(tr("Conventions"));
    m_words->setWordWrap(true);
    m_words->setTextFormat(Qt::PlainText);
    m_words->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_words->setAccessibleName(tr("Which rule gives the number"));
    m_rules->setToolTip(tr("Click a rule, or press Enter, to make it A"));
    m_difference->setToolTip(tr("How often A and B count each thing, and what comes of it"));
    m_difference->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_difference->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(3 * kGrid);
    rows->addWidget(toolRow());
    rows->addWidget(m_words);
    rows->addWidget(m_difference);
    rows->addWidget(m_rules, 1);
    connect(m_rules, &TextTableWidget::rowPicked, this, [this](int row) {
        CostLook look = m_view.settings().cost;
        look.rule = countRules()[static_cast<std::size_t>(row)].id;
        look.number.clear();
        change(look);
    });
    connect(&m_view, &ViewState::changed, this, [this] {
        if (m_shown != m_view.settings().cost)
            redraw();
    });
}

QWidget* ConventionsPage::toolRow()
{
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2 * kGrid);
    m_tools->setAccessibleName(tr("Tool that counts"));
    m_tools->setToolTip(tr("The rule of this tool becomes A"));
    m_tools->addItem(tr("choose"), QString());
    for (const CountingConvention& convention : countingConventions()) {
        if (convention.id != "weights") // a rule of the command line, no tool
            m_tools->addItem(textOf(convention.id), textOf(ruleOf(convention).id));
    }
    connect(m_tools, &QComboBox::activated, this, [this](int index) {
        CostLook look = m_view.settings().cost;
        if (index > 0)
            look.rule = m_tools->itemData(index).toString().toStdString();
        look.number.clear();
        change(look);
    });
    m_number->setAccessibleName(tr("Number that a tool printed"));
    m_number->setPlaceholderText(tr("80.3 M"));
    m_number->setToolTip(tr("What a tool printed, such as 80,331,776 or 160.6 MFLOPs: says which "
                            "rule gives it, of which branch or layer"));
    m_number->setClearButtonEnabled(true);
    for (QToolButton* clear : m_number->findChildren<QToolButton*>()) {
        clear->setAccessibleName(tr("Clear the number"));
        clear->setToolTip(tr("Clears the number"));
    }
    m_number->setMaximumWidth(50 * kGrid);
    connect(m_number, &QLineEdit::textEdited, this, &ConventionsPage::takeNumber);
    m_others->setAccessibleName(tr("Rule to compare with"));
    m_others->setToolTip(tr("The rule that A is compared with, B"));
    m_others->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_others->setMinimumContentsLength(12);
    for (const CountRule& rule : countRules())
        m_others->addItem(ruleTitle(rule), textOf(rule.id));
    connect(m_others, &QComboBox::activated, this, [this](int index) {
        CostLook look = m_view.settings().cost;
        look.otherRule = m_others->itemData(index).toString().toStdString();
        change(look);
    });
    row->addWidget(labelFor(tr("A: &tool"), m_tools));
    row->addWidget(m_tools);
    row->addWidget(labelFor(tr("or its &number"), m_number));
    row->addWidget(m_number, 1);
    row->addSpacing(2 * kGrid);
    row->addWidget(labelFor(tr("&B:"), m_others));
    row->addWidget(m_others, 2);
    return box;
}

void ConventionsPage::change(const CostLook& look)
{
    ViewSettings settings = m_view.settings();
    settings.cost = look;
    m_view.set(settings);
    redraw(); // a text that is no number may stand there
}

/// What is no number is said; the settings keep what can be shown.
void ConventionsPage::takeNumber(const QString& text)
{
    CostLook look = m_view.settings().cost;
    look.number = text.trimmed().toStdString();
    if (!look.number.empty()) {
        if (const Result<PrintedNumber> number = printedNumber(look.number); !number) {
            refuse(number.error());
            return;
        }
    }
    change(look);
}

void ConventionsPage::refuse(const Error& error)
{
    m_words->setText(sentence(error));
    QPalette own = palette();
    own.setColor(QPalette::WindowText, themeOf(*this).warning);
    m_words->setPalette(own);
}

void ConventionsPage::show(const CostQuestion& question)
{
    m_question = question;
    redraw();
}

void ConventionsPage::redraw()
{
    if (!m_question)
        return;
    const CostLook& look = m_view.settings().cost;
    m_shown = look;
    const Result<ConventionAnswer> answer = conventionAnswer(*m_question, look);
    if (!answer) {
        refuse(answer.error());
        return;
    }
    if (m_number->text().trimmed().toStdString() != look.number)
        m_number->setText(QString::fromStdString(look.number));
    m_others->setCurrentIndex(m_others->findData(textOf(answer->other->id)));
    const QString rule = textOf(answer->rule->id);
    if (m_tools->currentData().toString() != rule) // several tools may share it
        m_tools->setCurrentIndex(std::max(0, m_tools->findData(rule)));
    m_words->setPalette(palette());
    m_words->setText(conventionWords(*answer).join(u'\n'));
    const Theme& theme = themeOf(*this);
    m_rules->show(ruleTable(*answer, theme));
    m_difference->show(ruleDifference(*answer, theme));
    layOut();
}

void ConventionsPage::layOut()
{
    m_difference->setFixedHeight(m_difference->heightOfAllRows() + kGrid);
}

void ConventionsPage::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        redraw();
}

void ConventionsPage::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    layOut();
}

} // namespace factorscope
