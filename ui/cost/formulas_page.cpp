#include "ui/cost/formulas_page.h"

#include "ui/cost/formula_layout.h"

#include <QApplication>
#include <QBoxLayout>
#include <QClipboard>
#include <QEvent>
#include <QLabel>
#include <QListWidget>
#include <QPainter>
#include <QPushButton>
#include <QShortcut>
#include <QStyledItemDelegate>

#include <cmath>

namespace factorscope {
namespace {

constexpr int kPadding = 2 * kGrid;

/// Draws a formula as an item of the list, which says it as text.
class FormulaDelegate : public QStyledItemDelegate {
public:
    FormulaDelegate(const std::vector<Formula>& formulas, QListWidget& list)
        : QStyledItemDelegate(&list), m_formulas(formulas), m_list(list)
    {}

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const override
    {
        const double height = formulaHeight(of(index), m_list.font());
        return {10, static_cast<int>(std::ceil(height)) + 2 * kPadding};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        const Theme& theme = themeOf(m_list);
        QStyleOptionViewItem own = option;
        initStyleOption(&own, index);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if (own.state & QStyle::State_Selected) {
            // The formula keeps its colours, so the chosen one is told by a mark beside it.
            painter->fillRect(own.rect, theme.surface);
            painter->fillRect(QRect(own.rect.topLeft(), QSize(kGrid, own.rect.height())),
                              theme.accent);
        }
        paintFormula(*painter,
                     QRectF(own.rect).adjusted(3 * kPadding / 2, kPadding, -kPadding, -kPadding),
                     of(index), m_list.font(), theme);
        painter->restore();
    }

private:
    const Formula& of(const QModelIndex& index) const
    {
        return m_formulas[static_cast<std::size_t>(index.row())];
    }

    const std::vector<Formula>& m_formulas;
    QListWidget& m_list;
};

} // namespace

std::vector<Formula> formulasOf(const CostQuestion& question)
{
    const Experiment& experiment = question.experiment;
    Result<std::vector<Formula>> all
        = formulas({.original = branchOptions(experiment, BranchKind::Original),
                    .kind = experiment.factorised,
                    .factorised = branchOptions(experiment, experiment.factorised),
                    .size = question.size});
    return all ? *std::move(all) : std::vector<Formula>();
}

FormulasPage::FormulasPage(QWidget* parent)
    : QWidget(parent), m_words(new QLabel(this)), m_list(new QListWidget(this)),
      m_copyText(new QPushButton(tr("Copy as &text"), this)),
      m_copyLatex(new QPushButton(tr("Copy as &LaTeX"), this))
{
    setAccessibleName(tr("Formulas"));
    m_list->setAccessibleName(tr("Formulas with the numbers put in"));
    m_list->setItemDelegate(new FormulaDelegate(m_formulas, *m_list));
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setToolTip(tr("Choose formulas to copy; Ctrl+C copies them as text"));
    m_list->viewport()->setBackgroundRole(QPalette::Window); // no box in the window
    m_words->setWordWrap(true);
    m_words->setTextFormat(Qt::PlainText);
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(3 * kGrid);
    rows->addWidget(toolRow());
    rows->addWidget(m_list, 1);
    auto* copyKey
        = new QShortcut(QKeySequence::Copy, this, nullptr, nullptr, Qt::WidgetWithChildrenShortcut);
    connect(copyKey, &QShortcut::activated, this, [this] { copy(FormulaStyle::Text); });
}

QWidget* FormulasPage::toolRow()
{
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2 * kGrid);
    m_copyText->setToolTip(tr("The chosen formulas, or all, as plain text"));
    m_copyLatex->setToolTip(tr("The chosen formulas, or all, as LaTeX, a line each"));
    connect(m_copyText, &QPushButton::clicked, this, [this] { copy(FormulaStyle::Text); });
    connect(m_copyLatex, &QPushButton::clicked, this, [this] { copy(FormulaStyle::Latex); });
    row->addWidget(m_words, 1);
    row->addWidget(m_copyText, 0, Qt::AlignTop);
    row->addWidget(m_copyLatex, 0, Qt::AlignTop);
    return box;
}

void FormulasPage::show(const CostQuestion& question)
{
    std::vector<Formula> all = formulasOf(question);
    if (all.empty()) // the window says why; what was shown stays
        return;
    m_formulas = std::move(all);
    m_words->setText(assumptionText(question.experiment));
    fill();
}

/// In place, so that what is chosen stays so.
void FormulasPage::fill()
{
    const int count = static_cast<int>(m_formulas.size());
    while (m_list->count() > count)
        delete m_list->takeItem(m_list->count() - 1);
    while (m_list->count() < count)
        m_list->addItem(QString());
    for (int i = 0; i < count; ++i) {
        const std::string text = formulaText(m_formulas[static_cast<std::size_t>(i)]);
        m_list->item(i)->setText(QString::fromStdString(text));
    }
    m_list->doItemsLayout();
}

void FormulasPage::copy(FormulaStyle style)
{
    QStringList lines;
    for (int i = 0; i < m_list->count(); ++i) {
        if (!m_list->selectedItems().isEmpty() && !m_list->item(i)->isSelected())
            continue;
        const Formula& formula = m_formulas[static_cast<std::size_t>(i)];
        lines << QString::fromStdString(style == FormulaStyle::Latex ? formulaLatex(formula)
                                                                     : formulaText(formula));
    }
    QApplication::clipboard()->setText(lines.join(u'\n'));
}

void FormulasPage::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        m_list->doItemsLayout();
}

} // namespace factorscope
