#pragma once

#include "core/experiment/experiment.h"
#include "core/parallel/lane.h"
#include "core/result/result.h"

#include <QObject>

#include <functional>
#include <memory>
#include <string>
#include <variant>

class QImage;

namespace factorscope {

/// What a file, a sample or a pasted picture turns out to be.
using Loaded
    = std::variant<std::shared_ptr<const Picture>, SharedTensor, std::shared_ptr<const WeightFile>>;

/// Loads inputs and weights off the GUI thread. The newest input overtakes those before it, and the
/// newest weights likewise; the two do not disturb each other. What was overtaken or cancelled is
/// never heard of.
class Loader : public QObject {
    Q_OBJECT
public:
    explicit Loader(QObject* parent = nullptr);
    ~Loader() override;

    /// A file of any kind: .safetensors by its ending, .npy by its content or ending, else a
    /// picture.
    void open(const QString& path);
    void openPicture(const QString& path);
    void openPicture(const QImage& image); ///< such as a pasted one; not a null image
    void openTensor(const QString& path);
    void openWeights(const QString& path);
    void drawSample(const std::string& id); ///< one of samples()

    /// Stops what is under way: nothing comes of it.
    void cancel();
    bool isBusy() const { return m_isBusy; }

signals:
    /// `source`: the absolute path of a file, "sample:scene", or tr("pasted").
    void pictureLoaded(const std::shared_ptr<const Picture>& picture, const QString& source);
    void tensorLoaded(const SharedTensor& tensor, const QString& source); ///< (N,C,H,W)
    void weightsLoaded(const std::shared_ptr<const WeightFile>& file);
    void failed(const Error& error);
    void busyChanged(bool isBusy);

private:
    using Reader = Result<Loaded>(const std::string& path, const std::stop_token& stop);
    using Job = std::function<Result<Loaded>(const std::stop_token&)>;

    /// Things of which the newest is wanted.
    struct Track {
        quint64 generation = 0;
        bool isBusy = false;
        Lane lane; ///< last: its thread ends first
    };

    void startReading(Track& track, const QString& path, Reader& read);
    void start(Track& track, const QString& source, Job job);
    void deliver(Track& track, const Result<Loaded>& result, const QString& source);
    void announce(const Loaded& loaded, const QString& source);
    void setBusy(Track& track, bool isBusy);

    bool m_isBusy = false;
    Track m_inputs;
    Track m_weights;
};

} // namespace factorscope
