#include "ui/receptive/effective_page.h"

#include "ui/chart/line_chart_view.h"
#include "ui/kernels/kernel_picture_widget.h"
#include "ui/maps/map_pane_widget.h"
#include "ui/receptive/close_up.h"
#include "ui/receptive/field_pictures.h"
#include "ui/receptive/receptive_view.h"
#include "ui/text/text.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include <cmath>

namespace factorscope {
namespace {

constexpr int kRestMs = 250;

} // namespace

EffectivePage::EffectivePage(ViewState& view, QWidget* parent)
    : QWidget(parent), m_view(view), m_map(new MapPaneWidget(view, this)),
      m_original(new KernelPictureWidget(this)), m_factorised(new KernelPictureWidget(this)),
      m_mass(new LineChartView(this)), m_spread(new LineChartView(this)), m_words(new QLabel(this)),
      m_fieldLane(this), m_depthLane(this)
{
    setAccessibleName(tr("Effective receptive field"));
    layOut();
    m_rest.setSingleShot(true);
    m_rest.setInterval(kRestMs);
    connect(&m_rest, &QTimer::timeout, this, &EffectivePage::askDepth);
    for (AnalysisLane* lane : {&m_fieldLane, &m_depthLane})
        connect(lane, &AnalysisLane::stopped, this, &EffectivePage::stop);
    connect(&m_fieldLane, &AnalysisLane::failed, this, &EffectivePage::fail);
    connect(&m_depthLane, &AnalysisLane::failed, this, &EffectivePage::failDepth);
    connect(m_map, &MapPaneWidget::resized, this, &EffectivePage::drawMap);
    connect(&m_view, &ViewState::changed, this, &EffectivePage::redraw);
    connect(&m_view, &ViewState::cursorChanged, this, &EffectivePage::showCursor);
    connect(m_spread, &LineChartView::picked, this, [this](double blocks) {
        ViewSettings settings = m_view.settings();
        settings.field.blocks = std::llround(blocks);
        m_view.set(settings);
    });
}

EffectivePage::~EffectivePage() = default;

/// Equally wide, whatever they show.
QHBoxLayout* EffectivePage::sideBySide(std::initializer_list<QWidget*> widgets)
{
    auto* row = new QHBoxLayout;
    row->setSpacing(4 * kGrid);
    for (QWidget* widget : widgets) {
        widget->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Ignored);
        row->addWidget(widget, 1);
    }
    return row;
}

void EffectivePage::layOut()
{
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(3 * kGrid);
    rows->addLayout(sideBySide({m_map, m_original, m_factorised}), 3);
    rows->addLayout(sideBySide({m_mass, m_spread}), 2);
    constexpr int kLines = 3;
    m_words->setWordWrap(true);
    m_words->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_words->setMinimumHeight(kLines * m_words->fontMetrics().lineSpacing()); // nothing moves
    m_words->setAccessibleName(tr("The effective fields in words"));
    rows->addWidget(m_words);
    for (KernelPictureWidget* picture : {m_original, m_factorised})
        picture->setToolTip(tr("How much each input pixel matters: |∂ output / ∂ input| summed "
                               "over the input channels; the frame is what the output can see "
                               "at all."));
    m_mass->setPickable(false);
    m_spread->setToolTip(tr("σ = √(Σ v·d² / Σ v). Click, drag or press ← and → to choose the "
                            "number of blocks."));
}

void EffectivePage::show(const std::shared_ptr<const BothEvaluated>& both)
{
    if (both == m_both)
        return;
    m_both = both;
    m_branches = std::make_shared<DeepBranches>(both);
    m_depthBranches = std::make_shared<DeepBranches>(both);
    m_question.reset();
    m_depthQuestion.reset();
    redraw();
}

bool EffectivePage::isBusy() const
{
    return m_renderer.isBusy() || m_fieldLane.isBusy() || m_depthLane.isBusy() || m_rest.isActive();
}

void EffectivePage::redraw()
{
    if (!m_both || !isVisible())
        return;
    drawMap();
    if (m_findings)
        showFindings();
    if (m_depth)
        showDepth();
    ask();
}

void EffectivePage::drawMap()
{
    if (!m_both || !isVisible())
        return;
    const ViewSettings settings
        = ReceptiveView::settingsOf(Stage::Input, *m_both, m_view.settings());
    const QRectF place(QPointF(0.0, 0.0), m_map->size());
    const MapPane pane = mapPane(*m_both, settings, Stage::Input, place, font(), themeOf(*this));
    const ExperimentFields fields = deepFields(m_both->experiment, settings.field.blocks);
    m_renderer.request({renderingOf(pane, *m_both, settings, devicePixelRatioF(), themeOf(*this))},
                       [this, pane, fields](const auto& images) {
                           m_map->setPane(pane, images.front(), fields);
                           if (!m_renderer.isBusy())
                               emit drawn();
                       });
    restCursor();
}

void EffectivePage::showCursor()
{
    if (!m_both || !isVisible())
        return;
    restCursor();
    ask();
}

/// An average is of no pixel.
void EffectivePage::restCursor()
{
    const ViewSettings& settings = m_view.settings();
    m_map->setRestingCursor(
        settings.field.isAveraged
            ? std::nullopt
            : std::optional(positionOf(settings, m_both->stages[Stage::Factorised].size())));
}

/// Asks when the question is another one; what is shown stays until its answer is there.
void EffectivePage::ask()
{
    const FieldQuestion question = fieldQuestion(*m_both, m_view.settings());
    if (m_question == question)
        return;
    m_question = question;
    m_rest.stop();
    if (m_depthLane.isBusy() && m_depthQuestion != depthQuestion(question))
        m_depthLane.cancel();
    m_fieldLane.ask([this, branches = m_branches,
                     question](const ComputeContext& context) -> Result<AnalysisLane::Show> {
        ASSIGN_OR_RETURN(FieldFindings found, fieldFindings(*branches, question, context));
        const auto findings = std::make_shared<const FieldFindings>(std::move(found));
        return AnalysisLane::Show([this, findings] { take(findings); });
    });
}

void EffectivePage::take(const std::shared_ptr<const FieldFindings>& findings)
{
    m_findings = findings;
    showFindings();
    if (m_depth)
        showDepth(); // whose mark and title may be others now
    if (!m_fieldLane.isBusy() && !isDepthOfQuestion() && !m_depthLane.isBusy())
        m_rest.start();
    emit drawn();
}

bool EffectivePage::isDepthOfQuestion() const
{
    return m_depth && m_question && m_depthOf == m_both
        && m_depth->question == depthQuestion(*m_question);
}

void EffectivePage::askDepth()
{
    if (!m_question || !isVisible())
        return;
    const FieldQuestion question = depthQuestion(*m_question);
    m_depthQuestion = question;
    m_depthLane.ask([this, both = m_both, branches = m_depthBranches,
                     question](const ComputeContext& context) -> Result<AnalysisLane::Show> {
        ASSIGN_OR_RETURN(DepthCurve found,
                         effectiveFieldsOverDepth(*branches, question, kMostDeepBlocks, context));
        const auto curve = std::make_shared<const DepthCurve>(std::move(found));
        return AnalysisLane::Show([this, both, curve] {
            m_depthOf = both;
            takeDepth(curve);
        });
    });
}

void EffectivePage::takeDepth(const std::shared_ptr<const DepthCurve>& curve)
{
    m_depth = curve;
    showDepth();
}

void EffectivePage::showFindings()
{
    const auto pictures = fieldPictures(*m_findings, m_view.settings().field, themeOf(*this));
    const Colormap* colours = m_view.settings().sequential;
    m_original->show(pictures[0], colours);
    m_factorised->show(pictures[1], colours);
    m_mass->show(massPlot(*m_findings, themeOf(*this)));
    m_words->setText(findingsInWords(*m_findings, m_view.settings().field));
}

void EffectivePage::showDepth()
{
    LinePlot plot = depthPlot(*m_depth, m_depthOf->experiment, m_view.settings().field.blocks,
                              themeOf(*this));
    if (!isDepthOfQuestion())
        plot.title = tr("Before: %1").arg(plot.title);
    m_spread->show(plot);
}

void EffectivePage::fail(const Error& error)
{
    m_rest.stop();
    m_findings.reset();
    const QString why = sentence(error);
    LinePlot empty;
    empty.emptyText = why;
    for (KernelPictureWidget* picture : {m_original, m_factorised})
        picture->show(KernelPicture());
    m_mass->show(empty);
    m_words->setText(why);
    failDepth(error);
    emit drawn();
}

/// The fields may be there all the same.
void EffectivePage::failDepth(const Error& error)
{
    m_depth.reset();
    m_spread->show(noDepthPlot(error));
}

/// The user wants none of it, for now.
void EffectivePage::stop()
{
    m_rest.stop();
    m_fieldLane.cancel();
    m_depthLane.cancel();
    m_question.reset();
    m_depthQuestion.reset();
    m_words->setText(tr("Stopped. Move the cursor or choose anew to go on."));
}

void EffectivePage::showEvent(QShowEvent*)
{
    redraw();
}

/// Nobody sees what would be computed.
void EffectivePage::hideEvent(QHideEvent*)
{
    m_rest.stop();
    m_fieldLane.cancel();
    m_depthLane.cancel();
    m_question.reset();
    m_depthQuestion.reset();
    m_renderer.forget();
}

void EffectivePage::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        redraw();
}

} // namespace factorscope
