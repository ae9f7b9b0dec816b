#include "ui/represent/represent_page.h"

#include "ui/chart/line_chart_view.h"
#include "ui/kernels/kernel_canvas.h"
#include "ui/kernels/kernel_editor.h"
#include "ui/kernels/kernel_grid_widget.h"
#include "ui/kernels/kernel_picture_widget.h"
#include "ui/represent/represent_picture.h"
#include "ui/represent/representation_target.h"
#include "ui/represent/target_controls.h"
#include "ui/text/text.h"

#include <QBoxLayout>
#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>

#include <cmath>
#include <utility>

namespace factorscope {
namespace {

constexpr int kGap = 3 * kGrid;
constexpr int kWideFrom = 180 * kGrid; ///< target beside what was found
constexpr int kTargetWidth = 86 * kGrid;
constexpr int kPollMs = 100;
constexpr int kLeastCanvas = 46 * kGrid; ///< heights
constexpr int kLeastKernel = 50 * kGrid;
constexpr int kLeastFactors = 33 * kGrid;
constexpr int kLeastChart = 38 * kGrid;

/// Points of the search in the place of those of the estimate, which stand for what is to come.
std::shared_ptr<const Representation> merged(const std::shared_ptr<const Representation>& searched,
                                             const std::shared_ptr<const Representation>& before)
{
    const bool isSame = before && before->question == searched->question;
    if (!isSame || before->points.size() <= searched->points.size())
        return searched;
    Representation both = *before;
    std::ranges::copy(searched->points, both.points.begin());
    return std::make_shared<const Representation>(std::move(both));
}

} // namespace

RepresentPage::RepresentPage(ViewState& view, QWidget* parent)
    : QWidget(parent), m_view(view), m_scroll(new QScrollArea(this)),
      m_estimateLane(new AnalysisLane(this)), m_searchLane(new AnalysisLane(this))
{
    setAccessibleName(tr("What two 3×3 can represent"));
    auto* content = new QWidget(m_scroll);
    content->setAccessibleName(tr("Target and best stacks"));
    m_columns = new QBoxLayout(QBoxLayout::LeftToRight, content);
    m_columns->setContentsMargins(0, 0, 0, 0);
    m_columns->setSpacing(2 * kGap);
    m_columns->addWidget(targetColumn());
    m_columns->addWidget(foundColumn(), 1);
    m_scroll->setWidget(content);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->setAccessibleName(tr("Target and best stacks"));
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(2 * kGrid);
    rows->addWidget(m_scroll, 1);
    addWords(*rows);
    rows->addWidget(progressRow());
    m_poll.setInterval(kPollMs);
    connectParts();
}

RepresentPage::~RepresentPage() = default;

QWidget* RepresentPage::targetColumn()
{
    auto* column = new QWidget(this);
    column->setAccessibleName(tr("Target"));
    m_target = new QBoxLayout(QBoxLayout::TopToBottom, column);
    m_target->setContentsMargins(0, 0, 0, 0);
    m_target->setSpacing(2 * kGrid);
    m_controls = new TargetControls(column);
    m_editor = new KernelEditor([this] { return ++m_gesture; }, column);
    m_editor->setMinimumHeight(kLeastCanvas);
    m_use = new QPushButton(tr("&Use in the experiment"), column);
    m_use->setToolTip(tr("The experiment's kernels become this one, in both branches; undo brings "
                         "back what they had"));
    auto* choices = new QVBoxLayout;
    choices->setSpacing(2 * kGrid);
    choices->addWidget(m_controls);
    choices->addWidget(m_use, 0, Qt::AlignLeft);
    choices->addStretch();
    m_target->addLayout(choices);
    m_target->addWidget(m_editor, 1);
    return column;
}

QWidget* RepresentPage::foundColumn()
{
    auto* column = new QWidget(this);
    column->setAccessibleName(tr("Best stacks"));
    auto* grid = new QGridLayout(column);
    m_foundGrid = grid;
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(kGap);
    for (int i = 0; i < 2; ++i) {
        const auto at = static_cast<std::size_t>(i);
        m_kernels[at] = new KernelPictureWidget(column);
        m_kernels[at]->setMinimumHeight(kLeastKernel);
        m_factors[at] = new KernelGridWidget(column);
        m_factors[at]->setMinimumHeight(kLeastFactors);
        grid->addWidget(m_kernels[at], 0, i);
        grid->addWidget(m_factors[at], 1, i);
        grid->setColumnStretch(i, 1);
    }
    m_chart = new LineChartView(column);
    m_chart->setMinimumHeight(kLeastChart);
    m_chart->setToolTip(tr("Click, drag or press ← and → to choose C_mid"));
    grid->addWidget(m_chart, 2, 0, 1, 2);
    grid->setRowStretch(0, 4);
    grid->setRowStretch(1, 1);
    grid->setRowStretch(2, 3);
    return column;
}

void RepresentPage::addWords(QBoxLayout& rows)
{
    m_words = new QLabel(this);
    m_words->setWordWrap(true);
    m_words->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_words->setTextFormat(Qt::PlainText);
    m_words->setAccessibleName(tr("What was found, in words"));
    rows.addWidget(m_words);
}

QWidget* RepresentPage::progressRow()
{
    auto* box = new QWidget(this);
    box->setAccessibleName(tr("Progress of the search"));
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2 * kGrid);
    m_doing = new QLabel(box);
    m_doing->setAccessibleName(tr("What is searched"));
    m_progress = new QProgressBar(box);
    m_progress->setAccessibleName(tr("Progress of the search"));
    m_progress->setRange(0, 100);
    m_progress->setFixedWidth(32 * kGrid);
    m_stop = new QToolButton(box);
    m_stop->setObjectName(QStringLiteral("stop"));
    m_stop->setText(tr("Stop"));
    m_stop->setAccessibleName(tr("Stop the search"));
    m_stop->setToolTip(tr("Stops the search; what was found stays"));
    m_stop->setFocusPolicy(Qt::StrongFocus);
    row->addWidget(m_doing, 1);
    for (QWidget* widget : std::initializer_list<QWidget*>{m_progress, m_stop}) {
        QSizePolicy policy = widget->sizePolicy();
        policy.setRetainSizeWhenHidden(true); // so that nothing moves
        widget->setSizePolicy(policy);
        row->addWidget(widget);
        widget->hide();
    }
    return box;
}

void RepresentPage::connectParts()
{
    connect(&m_view, &ViewState::changed, this, &RepresentPage::redraw);
    connect(m_controls, &TargetControls::wanted, this, &RepresentPage::change);
    connect(m_editor, &KernelEditor::edited, this, &RepresentPage::paintTarget);
    connect(m_editor, &KernelEditor::refused, m_doing, &QLabel::setText);
    connect(m_use, &QPushButton::clicked, this, [this] {
        if (m_both)
            emit kernelsWanted(targetKernel(*m_both, m_view.settings()));
    });
    connect(m_chart, &LineChartView::picked, this, [this](double mid) {
        RepresentLook look = m_view.settings().represent;
        look.midChannels = static_cast<int>(std::lround(mid));
        change(look);
    });
    for (KernelGridWidget* grid : m_factors)
        connect(grid, &KernelGridWidget::chosen, this, [this](int mid) {
            ViewSettings settings = m_view.settings();
            settings.midChannel = mid;
            m_view.set(settings);
        });
    connect(m_stop, &QToolButton::clicked, this, &RepresentPage::stop);
    connect(&m_poll, &QTimer::timeout, this, &RepresentPage::follow);
    for (AnalysisLane* lane : {m_estimateLane, m_searchLane})
        connect(lane, &AnalysisLane::failed, this, &RepresentPage::refuse);
    connect(m_searchLane, &AnalysisLane::busyChanged, this, &RepresentPage::follow);
}

void RepresentPage::change(const RepresentLook& look)
{
    ViewSettings settings = m_view.settings();
    settings.represent = look;
    m_view.set(settings);
}

/// Any target can be painted over; then it is a painted one.
void RepresentPage::paintTarget(const Kernel5x5& kernel)
{
    RepresentLook look = m_view.settings().represent;
    look.target = RepresentTarget::HandMade;
    look.made.kind = HandMade::Painted;
    look.made.shape.painted = kernel;
    m_doing->clear();
    change(look);
}

void RepresentPage::show(const std::shared_ptr<const BothEvaluated>& both)
{
    m_both = both;
    redraw();
}

void RepresentPage::redraw()
{
    if (!m_both || !isVisible())
        return;
    const ViewSettings& settings = m_view.settings();
    m_controls->syncFrom(settings.represent);
    m_use->setEnabled(settings.represent.target != RepresentTarget::WholeBank);
    m_editor->setKernel(handMadeKernel(targetKernel(*m_both, settings)));
    ask();
    if (m_found)
        present();
}

void RepresentPage::ask()
{
    const RepresentationQuestion question = representationQuestion(*m_both, m_view.settings());
    if (m_asked == question)
        return; // under way, or answered, or refused
    m_asked = question;
    m_searchLane->cancel();
    if (question.kernels->shape()[0] == 1 && question.kernels->shape()[1] == 1)
        askEstimate(question);
    else
        search(question);
}

void RepresentPage::askEstimate(const RepresentationQuestion& question)
{
    m_estimateLane->ask(
        [this, question](const ComputeContext& context) -> Result<AnalysisLane::Show> {
            ASSIGN_OR_RETURN(Representation found, estimate(question, context));
            const auto shared = std::make_shared<const Representation>(std::move(found));
            return AnalysisLane::Show([this, shared] {
                take(shared);
                if (m_asked == shared->question)
                    search(shared->question);
            });
        });
}

void RepresentPage::search(const RepresentationQuestion& question)
{
    const auto feed = std::make_shared<RepresentationFeed>();
    m_feed = feed;
    m_searchLane->ask([this, question,
                       feed](const ComputeContext& context) -> Result<AnalysisLane::Show> {
        ASSIGN_OR_RETURN(Representation found,
                         represent(question, context,
                                   {.found = [feed](const Representation& so) { feed->put(so); },
                                    .under = [feed](const FitProgress& so) { feed->put(so); }}));
        const auto shared = std::make_shared<const Representation>(std::move(found));
        return AnalysisLane::Show([this, shared, feed] {
            (void)feed->take();
            take(shared);
        });
    });
}

void RepresentPage::take(const std::shared_ptr<const Representation>& found)
{
    m_found = merged(found, m_found);
    present();
}

/// While the search goes on: its points as they come, and how far it is.
void RepresentPage::follow()
{
    const bool isSearching = m_searchLane->isBusy();
    m_progress->setVisible(isSearching);
    m_stop->setVisible(isSearching);
    if (!isSearching) {
        m_poll.stop();
        m_doing->clear();
        return;
    }
    m_poll.start();
    if (const auto newest = m_feed->take())
        take(newest);
    m_progress->setValue(static_cast<int>(std::lround(100.0 * m_searchLane->progress())));
    const FitProgress under = m_feed->under();
    if (under.starts > 0)
        m_doing->setText(tr("searching: %1 starts, the best so far %2 off")
                             .arg(grouped(under.starts), errorText(under.relativeError)));
}

void RepresentPage::present()
{
    if (!isVisible())
        return;
    const ViewSettings& settings = m_view.settings();
    const Theme& theme = themeOf(*this);
    const Colormap* colours = &settings.divergingOn(theme.isDark);
    const auto kernels = representKernels(*m_found, settings, theme);
    const auto factors = representFactors(*m_found, settings, theme);
    for (std::size_t i = 0; i < m_kernels.size(); ++i) {
        m_kernels[i]->show(kernels[i + 1], colours);
        m_factors[i]->show(factors[i], colours);
    }
    m_chart->show(representPlot(*m_found, settings, theme));
    const QStringList words = representInWords(*m_found, settings);
    m_words->setText(m_isTight ? words.front() : words.join(u'\n'));
    emit drawn();
}

void RepresentPage::stop()
{
    m_estimateLane->cancel();
    m_searchLane->cancel();
    m_doing->setText(tr("Stopped. Choose or paint another target to search again."));
}

/// What was found before stays, with the reason beside it.
void RepresentPage::refuse(const Error& error)
{
    m_doing->setText(sentence(error));
    emit failed(error);
}

void RepresentPage::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    fit();
}

/// To the room there is, in points and in lines of text: few of these have room in a presentation.
void RepresentPage::fit()
{
    constexpr int kLeastLines = 24; // for the factors and the chart below the kernels
    constexpr int kTargetLetters = 26;
    constexpr int kLinesOfWords = 4;
    const QFontMetrics metrics = fontMetrics();
    setTight(height() < kLeastLines * metrics.height());
    m_words->setMinimumHeight((m_isTight ? 1 : kLinesOfWords)
                              * metrics.lineSpacing()); // nothing moves
    const bool isWide = width() >= kWideFrom;
    m_columns->setDirection(isWide ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    m_target->setDirection(isWide ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
    QWidget* column = m_columns->itemAt(0)->widget();
    const int wide = std::max(kTargetWidth, kTargetLetters * metrics.averageCharWidth());
    column->setMaximumWidth(isWide ? wide : QWIDGETSIZE_MAX);
    column->setMinimumWidth(isWide ? wide : 0);
}

/// The kernels and the chart in one row, and nothing else.
void RepresentPage::setTight(bool isTight)
{
    if (isTight == m_isTight)
        return;
    m_isTight = isTight;
    for (KernelGridWidget* grid : m_factors)
        grid->setVisible(!isTight);
    m_editor->showBrush(!isTight);
    m_use->setVisible(!isTight);
    if (isTight)
        m_foundGrid->addWidget(m_chart, 0, 2);
    else
        m_foundGrid->addWidget(m_chart, 2, 0, 1, 2);
    m_foundGrid->setColumnStretch(2, isTight ? 1 : 0);
    for (const auto& [row, stretch] : {std::pair{1, 1}, {2, 3}})
        m_foundGrid->setRowStretch(row, isTight ? 0 : stretch);
    if (m_found)
        present();
}

void RepresentPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    redraw();
}

/// Nobody sees what would be found; it is asked for again.
void RepresentPage::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    if (isBusy())
        m_asked.reset();
    m_estimateLane->cancel();
    m_searchLane->cancel();
}

void RepresentPage::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        fit();
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        redraw();
}

} // namespace factorscope
