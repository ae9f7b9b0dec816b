#include "ui/open/offer.h"

#include "ui/image/picture_file.h"
#include "ui/open/loader.h"

#include <QFileInfo>
#include <QMimeData>
#include <QUrl>

namespace factorscope {
namespace {

Error refusal(const char* text, const QString& name, const QString& kind = {})
{
    Error error{ErrorCode::Unsupported, text, {name.toStdString()}};
    if (!kind.isEmpty())
        error.arguments.push_back(kind.toStdString());
    return error;
}

/// The reader says better than a list of endings why a TIFF or a WebP cannot be opened here.
bool isInputEnding(const QString& ending)
{
    static const QStringList kEndings
        = pictureFileEndings() + QStringList{"npy", "tif", "tiff", "webp"};
    return ending.isEmpty() || kEndings.contains(ending);
}

void addFile(const QString& path, Offer& offer)
{
    const QFileInfo file(path);
    const QString ending = file.suffix().toLower();
    if (file.isDir())
        offer.refusals.push_back(refusal(
            QT_TRANSLATE_NOOP("core", "'%1' is a folder: open the files in it"), file.fileName()));
    else if (ending == QStringLiteral("safetensors"))
        offer.weightPath = path;
    else if (isInputEnding(ending))
        offer.inputPath = path;
    else
        offer.refusals.push_back(refusal(
            QT_TRANSLATE_NOOP("core",
                              "'%1' is a .%2 file: what can be opened are pictures, tensors "
                              "(.npy) and weights (.safetensors)"),
            file.fileName(), ending));
}

void addUrls(const QList<QUrl>& urls, Offer& offer)
{
    for (const QUrl& url : urls) {
        if (url.isLocalFile())
            addFile(url.toLocalFile(), offer);
        else
            offer.refusals.push_back(
                refusal(QT_TRANSLATE_NOOP("core", "'%1' is not a file on this machine"),
                        url.toDisplayString()));
    }
}

void addText(const QString& text, Offer& offer)
{
    const QString line = text.trimmed();
    const QUrl url(line);
    const QString path = url.isLocalFile() ? url.toLocalFile() : line;
    if (QFileInfo(path).isAbsolute() && QFileInfo::exists(path))
        addFile(path, offer);
}

} // namespace

bool mayBeAnOffer(const QMimeData& data)
{
    return data.hasUrls() || data.hasImage() || data.hasText();
}

Offer offerOf(const QMimeData& data)
{
    Offer offer;
    addUrls(data.urls(), offer);
    if (offer.isEmpty() && data.hasImage())
        offer.image = qvariant_cast<QImage>(data.imageData());
    if (offer.isEmpty() && offer.refusals.empty() && data.hasText())
        addText(data.text(), offer);
    if (!offer.image.isNull())
        offer.refusals.clear(); // a browser gives the address beside the pixels
    return offer;
}

void open(const Offer& offer, Loader& loader)
{
    if (!offer.weightPath.isEmpty())
        loader.openWeights(offer.weightPath);
    if (!offer.inputPath.isEmpty())
        loader.open(offer.inputPath);
    else if (!offer.image.isNull())
        loader.openPicture(offer.image);
}

} // namespace factorscope
