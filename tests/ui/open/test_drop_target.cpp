#include "open_files.h"

#include "ui/open/drop_target.h"
#include "ui/open/loader.h"

#include <QDropEvent>
#include <QMimeData>
#include <QSignalSpy>
#include <QTest>
#include <QUrl>
#include <QWidget>

using namespace factorscope;

namespace {

struct Receiver {
    Receiver() : target(new DropTarget(&widget, loader))
    {
        QObject::connect(target, &DropTarget::refused, &widget, [this](const Error& error) {
            refusals << QString::fromStdString(error.message());
        });
    }

    /// Whether a drag of this is welcome.
    bool enter(const QMimeData& data)
    {
        QDragEnterEvent event(QPoint(5, 5), Qt::CopyAction | Qt::MoveAction, &data, Qt::LeftButton,
                              Qt::NoModifier);
        event.ignore();
        QCoreApplication::sendEvent(&widget, &event);
        return event.isAccepted();
    }
    /// What becomes of the dropped thing.
    Qt::DropAction drop(const QMimeData& data)
    {
        if (!enter(data)) // as Qt, which drops only where it was let in
            return Qt::IgnoreAction;
        QDropEvent event(QPointF(5, 5), Qt::CopyAction | Qt::MoveAction, &data, Qt::LeftButton,
                         Qt::NoModifier);
        event.setDropAction(Qt::MoveAction);
        event.ignore();
        QCoreApplication::sendEvent(&widget, &event);
        return event.isAccepted() ? event.dropAction() : Qt::IgnoreAction;
    }

    Loader loader;
    QWidget widget;
    DropTarget* target;
    QStringList refusals;
};

} // namespace

class TestDropTarget : public QObject {
    Q_OBJECT
private slots:
    void opensAPictureAndWeightsTogether();
    void opensPixels();
    void copiesAndDoesNotMove();
    void saysWhyItRefuses();
    void leavesOtherThingsAlone();

private:
    OpenFiles m_files;
};

void TestDropTarget::opensAPictureAndWeightsTogether()
{
    Receiver receiver;
    QSignalSpy pictures(&receiver.loader, &Loader::pictureLoaded);
    QSignalSpy weights(&receiver.loader, &Loader::weightsLoaded);
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(m_files.picture("a.png")),
                  QUrl::fromLocalFile(m_files.weights("a.safetensors")),
                  QUrl::fromLocalFile(m_files.picture("b.png"))});
    QVERIFY(receiver.widget.acceptDrops());
    QVERIFY(receiver.enter(data));
    QVERIFY(!receiver.loader.isBusy());
    receiver.drop(data);
    QTRY_VERIFY_WITH_TIMEOUT(!receiver.loader.isBusy(), kPatienceMs);
    QCOMPARE(pictures.size(), 1);
    QCOMPARE(pictures[0][1].toString(), m_files.path("b.png"));
    QCOMPARE(weights.size(), 1);
    QVERIFY(receiver.refusals.isEmpty());
}

void TestDropTarget::opensPixels()
{
    Receiver receiver;
    QSignalSpy pictures(&receiver.loader, &Loader::pictureLoaded);
    QMimeData data;
    data.setImageData(OpenFiles::image({4, 4}));
    QVERIFY(receiver.enter(data));
    receiver.drop(data);
    QTRY_COMPARE_WITH_TIMEOUT(pictures.size(), 1, kPatienceMs);
}

void TestDropTarget::copiesAndDoesNotMove()
{
    Receiver receiver;
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(m_files.picture("stays.png"))});
    QCOMPARE(receiver.drop(data), Qt::CopyAction);
}

void TestDropTarget::saysWhyItRefuses()
{
    Receiver receiver;
    QMimeData data;
    data.setUrls({QUrl("file:///x/thesis.docx")});
    QVERIFY(receiver.enter(data)); // else nobody would hear why
    receiver.drop(data);
    QCOMPARE(receiver.refusals.size(), 1);
    QVERIFY(receiver.refusals[0].contains(".docx"));
    QVERIFY(!receiver.loader.isBusy());

    QMimeData words;
    words.setText("some words");
    receiver.drop(words);
    QCOMPARE(receiver.refusals.size(), 2);
}

void TestDropTarget::leavesOtherThingsAlone()
{
    Receiver receiver;
    QMimeData data;
    data.setData("application/x-something", "x");
    QVERIFY(!receiver.enter(data));
    QCOMPARE(receiver.drop(data), Qt::IgnoreAction);
    QVERIFY(receiver.refusals.isEmpty());
}

QTEST_MAIN(TestDropTarget)
#include "test_drop_target.moc"
