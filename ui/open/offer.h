#pragma once

#include "core/result/error.h"

#include <QImage>
#include <QString>

#include <vector>

class QMimeData;

namespace factorscope {

class Loader;

/// What a drop or the clipboard brings that can be opened, at most one input and one file of
/// weights.
struct Offer {
    QString inputPath; ///< of a picture or a tensor; the last of several
    QString weightPath;
    QImage image; ///< pixels without a file
    std::vector<Error> refusals; ///< what it brings beside them, a sentence each

    bool isEmpty() const { return inputPath.isEmpty() && weightPath.isEmpty() && image.isNull(); }
};

/// Whether it is worth looking at, without looking: while it is dragged.
bool mayBeAnOffer(const QMimeData& data);

/// Local files first, else pixels, else a text that is the path of a file. Files are judged by
/// their endings alone; one without an ending may be an input.
Offer offerOf(const QMimeData& data);

void open(const Offer& offer, Loader& loader);

} // namespace factorscope
