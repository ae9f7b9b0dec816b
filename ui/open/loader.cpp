#include "ui/open/loader.h"

#include "core/experiment/input_tensor.h"
#include "core/experiment/opening.h"
#include "core/image/samples.h"
#include "core/tensor/memory.h"
#include "core/weights/npy.h"
#include "core/weights/safetensors.h"
#include "ui/image/picture_file.h"

#include <QFileInfo>
#include <QImage>

#include <exception>
#include <new>

namespace factorscope {
namespace {

Result<Loaded> shared(Result<Picture> picture)
{
    if (!picture)
        return picture.error();
    return Loaded(std::make_shared<const Picture>(*std::move(picture)));
}

Result<Loaded> readPictureFile(const std::string& path, const std::stop_token&)
{
    return shared(readPicture(path, availableMemoryBytes()));
}

Result<Loaded> readTensorFile(const std::string& path, const std::stop_token& stop)
{
    ASSIGN_OR_RETURN(Loaded tensor, readInputTensor(path, availableMemoryBytes(), stop));
    return tensor;
}

Result<Loaded> readInputFile(const std::string& path, const std::stop_token& stop)
{
    ASSIGN_OR_RETURN(const bool isTensor, isNpyFile(path));
    return isTensor ? readTensorFile(path, stop) : readPictureFile(path, stop);
}

Result<Loaded> readWeightFile(const std::string& path, const std::stop_token& stop)
{
    ASSIGN_OR_RETURN(TensorMap tensors, readSafetensors(path, availableMemoryBytes(), stop));
    return Loaded(std::make_shared<const WeightFile>(WeightFile{path, std::move(tensors)}));
}

/// On a lane's thread, one of the places where exceptions end.
Result<Loaded> carriedOut(const std::function<Result<Loaded>(const std::stop_token&)>& job,
                          const std::stop_token& stop)
{
    try {
        return job(stop);
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::Memory,
                     QT_TRANSLATE_NOOP("core", "there is not enough memory to open this"),
                     {}};
    } catch (const std::exception& exception) {
        return Error{ErrorCode::Unsupported,
                     QT_TRANSLATE_NOOP("core", "this cannot be opened: %1"),
                     {exception.what()}};
    }
}

} // namespace

Loader::Loader(QObject* parent) : QObject(parent) {}

Loader::~Loader() = default;

void Loader::open(const QString& path)
{
    if (path.endsWith(QStringLiteral(".safetensors"), Qt::CaseInsensitive))
        openWeights(path);
    else
        startReading(m_inputs, path, readInputFile);
}

void Loader::openPicture(const QString& path)
{
    startReading(m_inputs, path, readPictureFile);
}

void Loader::openTensor(const QString& path)
{
    startReading(m_inputs, path, readTensorFile);
}

void Loader::openWeights(const QString& path)
{
    startReading(m_weights, path, readWeightFile);
}

void Loader::openPicture(const QImage& image)
{
    const QString name = tr("pasted");
    start(m_inputs, name, [image, name = name.toStdString()](const std::stop_token&) {
        return shared(pictureOf(image, name, availableMemoryBytes()));
    });
}

void Loader::drawSample(const std::string& id)
{
    const Sample* sample = findSample(id);
    EXPECTS(sample);
    start(m_inputs, QStringLiteral("sample:") + QString::fromStdString(id),
          [sample](const std::stop_token&) { return shared(sample->draw(kSampleSize)); });
}

void Loader::cancel()
{
    for (Track* track : {&m_inputs, &m_weights}) {
        track->lane.cancel();
        ++track->generation;
        setBusy(*track, false);
    }
}

void Loader::startReading(Track& track, const QString& path, Reader& read)
{
    const QString absolute = QFileInfo(path).absoluteFilePath();
    start(track, absolute, [&read, path = absolute.toStdString()](const std::stop_token& stop) {
        return read(path, stop);
    });
}

void Loader::start(Track& track, const QString& source, Job job)
{
    const quint64 generation = ++track.generation;
    track.lane.submit([this, &track, source, generation, job = std::move(job)](const auto& stop) {
        Result<Loaded> result = carriedOut(job, stop);
        if (stop.stop_requested())
            return;
        const auto arrive = [this, &track, source, generation, result = std::move(result)] {
            if (generation == track.generation) // else overtaken in the event queue
                deliver(track, result, source);
        };
        QMetaObject::invokeMethod(this, arrive, Qt::QueuedConnection);
    });
    setBusy(track, true);
}

void Loader::deliver(Track& track, const Result<Loaded>& result, const QString& source)
{
    setBusy(track, false);
    if (result)
        announce(*result, source);
    else
        emit failed(result.error());
}

void Loader::announce(const Loaded& loaded, const QString& source)
{
    if (const auto* picture = std::get_if<std::shared_ptr<const Picture>>(&loaded))
        emit pictureLoaded(*picture, source);
    else if (const auto* tensor = std::get_if<SharedTensor>(&loaded))
        emit tensorLoaded(*tensor, source);
    else
        emit weightsLoaded(std::get<std::shared_ptr<const WeightFile>>(loaded));
}

void Loader::setBusy(Track& track, bool isBusy)
{
    track.isBusy = isBusy;
    const bool isAnyBusy = m_inputs.isBusy || m_weights.isBusy;
    if (isAnyBusy == m_isBusy)
        return;
    m_isBusy = isAnyBusy;
    emit busyChanged(m_isBusy);
}

} // namespace factorscope
