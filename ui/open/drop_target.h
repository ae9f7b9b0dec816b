#pragma once

#include "core/result/error.h"

#include <QObject>

class QWidget;

namespace factorscope {

class Loader;

/// Makes a widget take pictures, tensors and files of weights that are dropped on it, and belongs
/// to it.
class DropTarget : public QObject {
    Q_OBJECT
public:
    DropTarget(QWidget* widget, Loader& loader);

    bool eventFilter(QObject* watched, QEvent* event) override;

signals:
    /// Something was dropped that cannot be opened.
    void refused(const Error& error);

private:
    Loader& m_loader;
};

} // namespace factorscope
