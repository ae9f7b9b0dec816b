#include "ui/panel/mid_channels.h"

#include "ui/cost/cost_words.h"
#include "ui/cost/warning_sign.h"
#include "ui/document/document.h"
#include "ui/panel/marked_slider.h"
#include "ui/panel/number_box.h"
#include "ui/panel/parameter_control.h"
#include "ui/panel/parameter_rows.h"
#include "ui/text/text.h"
#include "ui/theme/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QSignalBlocker>

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

class WarningSign : public QWidget {
public:
    using QWidget::QWidget;
    QSize sizeHint() const override { return {fontMetrics().height(), fontMetrics().height()}; }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        const int side = fontMetrics().height();
        drawWarningSign(painter, QRectF(0, 0, side, side), themeOf(*this).warning);
    }
};

/// The slider ends where the bank does.
std::int64_t endOf(const Experiment& experiment)
{
    constexpr std::int64_t kMost = 65536;
    const std::int64_t bank
        = experiment.midBank > 0 ? experiment.midBank : sliderMidChannels(experiment);
    return std::min(std::max(bank, experiment.midChannels), kMost);
}

SliderMark sliderMark(const MidMark& mark)
{
    const QString number = fixed(mark.value, mark.value == std::floor(mark.value) ? 0 : 1);
    SliderMark result{.value = mark.value,
                      .target = static_cast<int>(std::lround(mark.value)),
                      .label = mark.label,
                      .shortLabel = mark.label,
                      .help = MidChannels::tr("%1 = %2").arg(mark.label, number)};
    if (mark.kind == MidMarkKind::GeometricMean)
        result.shortLabel = QStringLiteral("√");
    if (mark.kind == MidMarkKind::Parity) {
        result.target = static_cast<int>(std::floor(mark.value)); // the last that is not dearer
        result.label = MidChannels::tr("%1 %2").arg(mark.label, number);
        result.help
            = MidChannels::tr("here two 3×3 cost as much as the 5×5: C_mid = %1").arg(number);
        result.isTurn = true;
    }
    return result;
}

} // namespace

MidChannels::MidChannels(Document& document, Qt::Orientation orientation, QWidget* parent)
    : QWidget(parent), m_edit(new ParameterEdit(document, *findParameter("mid-channels"), this)),
      m_slider(new MarkedSlider(this)), m_box(new WholeNumberBox(this)),
      m_sign(new WarningSign(this)), m_words(new QLabel(this))
{
    const QString label = typographic(translated(m_edit->parameter().label));
    auto* name = new QLabel(label, this);
    keepSized(*name, TextSize::Title);
    name->setBuddy(m_slider);
    for (QWidget* control : {static_cast<QWidget*>(m_slider), static_cast<QWidget*>(m_box)}) {
        control->setAccessibleName(label);
        control->setToolTip(helpFor(m_edit->parameter()));
    }
    name->setToolTip(m_slider->toolTip());
    m_slider->setOfFactorised(true);
    ignoreWheelWithoutFocus(m_box);
    layOut(*name, orientation);
    setTabOrder(m_slider, m_box);

    connect(m_slider, &MarkedSlider::sliderPressed, m_edit, &ParameterEdit::begin);
    connect(m_slider, &MarkedSlider::sliderReleased, m_edit, &ParameterEdit::end);
    connect(m_slider, &MarkedSlider::valueChanged, m_edit,
            [this](int value) { m_edit->set(std::int64_t{value}); });
    connect(m_box, &WholeNumberBox::valueChanged, m_edit,
            [this](qint64 value) { m_edit->set(std::int64_t{value}); });
    connect(&document, &Document::changed, this, &MidChannels::syncFrom);
    syncFrom(document.experiment());
    setFocusProxy(m_slider);
}

void MidChannels::layOut(QLabel& name, Qt::Orientation orientation)
{
    const bool isRow = orientation == Qt::Horizontal;
    m_words->setWordWrap(!isRow);
    auto* words = new QHBoxLayout;
    words->setSpacing(kGrid);
    words->addWidget(m_sign, 0, isRow ? Qt::AlignVCenter : Qt::AlignTop);
    words->addWidget(m_words, 1);
    if (isRow) {
        m_slider->setLabelRows(1);
        auto* row = new QHBoxLayout(this);
        row->setContentsMargins(3 * kGrid, kGrid, 3 * kGrid, kGrid);
        row->setSpacing(3 * kGrid);
        row->addWidget(&name);
        row->addWidget(m_box);
        row->addWidget(m_slider, 1);
        row->addLayout(words);
        return;
    }
    auto* top = new QHBoxLayout;
    top->addWidget(&name, 1);
    top->addWidget(m_box);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, kGrid);
    layout->setSpacing(kGrid);
    layout->addLayout(top);
    layout->addWidget(m_slider);
    layout->addLayout(words);
}

void MidChannels::syncFrom(const Experiment& experiment)
{
    const QSignalBlocker sliderBlocker(m_slider);
    const QSignalBlocker boxBlocker(m_box);
    const std::int64_t end = endOf(experiment);
    m_slider->setRange(1, static_cast<int>(end));
    m_slider->setValue(static_cast<int>(experiment.midChannels));
    m_box->setRange(1, end);
    m_box->setValue(experiment.midChannels);
    std::vector<SliderMark> marks;
    for (const MidMark& mark : midMarks(experiment))
        marks.push_back(sliderMark(mark));
    m_slider->setMarks(std::move(marks));
    showCost(experiment);
}

void MidChannels::showCost(const Experiment& experiment)
{
    const Result<BothCosts> costs = costsOfBoth(experiment);
    const double ratio = costs ? ratioOf(costs->factorised, costs->original).macs : 1.0;
    m_warns = isDearer(ratio);
    m_slider->setWarning(m_warns);
    m_sign->setVisible(m_warns);
    m_words->setText(costs ? savingInWords(ratio) : QString());
    m_slider->setAccessibleDescription(m_words->text());
    colorWords();
}

void MidChannels::colorWords()
{
    QPalette colors = palette();
    if (m_warns)
        colors.setColor(QPalette::WindowText, themeOf(*this).warning);
    if (m_words->palette() != colors)
        m_words->setPalette(colors);
}

void MidChannels::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        colorWords();
}

} // namespace factorscope
