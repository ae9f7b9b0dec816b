#pragma once

#include "core/experiment/evaluate.h"
#include "ui/view/view_state.h"

#include <QMainWindow>
#include <QSettings>

#include <memory>

namespace factorscope {

class BranchesPanel;
class ComputeService;
class CostStrip;
class Document;
class ExportActions;
class ExportService;
class IdleTiming;
class Inspector;
class Loader;
class MessageBar;
class OpenActions;
class PictureClock;
class Presentation;
class RecentFiles;
class StatusLine;
class ThemeSwitch;
enum class ThemeChoice;
class ViewKeys;
class ViewTabs;
struct ExportMaterial;

/// The window: controls change the document, the document is computed, the views show the answer.
/// Builds and connects; computes nothing and owns no rule.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    /// `threads` to compute with: 0 takes all.
    explicit MainWindow(const Experiment& experiment, int threads = 0);
    ~MainWindow() override;

    Document& document() { return *m_document; }
    ViewState& view() { return *m_view; }
    const ComputeService& compute() const { return *m_compute; }
    /// One of figureViews().
    void showView(const std::string& id);
    void setTheme(ThemeChoice theme);
    void setPresenting(bool isPresenting);
    /// Nothing is under way: what is on the screen is the newest.
    bool isSettled() const;

signals:
    /// The maps of an answer are on the screen.
    void pictureShown();
    /// The newest change has been painted, so long after it was made.
    void responded(double milliseconds);
    /// Of what was asked for; it stands in the window, too.
    void failed(const Error& error);

protected:
    void closeEvent(QCloseEvent* event) override;

private:
    void buildActions(QWidget& inspectorArea, QWidget& midRow);
    void connectDocument();
    void connectAnswers();
    void connectInputs();
    void connectKernels();
    void connectBusy();

    void take(const std::shared_ptr<const Answer>& answer);
    void show(const std::shared_ptr<const BothEvaluated>& both);
    void showMaps(const std::shared_ptr<const Answer>& answer);
    void fail(const Error& error);
    void note(const QString& sentence);
    void returnToShown();
    void nameWindow(const Experiment& experiment);
    std::optional<ExportMaterial> exportMaterial() const;

    QSettings m_settings;
    Document* m_document;
    ViewState* m_view;
    ComputeService* m_compute;
    IdleTiming* m_timing;
    Loader* m_loader;
    ExportService* m_export;
    RecentFiles* m_recent;
    ThemeSwitch* m_theme;
    ViewKeys* m_keys;
    OpenActions* m_openActions = nullptr;
    ExportActions* m_exportActions = nullptr;
    std::shared_ptr<const Answer> m_answer; ///< what is shown
    int m_pickGesture = 0; ///< of C_mid in the chart

    MessageBar* m_message = nullptr;
    BranchesPanel* m_panel;
    ViewTabs* m_views;
    Inspector* m_inspector;
    CostStrip* m_strip;
    StatusLine* m_status;
    PictureClock* m_clock;
    Presentation* m_presentation = nullptr;
};

} // namespace factorscope
