#include "tests/ui/figure/sample_answer.h"
#include "ui/export/figure_views.h"

#include <QImage>
#include <QRegularExpression>
#include <QTest>

#include <set>
#include <thread>

using namespace factorscope;

class TestFigureViews : public QObject {
    Q_OBJECT
private slots:
    void everyViewHasItsName();
    void everyViewIsDrawn_data();
    void everyViewIsDrawn();

private:
    const std::shared_ptr<const Answer> m_answer = sampleAnswer();
    const BothEvaluated& m_both = std::get<BothEvaluated>(*m_answer);
};

void TestFigureViews::everyViewHasItsName()
{
    std::set<std::string_view> ids;
    for (const FigureView& view : figureViews()) {
        QCOMPARE(findFigureView(view.id), &view);
        QVERIFY(*view.label);
        ids.insert(view.id);
    }
    QCOMPARE(ids.size(), figureViews().size());
    for (const char* id : {"feature-maps", "receptive-field", "kernels", "cost"})
        QVERIFY2(ids.contains(id), id);
    QVERIFY(!findFigureView("speed"));
    QVERIFY(!findFigureView(""));
}

void TestFigureViews::everyViewIsDrawn_data()
{
    QTest::addColumn<int>("index");
    for (int i = 0; i < std::ssize(figureViews()); ++i)
        QTest::newRow(figureViews()[std::size_t(i)].id.data()) << i;
}

/// On another thread, in both themes, with all that it says as text.
void TestFigureViews::everyViewIsDrawn()
{
    QFETCH(int, index);
    const FigureView& view = figureViews()[std::size_t(index)];
    const Figure light = view.make(m_both, {}, lightTheme());
    const Figure dark = view.make(m_both, {}, darkTheme());
    QVERIFY(!light.title.isEmpty());
    QImage images[2];
    QByteArray svg;
    std::thread([&] {
        images[0] = *figureImage(light, 1.0);
        images[1] = *figureImage(dark, 1.0);
        svg = *figureBytes(light, FigureFormat::Svg, 1.0);
    }).join();
    for (const QImage& image : images) {
        QCOMPARE(image.size(), light.size.toSize());
        std::set<QRgb> colours;
        for (int x = 0; x < image.width(); ++x) {
            for (int y = 0; y < image.height(); ++y)
                colours.insert(image.pixel(x, y));
        }
        QVERIFY(colours.size() > 20);
    }
    QVERIFY(qGray(images[0].pixel(1, 1)) > 200);
    QVERIFY(qGray(images[1].pixel(1, 1)) < 80);
    QVERIFY(svg.contains("original"));
    QVERIFY(svg.contains("decomposed"));
    const QRegularExpression notANumber(QStringLiteral("[ ,\"=](nan|inf)[ ,\"]"));
    QVERIFY(!notANumber.match(QString::fromUtf8(svg)).hasMatch());
}

QTEST_MAIN(TestFigureViews)
#include "test_figure_views.moc"
