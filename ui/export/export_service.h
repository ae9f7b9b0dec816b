#pragma once

#include "core/experiment/evaluate.h"
#include "core/parallel/lane.h"
#include "ui/compute/analysis_lane.h"
#include "ui/export/figure_views.h"
#include "ui/export/map_files.h"
#include "ui/figure/figure.h"

#include <QImage>
#include <QObject>
#include <QStringList>

#include <filesystem>
#include <functional>
#include <memory>
#include <variant>
#include <vector>

namespace factorscope {

/// A figure, with the answer that it shows.
struct DrawnAnswer {
    Figure figure;
    std::shared_ptr<const Answer> answer; ///< lives until the figure is drawn
    double scale = 1.0;
};
struct FigureExport {
    DrawnAnswer drawn;
    FigureFormat format;
    std::filesystem::path path;
};
/// A view of an answer, whose findings are wanted.
struct ViewOfAnswer {
    const FigureView* view;
    std::shared_ptr<const Answer> answer;
    ViewSettings settings;
};
struct MapsExport {
    std::shared_ptr<const Answer> answer;
    MapFiles kind;
    MapFilesPlace place;
    ViewSettings settings;
};

/// Draws and writes exports on a thread of its own. The files of one export appear together and
/// whole, or the old ones stay. One at a time: another one stops the one before. Lives on the GUI
/// thread, where the signals come from.
class ExportService : public QObject {
    Q_OBJECT
public:
    explicit ExportService(QObject* parent = nullptr);
    ~ExportService() override;

    void save(FigureExport wanted);
    void save(MapsExport wanted);
    void save(std::vector<TextFile> wanted);
    /// Ends in drawn().
    void draw(DrawnAnswer wanted);
    /// Has a view find what it shows, and goes on with it on this thread: at once where the view
    /// finds nothing, never when something else is exported meanwhile.
    void find(const ViewOfAnswer& wanted, std::function<void(const Findings&)> next);
    /// Stops what is under way; files that are in their places already are told of all the same.
    void cancel();

    bool isBusy() const { return m_isBusy; }
    double progress() const { return m_search.progress(); } ///< of finding, from 0 to 1

signals:
    void finished(const QStringList& paths);
    void drawn(const QImage& image);
    void failed(const Error& error);
    void busyChanged(bool isBusy);

private:
    using Outcome = std::variant<QStringList, QImage>;
    using Work = std::function<Result<Outcome>(const std::stop_token&)>;
    using Add = std::function<Result<std::vector<std::filesystem::path>>(OutputFiles&,
                                                                         const std::stop_token&)>;
    void start(Work work);
    void startSaving(Add add);
    static Result<Outcome> done(const Work& work, const std::stop_token& stop);
    void deliver(const Result<Outcome>& result, quint64 number);
    void setBusy(bool isBusy);

    quint64 m_number = 0; ///< of the export under way
    bool m_isBusy = false;
    AnalysisLane m_search;
    Lane m_lane; ///< last: its thread ends before what it uses
};

} // namespace factorscope
