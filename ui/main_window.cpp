#include "ui/main_window.h"

#include "core/experiment/adopt_kernels.h"
#include "ui/compute/analysis_lane.h"
#include "ui/compute/compute_service.h"
#include "ui/compute/idle_timing.h"
#include "ui/cost/cost_strip.h"
#include "ui/document/document.h"
#include "ui/export/export_actions.h"
#include "ui/export/export_service.h"
#include "ui/inspector/inspector.h"
#include "ui/open/drop_target.h"
#include "ui/open/loader.h"
#include "ui/open/open_actions.h"
#include "ui/open/recent_files.h"
#include "ui/panel/branches_panel.h"
#include "ui/panel/mid_channels.h"
#include "ui/represent/representation_target.h"
#include "ui/text/text.h"
#include "ui/theme/theme_switch.h"
#include "ui/view/view_keys.h"
#include "ui/window/message_bar.h"
#include "ui/window/picture_clock.h"
#include "ui/window/presentation.h"
#include "ui/window/status_line.h"
#include "ui/window/view_tabs.h"
#include "ui/window/window_layout.h"
#include "ui/window/window_menus.h"

namespace factorscope {

MainWindow::MainWindow(const Experiment& experiment, int threads)
    : m_document(new Document(experiment, this)), m_view(new ViewState(this)),
      m_compute(new ComputeService(threads, this)), m_timing(new IdleTiming(*m_compute, this)),
      m_loader(new Loader(this)), m_export(new ExportService(this)),
      m_recent(new RecentFiles(m_settings, this)), m_theme(new ThemeSwitch(this)),
      m_keys(new ViewKeys(*m_view, *this)), m_panel(new BranchesPanel(*m_document, this)),
      m_views(new ViewTabs(*m_view, this)), m_inspector(new Inspector(*m_view, this)),
      m_strip(new CostStrip(this)), m_status(new StatusLine(this)), m_clock(new PictureClock(this))
{
    nameWindow(experiment);
    auto* midRow = new MidChannels(*m_document, Qt::Horizontal, this);
    QWidget* inspectorArea = layOut(*this, {*m_panel, *m_views, *m_inspector, *midRow, *m_strip});
    m_message = new MessageBar(m_strip);
    setStatusBar(m_status);
    buildActions(*inspectorArea, *midRow);
    m_pickGesture = m_document->newGesture();
    connectDocument();
    connectAnswers();
    connectInputs();
    connectKernels();
    connectBusy();
    restoreGeometry(m_settings.value(QStringLiteral("geometry")).toByteArray());
    m_strip->show(experiment);
    m_compute->ask(experiment, EvaluateBoth{.mayPreview = true});
}

MainWindow::~MainWindow() = default;

void MainWindow::buildActions(QWidget& inspectorArea, QWidget& midRow)
{
    m_presentation
        = new Presentation(*this, {*m_theme, {m_panel, &inspectorArea, m_status}, midRow});
    m_openActions = new OpenActions(*m_document, *m_loader, *m_recent, this);
    m_exportActions = new ExportActions(this, *m_export, [this] { return exportMaterial(); });
    new WindowMenus(*this,
                    {.openActions = *m_openActions,
                     .exportActions = *m_exportActions,
                     .undoStack = *m_document->undoStack(),
                     .views = *m_views,
                     .theme = *m_theme,
                     .presentation = *m_presentation->action(),
                     .settings = m_settings});
}

void MainWindow::connectDocument()
{
    connect(m_document, &Document::changed, this, [this](const Experiment& experiment) {
        m_clock->start();
        m_message->hide();
        m_strip->show(experiment);
        m_views->showCosts(experiment);
        nameWindow(experiment);
        m_compute->ask(experiment, EvaluateBoth{.mayPreview = true});
    });
    connect(m_status, &StatusLine::cancelled, this, &MainWindow::returnToShown);
    connect(m_document, &Document::refused, this, &MainWindow::fail);
    connect(m_views, &ViewTabs::midChannelsPicked, this, [this](qint64 midChannels) {
        m_document->set(*findParameter("mid-channels"), std::int64_t{midChannels}, m_pickGesture);
    });
    connect(m_views, &ViewTabs::slopeWanted, this, [this](double slope) {
        Experiment experiment = m_document->experiment();
        setSlopeBetween(experiment, slope);
        m_document->replace(experiment, tr("Slope between"));
    });
    connect(m_views, &ViewTabs::pickEnded, this,
            [this] { m_pickGesture = m_document->newGesture(); });
    connect(m_views, &ViewTabs::presetPicked, m_openActions, &OpenActions::loadPreset);
}

void MainWindow::connectAnswers()
{
    connect(m_compute, &ComputeService::answered, this, &MainWindow::take);
    connect(m_compute, &ComputeService::previewed, this, &MainWindow::showMaps);
    connect(m_compute, &ComputeService::failed, this, [this](const Error& error) {
        m_document->takeBack(); // the experiment stays as it was
        fail(error);
    });
    connect(m_views, &ViewTabs::drawn, this, &MainWindow::pictureShown);
    connect(m_views, &ViewTabs::failed, this, &MainWindow::fail);
    connect(this, &MainWindow::pictureShown, m_clock, &PictureClock::drawn);
    connect(m_views, &ViewTabs::currentChanged, m_clock, &PictureClock::forget);
    const auto tellInspector
        = [this] { m_inspector->setBesideMaps(m_views->currentId() == "feature-maps"); };
    connect(m_views, &ViewTabs::currentChanged, m_inspector, tellInspector);
    tellInspector();
    connect(m_clock, &PictureClock::measured, m_status, &StatusLine::showLatency);
    connect(m_clock, &PictureClock::measured, this, &MainWindow::responded);
    connect(m_view, &ViewState::cursorChanged, m_status,
            [this] { m_status->showCursor(m_view->settings()); });
}

void MainWindow::connectKernels()
{
    connect(m_views, &ViewTabs::kernelsWanted, this, [this](const HandMadeChoice& choice) {
        m_document->replace(withKernels(m_document->experiment(), choice), tr("kernels"));
    });
    connect(m_panel, &BranchesPanel::kernelEditWanted, this, [this] {
        m_view->set(paintingKernel(m_view->settings(), m_document->experiment().kernelShape));
        showView("kernels");
    });
}

void MainWindow::connectInputs()
{
    auto* drop = new DropTarget(this, *m_loader);
    connect(drop, &DropTarget::refused, this, &MainWindow::fail);
    connect(m_openActions, &OpenActions::failed, this, &MainWindow::fail);
    connect(m_openActions, &OpenActions::noted, this, &MainWindow::note);
    connect(m_exportActions, &ExportActions::failed, this, &MainWindow::fail);
    connect(m_exportActions, &ExportActions::noted, this, &MainWindow::note);
}

void MainWindow::connectBusy()
{
    m_status->watch(*m_compute, tr("computing"));
    m_status->watch(*m_loader, tr("opening"));
    m_status->watch(*m_export, tr("exporting"));
    for (AnalysisLane* lane : m_views->findChildren<AnalysisLane*>())
        m_status->watch(*lane, tr("looking into it"));
    m_timing->deferWhile([this] { return m_views->isBusy(); });
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    m_settings.setValue(QStringLiteral("geometry"), saveGeometry());
    QMainWindow::closeEvent(event);
}

void MainWindow::take(const std::shared_ptr<const Answer>& answer)
{
    std::visit(Visitor{[&](const BothEvaluated& both) {
                           m_answer = answer;
                           showMaps(answer);
                           show({answer, &both});
                       },
                       [&](const BothTimed& both) {
                           if (both.experiment == m_document->experiment())
                               m_strip->show(both);
                       }},
               *answer);
}

void MainWindow::showMaps(const std::shared_ptr<const Answer>& answer)
{
    const std::shared_ptr<const BothEvaluated> both(answer, &std::get<BothEvaluated>(*answer));
    const auto channels = [&](Stage stage) { return both->stages[stage].channels(); };
    m_keys->setLimits({both->stages[Stage::Factorised].size(), channels(Stage::Factorised),
                       channels(Stage::MidBefore)});
    m_views->show(both);
    m_clock->expect(both->experiment == m_document->experiment());
}

void MainWindow::show(const std::shared_ptr<const BothEvaluated>& both)
{
    m_inspector->show(both);
    if (both->experiment == m_document->experiment()) { // else it is on the way of a drag
        m_strip->show(*both);
        m_views->showCosts(*both);
    }
    m_status->show(*both, m_compute->threads());
    m_timing->follow(*both);
}

/// What was stopped is not asked for again; what is shown is known, so that it costs nothing.
void MainWindow::returnToShown()
{
    if (!m_answer || !(m_compute->isBusy() || m_compute->isPreviewing()))
        return; // something else was stopped
    const auto& both = std::get<BothEvaluated>(*m_answer);
    m_document->returnTo(both.experiment);
    m_compute->cancel();
    showMaps(m_answer); // and no preview of something else
    m_strip->show(both);
    m_timing->follow(both);
    note(tr("Stopped. The experiment is again the one that is shown."));
}

void MainWindow::nameWindow(const Experiment& experiment)
{
    const auto& picture = experiment.picture;
    setWindowTitle(picture ? tr("%1 – Factorscope").arg(QString::fromStdString(picture->name))
                           : tr("Factorscope"));
}

void MainWindow::showView(const std::string& id)
{
    m_views->showView(id);
}

void MainWindow::setTheme(ThemeChoice theme)
{
    m_theme->choose(theme);
}

void MainWindow::setPresenting(bool isPresenting)
{
    m_presentation->setOn(isPresenting);
}

bool MainWindow::isSettled() const
{
    return m_answer && !m_compute->isBusy() && !m_compute->isPreviewing() && !m_views->isBusy()
        && !m_inspector->isBusy();
}

void MainWindow::fail(const Error& error)
{
    emit failed(error);
    m_message->show(sentence(error), MessageBar::Kind::Error);
}

void MainWindow::note(const QString& sentence)
{
    m_message->show(sentence, MessageBar::Kind::Note);
}

std::optional<ExportMaterial> MainWindow::exportMaterial() const
{
    if (!m_answer)
        return {};
    const Experiment& shown = std::get<BothEvaluated>(*m_answer).experiment;
    const char* other = shown.inputTensor ? "tensor" : "randn";
    return ExportMaterial{m_answer, m_view->settings(), std::string(m_views->currentId()),
                          shown.picture ? shown.picture->name : other};
}

} // namespace factorscope
