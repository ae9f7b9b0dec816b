#pragma once

#include "core/branch/named_branches.h"
#include "core/image/samples.h"
#include "core/weights/initialize.h"
#include "core/weights/npy.h"
#include "core/weights/safetensors.h"

#include <QDir>
#include <QFile>
#include <QImage>
#include <QTemporaryDir>

namespace factorscope {

/// Files of every kind that can be opened, in a folder that goes with the test.
class OpenFiles {
public:
    QString path(const QString& name) const { return m_folder.filePath(name); }

    /// A sample as a picture file.
    QString picture(const QString& name, Extent size = {12, 17}) const
    {
        if (!image(size).save(path(name), "PNG"))
            qFatal("cannot write %s", qPrintable(name));
        return path(name);
    }
    QString bytes(const QString& name, const QByteArray& content) const
    {
        QFile file(path(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write %s", qPrintable(name));
        return path(name);
    }
    QString tensor(const QString& name, const Shape& shape) const
    {
        OutputFiles files;
        if (!addNpy(files, path(name).toStdString(), Tensor::filled(shape, 0.5F))
            || !files.commit())
            qFatal("cannot write %s", qPrintable(name));
        return path(name);
    }
    QString weights(const QString& name, const TensorMap& tensors) const
    {
        OutputFiles files;
        if (!addSafetensors(files, path(name).toStdString(), tensors) || !files.commit())
            qFatal("cannot write %s", qPrintable(name));
        return path(name);
    }
    /// Of a decomposed branch 6 → 5 → 4.
    QString weights(const QString& name) const
    {
        TorchGenerator generator(0);
        const BranchOptions options{.inChannels = 6, .midChannels = 5, .outChannels = 4};
        return weights(name, initialized(namedBranch(BranchKind::Decomposed, options), generator));
    }

    static QImage image(Extent size)
    {
        const Picture picture = findSample("gratings")->draw(size);
        QImage image(int(size.width), int(size.height), QImage::Format_RGB32);
        const std::int64_t plane = size.height * size.width;
        for (std::int64_t i = 0; i < plane; ++i) {
            const auto level = [&](int channel) {
                return int(picture.rgb.data()[channel * plane + i] * 255.0F + 0.5F);
            };
            image.setPixel(int(i % size.width), int(i / size.width),
                           qRgb(level(0), level(1), level(2)));
        }
        return image;
    }

private:
    QTemporaryDir m_folder;
};

inline constexpr int kPatienceMs = 60'000; // on a busy machine, under a sanitizer

} // namespace factorscope
