#include "ui/export/export_service.h"

#include "ui/compute/edge.h"

#include <utility>

namespace factorscope {

namespace fs = std::filesystem;

ExportService::ExportService(QObject* parent) : QObject(parent)
{
    connect(&m_search, &AnalysisLane::failed, this, [this](const Error& error) {
        setBusy(false);
        emit failed(error);
    });
}

ExportService::~ExportService() = default;

void ExportService::save(FigureExport wanted)
{
    startSaving([wanted = std::move(wanted)](
                    OutputFiles& files, const std::stop_token&) -> Result<std::vector<fs::path>> {
        ASSIGN_OR_RETURN(const QByteArray bytes,
                         figureBytes(wanted.drawn.figure, wanted.format, wanted.drawn.scale));
        RETURN_IF_ERROR(
            files.add(wanted.path, std::string_view(bytes.data(), std::size_t(bytes.size()))));
        return std::vector{wanted.path};
    });
}

void ExportService::save(MapsExport wanted)
{
    startSaving([wanted = std::move(wanted)](OutputFiles& files, const std::stop_token& stop)
                    -> Result<std::vector<fs::path>> {
        const auto& both = std::get<BothEvaluated>(*wanted.answer);
        RETURN_IF_ERROR(addMapFiles(files, both, wanted.kind, wanted.place, wanted.settings, stop));
        return mapFilePaths(both, wanted.kind, wanted.place);
    });
}

void ExportService::save(std::vector<TextFile> wanted)
{
    startSaving([wanted = std::move(wanted)](
                    OutputFiles& files, const std::stop_token&) -> Result<std::vector<fs::path>> {
        std::vector<fs::path> paths;
        for (const TextFile& file : wanted) {
            RETURN_IF_ERROR(files.add(file.path, file.text));
            paths.push_back(file.path);
        }
        return paths;
    });
}

void ExportService::draw(DrawnAnswer wanted)
{
    start([wanted = std::move(wanted)](const std::stop_token&) -> Result<Outcome> {
        ASSIGN_OR_RETURN(QImage image, figureImage(wanted.figure, wanted.scale));
        return Outcome(std::move(image));
    });
}

void ExportService::find(const ViewOfAnswer& wanted, std::function<void(const Findings&)> next)
{
    cancel();
    if (!wanted.view->looksFurther(wanted.settings)) {
        next({});
        return;
    }
    const auto goOn = [this, next = std::move(next), number = m_number](const Findings& findings) {
        next(findings);
        if (number == m_number) // nothing has begun
            setBusy(false);
    };
    m_search.ask([wanted, goOn](const ComputeContext& context) -> Result<AnalysisLane::Show> {
        const auto& both = std::get<BothEvaluated>(*wanted.answer);
        ASSIGN_OR_RETURN(
            Findings findings,
            findingsOf(*wanted.view, {wanted.answer, &both}, wanted.settings, context));
        return AnalysisLane::Show([goOn, findings = std::move(findings)] { goOn(findings); });
    });
    setBusy(true);
}

void ExportService::cancel()
{
    m_search.cancel();
    m_lane.cancel();
    ++m_number;
    setBusy(false);
}

void ExportService::startSaving(Add add)
{
    start([add = std::move(add)](const std::stop_token& stop) -> Result<Outcome> {
        OutputFiles files;
        ASSIGN_OR_RETURN(const std::vector<fs::path> paths, add(files, stop));
        if (stop.stop_requested())
            return cancelled();
        RETURN_IF_ERROR(files.commit());
        QStringList names;
        for (const fs::path& path : paths)
            names.append(QString::fromStdString(path.string()));
        return Outcome(std::move(names));
    });
}

void ExportService::start(Work work)
{
    m_search.cancel();
    const quint64 number = ++m_number;
    m_lane.submit([this, work = std::move(work), number](const std::stop_token& stop) {
        const auto result = done(work, stop);
        QMetaObject::invokeMethod(
            this, [this, result, number] { deliver(result, number); }, Qt::QueuedConnection);
    });
    setBusy(true);
}

Result<ExportService::Outcome> ExportService::done(const Work& work, const std::stop_token& stop)
{
    return withoutExceptions<Outcome>(
        [&] { return work(stop); },
        {.noMemory = QT_TRANSLATE_NOOP("core", "there is not enough memory: lower the scale"),
         .failure = QT_TRANSLATE_NOOP("core", "the export failed: %1")});
}

void ExportService::deliver(const Result<Outcome>& result, quint64 number)
{
    const bool isOvertaken = number != m_number;
    if (!isOvertaken)
        setBusy(false);
    if (result && std::holds_alternative<QStringList>(*result))
        emit finished(std::get<QStringList>(*result)); // also when overtaken: the files are there
    else if (isOvertaken)
        return;
    else if (result)
        emit drawn(std::get<QImage>(*result));
    else
        emit failed(result.error());
}

void ExportService::setBusy(bool isBusy)
{
    if (isBusy == m_isBusy)
        return;
    m_isBusy = isBusy;
    emit busyChanged(isBusy);
}

} // namespace factorscope
