#include "ui/cost/curves_page.h"

#include "core/experiment/mid_timing.h"
#include "ui/chart/line_chart_view.h"
#include "ui/cost/bars_chart.h"
#include "ui/cost/curve_plot.h"
#include "ui/cost/layer_table.h"
#include "ui/theme/choice_button.h"

#include <QBoxLayout>
#include <QButtonGroup>
#include <QEvent>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

constexpr int kTableNeeds = 44; // lines of text high, for the table to be shown unasked
constexpr double kTableShare = 0.4; // of the height at most

void makeQuiet(QChartView& view)
{
    view.setRenderHint(QPainter::Antialiasing);
    view.setFrameShape(QFrame::NoFrame);
    view.setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    view.setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    view.setMinimumSize(0, 0);
}

bool midIsAllThatDiffers(Experiment a, const Experiment& b)
{
    a.midChannels = b.midChannels;
    return a == b;
}

} // namespace

CurvesPage::CurvesPage(ViewState& view, QWidget* parent)
    : QWidget(parent), m_view(view), m_title(new QLabel(this)), m_verdict(new QLabel(this)),
      m_assumption(new QLabel(this)), m_quantities(new QButtonGroup(this)),
      m_measure(new QPushButton(tr("&Measure"), this)), m_bars(new BarsChart),
      m_barsView(new QChartView(m_bars, this)), m_curve(new LineChartView(this)),
      m_tableButton(new QToolButton(this)), m_table(new LayerTable(this)),
      m_lane(new AnalysisLane(this))
{
    setAccessibleName(tr("Curves of the costs"));
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
    connect(m_curve, &LineChartView::picked, this,
            [this](double midChannels) { emit midChannelsPicked(std::llround(midChannels)); });
    connect(m_curve, &LineChartView::pickEnded, this, &CurvesPage::pickEnded);
    connect(m_lane, &AnalysisLane::busyChanged, this, &CurvesPage::showMeasuring);
    connect(m_lane, &AnalysisLane::failed, this, &CurvesPage::failed);
    connect(&m_view, &ViewState::changed, this, [this] {
        if (m_shownLook != m_view.settings().cost)
            showCurve();
    });

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2 * kGrid);
    column->addWidget(header());
    column->addWidget(quantityRow());
    column->addWidget(charts(), 1);
    column->addWidget(m_tableButton);
    column->addWidget(m_table);
    dress();
    showMeasuring();
}

QWidget* CurvesPage::header()
{
    auto* header = new QWidget(this);
    auto* words = new QVBoxLayout(header);
    words->setContentsMargins(0, 0, 0, 0);
    words->setSpacing(0);
    for (QLabel* label : {m_title, m_verdict, m_assumption}) {
        label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
        label->setTextFormat(Qt::PlainText);
        words->addWidget(label);
    }
    m_assumption->setWordWrap(true);
    return header;
}

QWidget* CurvesPage::quantityRow()
{
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    for (const CurveQuantity quantity : kCurveQuantities) {
        const QString title = quantityTitle(quantity);
        const QString tip = quantity == CurveQuantity::Time
            ? tr("Shows the time over C_mid, as measured on this machine")
            : tr("Shows the %1 over C_mid").arg(title);
        auto* button = new ChoiceButton(shortQuantityTitle(quantity), tip, box);
        button->setAccessibleName(tr("Curve of the %1").arg(title));
        m_quantities->addButton(button, static_cast<int>(quantity));
        row->addWidget(button);
    }
    connect(m_quantities, &QButtonGroup::idClicked, this, [this](int id) {
        ViewSettings settings = m_view.settings();
        settings.cost.quantity = static_cast<CurveQuantity>(id);
        m_view.set(settings);
    });
    row->addStretch();
    row->addWidget(m_measure);
    QSizePolicy policy = m_measure->sizePolicy();
    policy.setRetainSizeWhenHidden(true); // so that nothing moves
    m_measure->setSizePolicy(policy);
    m_measure->setAccessibleName(tr("Measure the time over C_mid"));
    connect(m_measure, &QPushButton::clicked, this, &CurvesPage::measure);
    return box;
}

QWidget* CurvesPage::charts()
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
    m_barsView->setFocusPolicy(Qt::NoFocus);
    m_barsView->setAccessibleName(tr("Costs of both branches"));
    m_barsView->setToolTip(tr("In relation to the 5×5.\nweights = k·k·C_in·C_out\n"
                              "MACs = weights·H·W\nactivation memory = 4·C·H·W bytes a layer\n"
                              "all parameters = weights, biases, BatchNorm"));
    m_curve->setMinimumSize(0, 0);
    m_curve->setToolTip(tr("Drag, or use the arrow keys, to set C_mid.\n"
                           "Two 3×3 have 9·C_mid·(C_in + C_out) weights, the 5×5 25·C_in·C_out."));
    return box;
}

void CurvesPage::show(const CostQuestion& question)
{
    const Result<CostComparison> costs = compareCosts(question.experiment, question.size);
    if (!costs)
        return;
    m_question = question;
    m_costs = *costs;
    if (isBusy() && !(m_measured && midIsAllThatDiffers(*m_measured, question.experiment)))
        m_lane->cancel(); // nobody sees what would be measured
    m_title->setText(titleText(*m_costs));
    m_verdict->setText(verdictText(*m_costs));
    m_assumption->setText(assumptionText(question.experiment));
    dressVerdict();
    m_bars->show(*m_costs);
    m_barsView->setAccessibleDescription(barsInWords(*m_costs));
    m_table->show(*m_costs);
    showCurve();
    layOutTable();
}

void CurvesPage::setComputed(const std::shared_ptr<const BothEvaluated>& both)
{
    m_both = both;
    showMeasuring();
}

void CurvesPage::showCurve()
{
    const CostLook& look = m_view.settings().cost;
    m_shownLook = look;
    m_quantities->button(static_cast<int>(look.quantity))->setChecked(true);
    showMeasuring();
    if (m_costs)
        m_curve->show(curvePlot(*m_costs, look, m_question->experiment, themeOf(*this)));
}

bool CurvesPage::canMeasure() const
{
    return m_both && m_question && midIsAllThatDiffers(m_both->experiment, m_question->experiment);
}

void CurvesPage::showMeasuring()
{
    m_measure->setVisible(m_view.settings().cost.quantity == CurveQuantity::Time);
    m_measure->setText(isBusy() ? tr("&Stop") : tr("&Measure"));
    m_measure->setEnabled(isBusy() || canMeasure());
    m_measure->setToolTip(
        isBusy() ? tr("Stops measuring; what was measured before stays")
                 : tr("Runs the 5×5 and the other branch, with several C_mid, in turn on this "
                      "machine, and takes the medians"));
}

void CurvesPage::measure()
{
    if (isBusy()) {
        m_lane->stop();
        return;
    }
    if (!canMeasure())
        return;
    m_measured = m_both->experiment;
    const auto midChannels = midChannelsToTime(m_question->experiment);
    m_lane->ask([this, both = m_both,
                 midChannels](const ComputeContext& context) -> Result<AnalysisLane::Show> {
        ASSIGN_OR_RETURN(MidTiming timing, timeOverMid(*both, midChannels, context));
        const auto shared = std::make_shared<const MidTiming>(std::move(timing));
        return AnalysisLane::Show([this, shared] {
            ViewSettings settings = m_view.settings();
            settings.cost.timing = shared;
            m_view.set(settings);
        });
    });
}

void CurvesPage::dress()
{
    const ChartLook look = chartLook(*this);
    m_bars->setLook(look);
    m_barsView->setBackgroundBrush(look.theme.window);
    m_title->setFont(look.title);
    m_verdict->setFont(look.body);
    m_assumption->setFont(look.caption);
    QPalette muted = palette();
    muted.setColor(QPalette::WindowText, look.theme.mutedText);
    m_assumption->setPalette(muted);
    dressVerdict();
    showCurve();
}

void CurvesPage::dressVerdict()
{
    const bool warns = m_costs && isDearer(m_costs->pair(CostMeasure::Macs).ratio());
    QPalette own = palette();
    own.setColor(QPalette::WindowText, warns ? themeOf(*this).warning : themeOf(*this).mutedText);
    m_verdict->setPalette(own);
}

void CurvesPage::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        dress();
}

void CurvesPage::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    layOutTable();
}

void CurvesPage::layOutTable()
{
    const bool isShown = m_wantsTable.value_or(height() >= kTableNeeds * fontMetrics().height());
    m_tableButton->setChecked(isShown);
    m_tableButton->setArrowType(isShown ? Qt::DownArrow : Qt::RightArrow);
    m_table->setVisible(isShown);
    m_table->setFixedHeight(
        std::min(m_table->heightOfAllRows(), static_cast<int>(height() * kTableShare)));
}

QSize CurvesPage::sizeHint() const
{
    return {960, 640};
}

QSize CurvesPage::minimumSizeHint() const
{
    return {560, 420};
}

} // namespace factorscope
