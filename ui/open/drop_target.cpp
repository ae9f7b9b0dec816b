#include "ui/open/drop_target.h"

#include "ui/open/loader.h"
#include "ui/open/offer.h"

#include <QDropEvent>
#include <QMimeData>
#include <QWidget>

namespace factorscope {

DropTarget::DropTarget(QWidget* widget, Loader& loader) : QObject(widget), m_loader(loader)
{
    widget->setAcceptDrops(true);
    widget->installEventFilter(this);
}

bool DropTarget::eventFilter(QObject* watched, QEvent* event)
{
    const bool isDrop = event->type() == QEvent::Drop;
    if (!isDrop && event->type() != QEvent::DragEnter && event->type() != QEvent::DragMove)
        return QObject::eventFilter(watched, event);
    auto* drag = static_cast<QDropEvent*>(event); // entering and moving are kinds of it
    if (!mayBeAnOffer(*drag->mimeData()))
        return QObject::eventFilter(watched, event);
    drag->setDropAction(Qt::CopyAction); // a file manager would move the file
    drag->accept();
    if (!isDrop)
        return true;
    const Offer offer = offerOf(*drag->mimeData());
    open(offer, m_loader);
    for (const Error& refusal : offer.refusals)
        emit refused(refusal);
    if (offer.isEmpty() && offer.refusals.empty())
        emit refused({ErrorCode::Unsupported,
                      QT_TRANSLATE_NOOP("core", "what was dropped is neither a picture nor a file"),
                      {}});
    return true;
}

} // namespace factorscope
