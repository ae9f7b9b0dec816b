#include "ui/panel/branches_panel.h"

#include "ui/document/document.h"
#include "ui/panel/mid_channels.h"
#include "ui/panel/parameter_edit.h"
#include "ui/panel/parameter_rows.h"
#include "ui/text/text.h"
#include "ui/theme/theme.h"

#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

namespace factorscope {
namespace {

constexpr int kWidth = 75 * kGrid;

/// A file's name, with its middle left out where it is too long.
class FileName : public QLabel {
public:
    explicit FileName(QWidget* parent) : QLabel(parent)
    {
        setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.drawText(rect(), Qt::AlignVCenter | Qt::TextSingleLine,
                         fontMetrics().elidedText(text(), Qt::ElideMiddle, width()));
    }
};

QString pathOf(const std::shared_ptr<const WeightFile>& file)
{
    return file ? QString::fromStdString(file->path) : QString();
}

} // namespace

BranchesPanel::BranchesPanel(Document& document, QWidget* parent)
    : QWidget(parent), m_document(document), m_page(new QWidget), m_form(new QFormLayout(m_page))
{
    m_form->setContentsMargins(3 * kGrid, 2 * kGrid, 3 * kGrid, 3 * kGrid);
    m_form->setHorizontalSpacing(2 * kGrid);
    m_form->setVerticalSpacing(kGrid + kGrid / 2);
    m_form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);

    setAccessibleName(tr("Parameters"));
    addHeading(tr("Branches"));
    m_form->addRow(new MidChannels(document, Qt::Vertical, m_page));
    addGroup(ParameterGroup::Branch);
    addHeading(tr("Weights"));
    addFiles();
    addGroup(ParameterGroup::Weights);
    addKernelEdit();
    addHeading(tr("Input"));
    addGroup(ParameterGroup::Input);
    addHeading(tr("Compute"));
    addGroup(ParameterGroup::Compute);

    auto* scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setAccessibleName(tr("Parameters"));
    scroll->verticalScrollBar()->setAccessibleName(tr("Parameters, scroll bar"));
    scroll->setWidget(m_page);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(scroll);
    setMinimumWidth(m_page->minimumSizeHint().width()
                    + scroll->verticalScrollBar()->sizeHint().width());

    connect(&document, &Document::changed, this, &BranchesPanel::syncFrom);
    syncFrom(document.experiment());
}

QSize BranchesPanel::sizeHint() const
{
    return {std::max(kWidth, minimumWidth()), QWidget::sizeHint().height()};
}

void BranchesPanel::addHeading(const QString& text)
{
    auto* heading = new QLabel(text, m_page);
    keepSized(*heading, TextSize::Body, QFont::DemiBold);
    heading->setContentsMargins(0, m_form->rowCount() > 0 ? 3 * kGrid : 0, 0, 0);
    m_form->addRow(heading);
}

void BranchesPanel::addGroup(ParameterGroup group)
{
    for (const ExperimentParameter& parameter : experimentParameters()) {
        if (parameter.group == group && parameter.id != "mid-channels")
            addRow(parameter);
    }
}

void BranchesPanel::addRow(const ExperimentParameter& parameter)
{
    auto* edit = new ParameterEdit(m_document, parameter, this);
    const ParameterControl control = makeControl(*edit, m_page);
    if (control.namesItself) {
        m_form->setWidget(m_form->rowCount(), QFormLayout::FieldRole, control.widget);
    } else {
        auto* label = new QLabel(typographic(translated(parameter.label)), m_page);
        label->setToolTip(control.focus->toolTip());
        label->setBuddy(control.focus);
        m_form->addRow(label, control.widget);
    }
    m_rows.push_back({&parameter, control});
}

void BranchesPanel::addFiles()
{
    m_originalFile = new FileName(m_page);
    m_factorisedFile = new FileName(m_page);
    m_useSeeded = new QPushButton(tr("Use seeded weights"), m_page);
    m_useSeeded->setToolTip(tr("lets go of the weight files"));
    m_form->addRow(tr("5×5 from"), m_originalFile);
    m_form->addRow(tr("other from"), m_factorisedFile);
    m_form->setWidget(m_form->rowCount(), QFormLayout::FieldRole, m_useSeeded);
    connect(m_useSeeded, &QPushButton::clicked, this, &BranchesPanel::dropFiles);
}

void BranchesPanel::addKernelEdit()
{
    m_editKernel = new QPushButton(tr("Edit kernel…"), m_page);
    m_editKernel->setToolTip(tr("opens the painted kernel on the page Represent of the kernels"));
    m_form->setWidget(m_form->rowCount(), QFormLayout::FieldRole, m_editKernel);
    connect(m_editKernel, &QPushButton::clicked, this, &BranchesPanel::kernelEditWanted);
}

void BranchesPanel::syncFrom(const Experiment& experiment)
{
    for (const Row& row : m_rows) {
        row.control.show(row.parameter->get(experiment));
        m_form->setRowVisible(row.control.widget, isShown(*row.parameter, experiment));
        const bool isFree = !isFixed(*row.parameter, experiment);
        row.control.widget->setEnabled(isFree);
        if (QWidget* label = m_form->labelForField(row.control.widget))
            label->setEnabled(isFree);
    }
    m_form->setRowVisible(m_editKernel, experiment.kernels == HandMade::Painted);
    syncFiles(experiment);
}

void BranchesPanel::syncFiles(const Experiment& experiment)
{
    const auto show = [this](QLabel* label, const QString& path) {
        label->setText(QFileInfo(path).fileName());
        label->setToolTip(path);
        m_form->setRowVisible(label, !path.isEmpty());
    };
    show(m_originalFile, pathOf(experiment.originalWeightFile));
    show(m_factorisedFile, pathOf(experiment.weightFile));
    m_form->setRowVisible(m_useSeeded, experiment.weightFile || experiment.originalWeightFile);
}

void BranchesPanel::dropFiles()
{
    Experiment experiment = m_document.experiment();
    experiment.weightFile = nullptr;
    experiment.originalWeightFile = nullptr;
    fitBank(experiment);
    m_document.replace(std::move(experiment), tr("weights"));
}

} // namespace factorscope
