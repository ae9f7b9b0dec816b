#include "ui/module/module_view.h"

#include "ui/module/module_diagram_widget.h"
#include "ui/module/module_words.h"
#include "ui/theme/theme.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QEvent>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>

namespace factorscope {
namespace {

QLabel* wrapped(QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

QString idOf(const InceptionModule& module)
{
    return QString::fromUtf8(module.id.data(), qsizetype(module.id.size()));
}

} // namespace

ModuleView::ModuleView(ViewState& view, QWidget* parent)
    : QWidget(parent), m_view(view), m_modules(new QComboBox(this)),
      m_load(new QPushButton(tr("Load its channels"), this)), m_verdict(wrapped(this)),
      m_diagram(new ModuleDiagramWidget(this)), m_chosen(wrapped(this))
{
    setAccessibleName(tr("Module"));
    m_chosen->setAccessibleName(tr("The chosen step"));
    m_verdict->setAccessibleName(tr("What changes in the module"));
    auto* rows = new QVBoxLayout(this);
    rows->setSpacing(3 * kGrid);
    rows->addWidget(toolRow());
    rows->addWidget(m_verdict);
    rows->addWidget(m_diagram, 1);
    rows->addWidget(m_chosen);
    connect(m_diagram, &ModuleDiagramWidget::chose, this, &ModuleView::showChosen);
    connect(&m_view, &ViewState::changed, this, &ModuleView::redraw);
    dress();
}

QWidget* ModuleView::toolRow()
{
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2 * kGrid);
    auto* label = new QLabel(tr("&Module"), box);
    label->setBuddy(m_modules);
    m_modules->setAccessibleName(tr("Module"));
    m_modules->addItem(tr("That of this branch"), QString());
    for (const InceptionModule& module : inceptionModules())
        m_modules->addItem(QString::fromUtf8(module.label.data(), qsizetype(module.label.size())),
                           idOf(module));
    connect(m_modules, &QComboBox::activated, this, [this](int index) {
        ViewSettings settings = m_view.settings();
        const std::string id = m_modules->itemData(index).toString().toStdString();
        settings.module = findInceptionModule(id);
        m_view.set(settings);
    });
    m_load->setToolTip(tr("Takes the channels and the size of the module's 5×5 branch"));
    connect(m_load, &QPushButton::clicked, this, [this] { emit presetPicked(idOf(module())); });
    for (QWidget* widget : std::initializer_list<QWidget*>{label, m_modules, m_load})
        row->addWidget(widget);
    row->addStretch();
    return box;
}

const InceptionModule& ModuleView::module() const
{
    const InceptionModule* chosen = m_view.settings().module;
    return chosen ? *chosen : inceptionModuleOf(*m_experiment);
}

void ModuleView::show(const Experiment& experiment)
{
    m_experiment = experiment;
    redraw();
}

void ModuleView::redraw()
{
    if (!m_experiment)
        return;
    const QSignalBlocker blocker(m_modules);
    const InceptionModule* wanted = m_view.settings().module;
    m_modules->setCurrentIndex(wanted ? m_modules->findData(idOf(*wanted)) : 0);
    const Result<ModuleComparison> comparison = moduleComparison(*m_experiment, module());
    if (!comparison) // the window says why; what was shown stays
        return;
    m_shown = *comparison;
    m_load->setEnabled(!m_shown->hasItsEnds);
    m_verdict->setText(moduleTitle(*m_shown) + QStringLiteral(" · ") + moduleVerdict(*m_shown));
    m_diagram->show(*m_shown);
    showChosen();
}

void ModuleView::showChosen()
{
    if (m_shown)
        m_chosen->setText(stepInWords(*m_shown, m_diagram->chosen()));
}

void ModuleView::dress()
{
    m_verdict->setFont(sized(font(), TextSize::Body));
    QPalette muted = palette();
    muted.setColor(QPalette::WindowText, themeOf(*this).mutedText);
    m_chosen->setPalette(muted);
}

void ModuleView::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        dress();
}

} // namespace factorscope
