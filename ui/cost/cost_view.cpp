#include "ui/cost/cost_view.h"

#include "core/experiment/prepare.h"
#include "ui/cost/bars_chart.h"
#include "ui/cost/curve_view.h"
#include "ui/cost/layer_table.h"
#include "ui/theme/choice_button.h"

#include <QBoxLayout>
#include <QButtonGroup>
#include <QEvent>
#include <QLabel>
#include <QToolButton>

#include <algorithm>

namespace factorscope {
namespace {

constexpr int kTableNeeds = 620; // px of height, for the table to be shown unasked
constexpr double kTableShare = 0.4; // of the height at most

void makeQuiet(QChartView& view)
{
    view.setRenderHint(QPainter::Antialiasing);
    view.setFrameShape(QFrame::NoFrame);
    view.setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    view.setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    view.setMinimumSize(0, 0);
}

} // namespace

CostView::CostView(QWidget* parent)
    : QWidget(parent), m_title(new QLabel(this)), m_verdict(new QLabel(this)),
      m_measures(new QButtonGroup(this)), m_bars(new BarsChart),
      m_barsView(new QChartView(m_bars, this)), m_curve(new CurveView(this)),
      m_tableButton(new QToolButton(this)), m_table(new LayerTable(this))
{
    m_tableButton->setText(tr("Layers"));
    m_tableButton->setToolTip(tr("Shows or hides the costs of every layer"));
    m_tableButton->setAccessibleName(tr("Show the costs of every layer"));
    m_tableButton->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_tableButton->setCheckable(true);
    m_tableButton->setAutoRaise(true);
    connect(m_tableButton, &QToolButton::clicked, this, [this](bool isChecked) {
        m_wantsTable = isChecked;
        layOutTable();
    });
    connect(m_curve, &CurveView::midChannelsPicked, this, &CostView::midChannelsPicked);
    connect(m_curve, &CurveView::pickEnded, this, &CostView::pickEnded);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(kGrid);
    column->addWidget(header());
    column->addWidget(charts(), 1);
    auto* below = new QVBoxLayout;
    below->setContentsMargins(2 * kGrid, 0, 2 * kGrid, kGrid);
    below->setSpacing(kGrid);
    below->addWidget(m_tableButton);
    below->addWidget(m_table);
    column->addLayout(below);
    dress();
}

QWidget* CostView::header()
{
    auto* header = new QWidget(this);
    auto* words = new QVBoxLayout;
    words->setSpacing(0);
    for (QLabel* label : {m_title, m_verdict}) {
        label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
        words->addWidget(label);
    }
    auto* row = new QHBoxLayout(header);
    row->setContentsMargins(3 * kGrid, kGrid, 2 * kGrid, 0);
    row->setSpacing(3 * kGrid);
    row->addLayout(words, 1);
    row->addWidget(measureButtons(), 0, Qt::AlignBottom);
    return header;
}

QWidget* CostView::measureButtons()
{
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    for (std::size_t i = 0; i < kDrawnMeasures.size(); ++i) {
        const QString title = measureTitle(kDrawnMeasures[i]);
        auto* button = new ChoiceButton(shortMeasureTitle(kDrawnMeasures[i]),
                                        tr("Shows the %1 over C_mid").arg(title), box);
        button->setChecked(kDrawnMeasures[i] == m_measure);
        button->setAccessibleName(tr("Curve of the %1").arg(title));
        m_measures->addButton(button, static_cast<int>(i));
        row->addWidget(button);
    }
    connect(m_measures, &QButtonGroup::idClicked, this, [this](int id) {
        m_measure = kDrawnMeasures[static_cast<std::size_t>(id)];
        showCurve();
    });
    return box;
}

QWidget* CostView::charts()
{
    constexpr int kBarsShare = 2;
    constexpr int kCurveShare = 3;
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(kGrid);
    row->addWidget(m_barsView, kBarsShare);
    row->addWidget(m_curve, kCurveShare);
    makeQuiet(*m_barsView);
    makeQuiet(*m_curve);
    m_barsView->setFocusPolicy(Qt::NoFocus);
    m_barsView->setAccessibleName(tr("Costs of both branches"));
    m_barsView->setToolTip(tr("In relation to the 5×5.\nweights = k·k·C_in·C_out\n"
                              "MACs = weights·H·W\nactivation memory = 4·C·H·W bytes a layer\n"
                              "all parameters = weights, biases, BatchNorm"));
    m_curve->setToolTip(tr("Drag, or use the arrow keys, to set C_mid.\n"
                           "Two 3×3 have 9·C_mid·(C_in + C_out) weights, the 5×5 25·C_in·C_out."));
    return box;
}

void CostView::show(const Experiment& experiment)
{
    if (const Result<Extent> size = inputSize(experiment))
        show(compareCosts(experiment, *size));
}

void CostView::show(const BothEvaluated& both)
{
    const Shape& shape = both.original.input->shape();
    show(compareCosts(both.experiment, {shape[2], shape[3]}));
}

void CostView::show(const Result<CostComparison>& costs)
{
    if (!costs)
        return;
    m_costs = *costs;
    m_title->setText(titleText(*m_costs));
    m_verdict->setText(verdictText(*m_costs));
    dressVerdict();
    m_bars->show(*m_costs);
    m_barsView->setAccessibleDescription(barsInWords(*m_costs));
    m_table->show(*m_costs);
    showCurve();
    layOutTable();
}

void CostView::showCurve()
{
    m_curve->setAccessibleName(tr("Curve of the %1 over C_mid").arg(measureTitle(m_measure)));
    if (!m_costs)
        return;
    m_curve->show(*m_costs, m_measure);
    m_curve->setAccessibleDescription(curveInWords(*m_costs, m_measure));
}

void CostView::dress()
{
    const ChartLook look = chartLook(*this);
    m_bars->setLook(look);
    m_curve->curve().setLook(look);
    for (QChartView* view : {m_barsView, static_cast<QChartView*>(m_curve)})
        view->setBackgroundBrush(look.theme.surface);
    m_title->setFont(look.title);
    m_verdict->setFont(look.body);
    dressVerdict();
}

void CostView::dressVerdict()
{
    const bool warns = m_costs && isDearer(m_costs->pair(CostMeasure::Macs).ratio());
    QPalette own = palette();
    own.setColor(QPalette::WindowText, warns ? themeOf(*this).warning : themeOf(*this).mutedText);
    m_verdict->setPalette(own);
}

void CostView::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        dress();
}

void CostView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    layOutTable();
}

void CostView::layOutTable()
{
    const bool isShown = m_wantsTable.value_or(height() >= kTableNeeds);
    m_tableButton->setChecked(isShown);
    m_tableButton->setArrowType(isShown ? Qt::DownArrow : Qt::RightArrow);
    m_table->setVisible(isShown);
    m_table->setFixedHeight(
        std::min(m_table->heightOfAllRows(), static_cast<int>(height() * kTableShare)));
}

QSize CostView::sizeHint() const
{
    return {960, 640};
}

QSize CostView::minimumSizeHint() const
{
    return {560, 420};
}

} // namespace factorscope
