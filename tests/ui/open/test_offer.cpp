#include "open_files.h"

#include "ui/open/offer.h"

#include <QMimeData>
#include <QTest>
#include <QUrl>

using namespace factorscope;

namespace {

void setFiles(QMimeData& data, const QStringList& paths)
{
    QList<QUrl> urls;
    for (const QString& path : paths)
        urls << QUrl::fromLocalFile(path);
    data.setUrls(urls);
}

QStringList refusals(const Offer& offer)
{
    QStringList sentences;
    for (const Error& refusal : offer.refusals)
        sentences << QString::fromStdString(refusal.message());
    return sentences;
}

} // namespace

class TestOffer : public QObject {
    Q_OBJECT
private slots:
    void takesOneOfEachKind();
    void theLastInputWins();
    void namesTheKindThatItRefuses_data();
    void namesTheKindThatItRefuses();
    void filesComeBeforePixels();
    void pixelsComeBeforeAnAddress();
    void aTextMayBeAPath_data();
    void aTextMayBeAPath();
    void nothingIsNoOffer();

private:
    OpenFiles m_files;
};

void TestOffer::takesOneOfEachKind()
{
    QMimeData data;
    setFiles(data, {"/x/w.safetensors", "/x/readme.txt", "/x/photo.JPG"});
    QVERIFY(mayBeAnOffer(data));
    const Offer offer = offerOf(data);
    QCOMPARE(offer.weightPath, QString("/x/w.safetensors"));
    QCOMPARE(offer.inputPath, QString("/x/photo.JPG"));
    QCOMPARE(offer.refusals.size(), std::size_t(1));
}

void TestOffer::theLastInputWins()
{
    QMimeData data;
    setFiles(data, {"/x/a.png", "/x/b.npy", "/x/c.webp"});
    QCOMPARE(offerOf(data).inputPath, QString("/x/c.webp"));
    setFiles(data, {"/x/a.png", "/x/without"});
    QCOMPARE(offerOf(data).inputPath, QString("/x/without"));
}

void TestOffer::namesTheKindThatItRefuses_data()
{
    QTest::addColumn<QUrl>("url");
    QTest::addColumn<QString>("says");
    QTest::newRow("document") << QUrl("file:///x/thesis.docx") << "'thesis.docx' is a .docx file";
    QTest::newRow("folder") << QUrl::fromLocalFile(m_files.path(".")) << "is a folder";
    QTest::newRow("address") << QUrl("https://example.org/a.png")
                             << "'https://example.org/a.png' is not a file on this machine";
}

void TestOffer::namesTheKindThatItRefuses()
{
    QFETCH(QUrl, url);
    QFETCH(QString, says);
    QMimeData data;
    data.setUrls({url});
    const Offer offer = offerOf(data);
    QVERIFY(offer.isEmpty());
    QVERIFY2(refusals(offer).join(u'|').contains(says), qPrintable(refusals(offer).join(u'|')));
}

void TestOffer::filesComeBeforePixels()
{
    QMimeData data;
    setFiles(data, {"/x/a.png"});
    data.setImageData(OpenFiles::image({4, 4}));
    const Offer offer = offerOf(data);
    QCOMPARE(offer.inputPath, QString("/x/a.png"));
    QVERIFY(offer.image.isNull());
}

void TestOffer::pixelsComeBeforeAnAddress()
{
    QMimeData data;
    data.setUrls({QUrl("https://example.org/a.png")});
    data.setImageData(OpenFiles::image({4, 5}));
    const Offer offer = offerOf(data);
    QCOMPARE(offer.image.size(), QSize(5, 4));
    QVERIFY(offer.refusals.empty());
}

void TestOffer::aTextMayBeAPath_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("isPath");
    const QString path = m_files.picture("in a text.png");
    QTest::newRow("path") << path << true;
    QTest::newRow("line") << "  " + path + "\n" << true;
    QTest::newRow("address") << QUrl::fromLocalFile(path).toString(QUrl::FullyEncoded) << true;
    QTest::newRow("words") << QString("some words") << false;
    QTest::newRow("missing") << m_files.path("missing.png") << false;
    QTest::newRow("nothing") << QString(" ") << false;
}

void TestOffer::aTextMayBeAPath()
{
    QFETCH(QString, text);
    QFETCH(bool, isPath);
    QMimeData data;
    data.setText(text);
    const Offer offer = offerOf(data);
    QCOMPARE(offer.inputPath, isPath ? m_files.path("in a text.png") : QString());
    QCOMPARE(offer.isEmpty(), !isPath);
}

void TestOffer::nothingIsNoOffer()
{
    const QMimeData data;
    QVERIFY(!mayBeAnOffer(data));
    QVERIFY(offerOf(data).isEmpty());
}

QTEST_MAIN(TestOffer)
#include "test_offer.moc"
