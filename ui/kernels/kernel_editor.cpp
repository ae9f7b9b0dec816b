#include "ui/kernels/kernel_editor.h"

#include "core/weights/kernel_text.h"
#include "ui/kernels/kernel_canvas.h"
#include "ui/panel/number_box.h"
#include "ui/text/text.h"
#include "ui/theme/choice_button.h"
#include "ui/theme/theme.h"

#include <QBoxLayout>
#include <QLabel>
#include <QSignalBlocker>

namespace factorscope {

KernelEditor::KernelEditor(std::function<int()> newGesture, QWidget* parent)
    : QWidget(parent), m_canvas(new KernelCanvas(std::move(newGesture), this)),
      m_tools(new QWidget(this)), m_box(new RealNumberBox(m_tools))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(kGrid);
    column->addWidget(m_canvas, 1);
    m_tools->setAccessibleName(tr("Brush"));
    auto* row = new QHBoxLayout(m_tools);
    row->setContentsMargins(kGrid, 0, kGrid, 0);
    row->setSpacing(kGrid);
    auto* label = new QLabel(tr("&Brush"), m_tools);
    label->setBuddy(m_box);
    row->addWidget(label);
    for (const double value : {-1.0, -0.5, 0.0, 0.5, 1.0}) {
        const QString text = significant(value, 2);
        auto* button = new ChoiceButton(text, tr("Paint cells with %1").arg(text), m_tools);
        button->setAccessibleName(tr("Brush %1").arg(text));
        connect(button, &QAbstractButton::clicked, this, [this, value] { setBrush(value); });
        row->addWidget(button);
        m_buttons.push_back({value, button});
    }
    m_box->setRange(-kMostTap, kMostTap);
    m_box->setSingleStep(0.1);
    m_box->setAccessibleName(tr("Brush value"));
    m_box->setToolTip(
        tr("The value that painting puts into a cell; Space puts it into the current one"));
    m_box->setFixedWidth(m_box->fontMetrics().horizontalAdvance(QStringLiteral("−0.123456"))
                         + 8 * kGrid);
    row->addWidget(m_box);
    row->addStretch();
    column->addWidget(m_tools);
    connect(m_box, &QDoubleSpinBox::valueChanged, this, &KernelEditor::setBrush);
    connect(m_canvas, &KernelCanvas::edited, this, &KernelEditor::edited);
    connect(m_canvas, &KernelCanvas::refused, this, &KernelEditor::refused);
    setFocusProxy(m_canvas);
    setBrush(m_brush);
}

void KernelEditor::setKernel(const Kernel5x5& kernel)
{
    m_canvas->setKernel(kernel);
}

const Kernel5x5& KernelEditor::kernel() const
{
    return m_canvas->kernel();
}

void KernelEditor::setBrush(double value)
{
    m_brush = value;
    m_canvas->setBrush(value);
    for (const BrushButton& brush : m_buttons)
        brush.button->setChecked(brush.value == value);
    const QSignalBlocker blocker(m_box);
    m_box->setValue(value);
}

} // namespace factorscope
