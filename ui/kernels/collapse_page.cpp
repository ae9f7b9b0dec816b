#include "ui/kernels/collapse_page.h"

#include "ui/chart/line_chart_view.h"
#include "ui/kernels/kernel_picture_widget.h"
#include "ui/maps/map_pane_widget.h"
#include "ui/text/text.h"
#include "ui/theme/choice_button.h"

#include <QButtonGroup>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <utility>

namespace factorscope {
namespace {

constexpr int kGap = 3 * kGrid;
constexpr int kWideFrom = 190 * kGrid; ///< chart and words stand beside the pictures
constexpr int kLeastKernel = 56 * kGrid; ///< heights
constexpr int kLeastMap = 48 * kGrid;
constexpr int kLeastMapWidth = 35 * kGrid;
constexpr int kSliderSteps = 100; ///< from slope 0 to 1

/// All of a row are equally wide.
void addTo(QHBoxLayout* row, QWidget* widget)
{
    widget->setSizePolicy(QSizePolicy::Ignored, widget->sizePolicy().verticalPolicy());
    row->addWidget(widget, 1);
}

QString paddingLabel(BorderPadding padding)
{
    switch (padding) {
    case BorderPadding::Same:
        return CollapsePage::tr("Padding as it is");
    case BorderPadding::Valid:
        return CollapsePage::tr("none");
    case BorderPadding::Once:
        return CollapsePage::tr("all at first");
    }
    return {};
}

} // namespace

CollapsePage::CollapsePage(ViewState& view, QWidget* parent)
    : QWidget(parent), m_view(view), m_scroll(new QScrollArea(this)), m_findLane(this),
      m_slopeLane(this)
{
    setAccessibleName(tr("Collapse"));
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(2 * kGrid);
    rows->addWidget(tools());
    rows->addWidget(m_scroll, 1);
    addParts();
    connect(&m_view, &ViewState::changed, this, &CollapsePage::redraw);
    for (AnalysisLane* lane : {&m_findLane, &m_slopeLane}) {
        connect(lane, &AnalysisLane::failed, this, &CollapsePage::refuse);
        connect(lane, &AnalysisLane::stopped, this, [this] {
            m_asked.reset();
            m_words->setText(tr("Stopped. Move the slope or choose anew to go on."));
        });
    }
}

CollapsePage::~CollapsePage() = default;

template <typename Change>
void CollapsePage::change(const Change& change)
{
    ViewSettings settings = m_view.settings();
    change(settings.kernels);
    m_view.set(settings);
}

QWidget* CollapsePage::tools()
{
    auto* tools = new QWidget(this);
    tools->setAccessibleName(tr("Slope and padding"));
    auto* row = new QHBoxLayout(tools);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    addSlope(tools);
    row->addSpacing(2 * kGrid);
    addPaddings(tools);
    return tools;
}

void CollapsePage::addSlope(QWidget* tools)
{
    auto* label = new QLabel(tr("ReLU"), tools);
    auto* end = new QLabel(tr("linear"), tools);
    m_slope = new QSlider(Qt::Horizontal, tools);
    m_slope->setRange(0, kSliderSteps);
    m_slope->setPageStep(kSliderSteps / 10);
    m_slope->setMinimumWidth(10 * kGrid);
    m_slope->setAccessibleName(tr("Slope of the activation between"));
    m_slope->setToolTip(tr("Of the negative side of the activation between: 0 is ReLU, 1 is none. "
                           "The experiment stays as it is."));
    label->setBuddy(m_slope);
    m_slopeText = new QLabel(tools);
    m_slopeText->setAccessibleName(tr("Slope"));
    m_slopeText->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    auto* row = static_cast<QHBoxLayout*>(tools->layout());
    row->addWidget(label);
    row->addSpacing(kGrid);
    row->addWidget(m_slope, 1);
    row->addSpacing(kGrid);
    row->addWidget(end);
    row->addWidget(m_slopeText);
    row->addSpacing(kGrid);
    addSlopeButtons(tools);
    connect(m_slope, &QSlider::valueChanged, this, [this](int value) {
        change(
            [value](KernelsLook& look) { look.slope = static_cast<double>(value) / kSliderSteps; });
    });
}

void CollapsePage::addSlopeButtons(QWidget* tools)
{
    const auto button = [tools](const QString& text, const QString& name, const QString& tip) {
        auto* made = new QToolButton(tools);
        made->setText(text);
        made->setAccessibleName(name);
        made->setToolTip(tip);
        made->setFocusPolicy(Qt::StrongFocus);
        tools->layout()->addWidget(made);
        return made;
    };
    m_ownSlope
        = button(tr("Reset"), tr("Reset the slope"), tr("The slope that the experiment has"));
    m_useSlope = button(tr("Use"), tr("Use this slope in the experiment"),
                        tr("Gives the experiment this slope between, for all views; undo takes it "
                           "back"));
    connect(m_ownSlope, &QToolButton::clicked, this,
            [this] { change([](KernelsLook& look) { look.slope.reset(); }); });
    connect(m_useSlope, &QToolButton::clicked, this, [this] { emit slopeWanted(slope()); });
}

void CollapsePage::addPaddings(QWidget* tools)
{
    auto* group = new QButtonGroup(tools);
    for (const BorderPadding padding :
         {BorderPadding::Same, BorderPadding::Once, BorderPadding::Valid}) {
        auto* button
            = new ChoiceButton(paddingLabel(padding), translated(explanation(padding)), tools);
        group->addButton(button);
        tools->layout()->addWidget(button);
        m_paddings.push_back({padding, button});
        connect(button, &QToolButton::clicked, this, [this, padding] {
            change([padding](KernelsLook& look) { look.padding = padding; });
        });
    }
}

void CollapsePage::addParts()
{
    auto* content = new QWidget(m_scroll);
    content->setAccessibleName(tr("Collapsed kernel"));
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(kGap);
    for (QHBoxLayout*& row : m_rows) {
        row = new QHBoxLayout;
        row->setSpacing(kGap);
        column->addLayout(row, 1);
    }
    for (std::size_t i = 0; i < m_kernels.size(); ++i) {
        m_kernels[i] = new KernelPictureWidget(content);
        m_panes[i] = new MapPaneWidget(m_view, content);
        m_kernels[i]->setMinimumHeight(kLeastKernel);
        m_panes[i]->setMinimumSize(kLeastMapWidth, kLeastMap);
        addTo(m_rows[0], m_kernels[i]);
        addTo(m_rows[1], m_panes[i]);
        connect(m_panes[i], &MapPaneWidget::resized, this, [this] {
            if (m_shown && isVisible())
                present();
        });
    }
    m_chart = new LineChartView(content);
    m_chart->setMinimumHeight(kLeastMap);
    connect(m_chart, &LineChartView::picked, this, [this](double slope) {
        change([slope](KernelsLook& look) { look.slope = std::round(100.0 * slope) / 100.0; });
    });
    m_words = new QLabel(content);
    m_words->setWordWrap(true);
    m_words->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_words->setTextFormat(Qt::PlainText);
    m_words->setAccessibleName(tr("What the collapse amounts to"));
    m_scroll->setWidget(content);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->setAccessibleName(tr("Collapsed kernel"));
}

/// Kernels above maps; the chart and the words at their right, or below them where it is narrow.
void CollapsePage::arrange()
{
    const bool isWide = width() >= kWideFrom;
    if (m_isWide == isWide)
        return;
    m_isWide = isWide;
    for (QHBoxLayout* row : m_rows) {
        row->removeWidget(m_chart);
        row->removeWidget(m_words);
    }
    addTo(m_rows[isWide ? 0 : 2], m_chart);
    addTo(m_rows[isWide ? 1 : 2], m_words);
    static_cast<QVBoxLayout*>(m_scroll->widget()->layout())->setStretch(2, isWide ? 0 : 1);
}

void CollapsePage::show(const std::shared_ptr<const BothEvaluated>& both)
{
    m_both = both;
    redraw();
}

bool CollapsePage::isBusy() const
{
    return m_findLane.isBusy() || m_slopeLane.isBusy() || m_renderer.isBusy();
}

double CollapsePage::slope() const
{
    return m_view.settings().kernels.slope.value_or(slopeBetween(m_both->experiment));
}

void CollapsePage::redraw()
{
    if (!m_both || !isVisible())
        return;
    syncTools();
    const BorderPadding padding = m_view.settings().kernels.padding;
    if (!m_findings || m_findings->both != m_both || m_findings->padding != padding)
        find();
    else
        askForMaps();
}

void CollapsePage::syncTools()
{
    const KernelsLook& look = m_view.settings().kernels;
    const QSignalBlocker blocker(m_slope);
    m_slope->setValue(static_cast<int>(std::lround(kSliderSteps * slope())));
    m_slopeText->setMinimumWidth(
        m_slopeText->fontMetrics().horizontalAdvance(QStringLiteral("0.0000"))); // set apart
    m_slopeText->setText(fixed(slope(), 2));
    const bool isOther = slope() != slopeBetween(m_both->experiment);
    m_ownSlope->setEnabled(isOther);
    m_useSlope->setEnabled(isOther);
    for (const PaddingButton& one : m_paddings)
        one.button->setChecked(one.padding == look.padding);
}

void CollapsePage::find()
{
    const Asked asked{m_both, m_view.settings().kernels.padding};
    if (m_asked == asked)
        return; // under way, or refused
    m_asked = asked;
    if (!m_shown)
        m_words->setText(tr("collapsing …"));
    m_findLane.ask([this, asked](const ComputeContext& context) -> Result<AnalysisLane::Show> {
        ASSIGN_OR_RETURN(const auto findings, findCollapse(asked.both, asked.padding, context));
        return AnalysisLane::Show([this, findings] {
            m_findings = findings;
            redraw();
        });
    });
}

/// Of the chosen map at the slope, unless they are shown already.
void CollapsePage::askForMaps()
{
    const auto& study = m_findings->study;
    const std::int64_t channel
        = std::min(m_view.settings().outChannel, study.linear->shape()[1] - 1);
    const double wanted = slope();
    if (m_shown && m_shown->findings == m_findings && m_shown->channel == channel
        && m_shown->errors.slope == wanted && !m_slopeLane.isBusy()) {
        present();
        return;
    }
    const CollapseAtSlope earlier = m_shown.value_or(CollapseAtSlope{});
    m_slopeLane.ask([this, findings = m_findings, channel, wanted,
                     earlier](const ComputeContext& context) -> Result<AnalysisLane::Show> {
        ASSIGN_OR_RETURN(const CollapseAtSlope at,
                         collapseAtSlope(findings, channel, wanted, earlier, context));
        return AnalysisLane::Show([this, at] {
            m_shown = at;
            present();
        });
    });
}

/// Kernels, maps, chart and words change together.
void CollapsePage::present()
{
    if (!isVisible())
        return;
    const ViewSettings& settings = m_view.settings();
    const Theme& theme = themeOf(*this);
    PanePlaces places{.rects = {}, .font = font(), .devicePixelRatio = devicePixelRatioF()};
    for (std::size_t i = 0; i < m_panes.size(); ++i)
        places.rects[i] = QRectF(QPointF(0.0, 0.0), m_panes[i]->size());
    const auto panes = collapsePanes(*m_shown, settings, places, theme);
    std::vector<PaneToRender> requests;
    for (const CollapsePane& pane : panes)
        requests.push_back(pane.request);
    const auto kernels = collapseKernels(*m_shown->findings, settings, theme);
    const Colormap* colours = &settings.divergingOn(theme.isDark);
    const LinePlot plot = collapsePlot(*m_shown, theme);
    const QString words = collapseInWords(*m_shown).join(QStringLiteral("\n\n"));
    const ExperimentFields fields = fieldsOf(m_shown->findings->both->experiment);
    m_renderer.request(std::move(requests),
                       [this, panes, kernels, colours, plot, words, fields](const auto& images) {
                           for (std::size_t i = 0; i < panes.size(); ++i) {
                               m_panes[i]->setPane(panes[i].pane, images[i], fields);
                               m_kernels[i]->show(kernels[i], colours);
                           }
                           m_chart->show(plot);
                           m_words->setText(words);
                           if (!isBusy())
                               emit drawn();
                       });
}

/// What cannot be collapsed has no picture, but a reason.
void CollapsePage::refuse(const Error& error)
{
    m_findings.reset();
    m_shown.reset();
    m_slopeLane.cancel();
    m_renderer.forget();
    for (std::size_t i = 0; i < m_panes.size(); ++i) {
        m_panes[i]->setPane({}, {}, {});
        m_kernels[i]->show(KernelPicture{});
    }
    m_chart->show(LinePlot{});
    m_words->setText(sentence(error));
    emit drawn();
}

void CollapsePage::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    arrange();
}

void CollapsePage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    redraw();
}

void CollapsePage::hideEvent(QHideEvent*)
{
    m_findLane.cancel();
    m_slopeLane.cancel();
    m_renderer.forget();
    if (!m_findings || Asked{m_findings->both, m_findings->padding} != m_asked)
        m_asked.reset(); // what was stopped is asked for again
}

void CollapsePage::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        redraw();
}

} // namespace factorscope
