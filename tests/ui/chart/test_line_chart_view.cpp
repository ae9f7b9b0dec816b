#include "ui/chart/line_chart_view.h"

#include <QGraphicsSimpleTextItem>
#include <QImage>
#include <QLineSeries>
#include <QPainter>
#include <QSignalSpy>
#include <QTest>

#include <cmath>

using namespace factorscope;

namespace {

LinePlot plot()
{
    LinePlot shown;
    shown.title = QStringLiteral("Residual");
    shown.isWholeX = true;
    shown.series.push_back({QStringLiteral("measured"),
                            Qt::red,
                            false,
                            true,
                            {{1.0, 0.5}, {2.0, 0.2}, {4.0, 0.1}, {8.0, 0.0}}});
    shown.series.push_back(
        {QStringLiteral("bound"), Qt::blue, true, false, {{1.0, 0.4}, {8.0, 0.0}}});
    return shown;
}

/// A view of a size, laid out.
struct Shown {
    explicit Shown(const LinePlot& plot)
    {
        view.resize(480, 320);
        view.show();
        (void)QTest::qWaitForWindowExposed(&view);
        view.show(plot);
    }
    QPoint at(double x) const
    {
        auto& self = const_cast<LineChartView&>(view);
        LineChart& lines = self.lines();
        return view.mapFromScene(lines.mapToScene(lines.at(x, 0.1)));
    }
    LineChartView view;
};

int pixelsOf(const QImage& image, const QColor& colour)
{
    int count = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x)
            count += image.pixelColor(x, y) == colour;
    }
    return count;
}

} // namespace

class TestLineChartView : public QObject {
    Q_OBJECT
private slots:
    void findsTheXUnderAPixel();
    void pickingSnapsToWholeNumbers();
    void picksByDragging();
    void picksByKeys();
    void keysGoByStepsWithinWhatCanBePicked();
    void marksRegionAndPointAreDrawn();
    void lettingItBePickedIsOptional();
    void nothingIsPickedWhereNothingIsShown();
    void drawsEachLineAtAnySize();
    void saysWhatIsShown();
    void isDrawnIntoFigures();
};

void TestLineChartView::findsTheXUnderAPixel()
{
    LinePlot real = plot();
    real.isWholeX = false;
    Shown it(real);
    LineChart& lines = it.view.lines();
    for (const double x : {1.0, 2.5, 8.0}) {
        const std::optional<double> found = lines.xAt(lines.at(x, 0.0).x());
        QVERIFY(found && std::abs(*found - x) < 1e-9);
    }
    QCOMPARE(lines.xAt(-100.0), std::optional(1.0));
    QCOMPARE(lines.xAt(1e6), std::optional(8.0));
    QVERIFY(lines.at(1.0, 0.5).y() < lines.at(1.0, 0.1).y());
}

void TestLineChartView::pickingSnapsToWholeNumbers()
{
    Shown it(plot());
    LineChart& lines = it.view.lines();
    QCOMPARE(lines.xAt(lines.at(2.4, 0.0).x()), std::optional(2.0));
    QCOMPARE(lines.xAt(lines.at(2.6, 0.0).x()), std::optional(3.0));
}

void TestLineChartView::picksByDragging()
{
    Shown it(plot());
    QSignalSpy picked(&it.view, &LineChartView::picked);
    QSignalSpy ended(&it.view, &LineChartView::pickEnded);
    QWidget* viewport = it.view.viewport();
    QTest::mousePress(viewport, Qt::LeftButton, {}, it.at(2.0));
    QTest::mouseMove(viewport, it.at(5.0));
    QTest::mouseRelease(viewport, Qt::LeftButton, {}, it.at(5.0));
    QVERIFY(picked.count() >= 2);
    QCOMPARE(picked.first()[0].toDouble(), 2.0);
    QCOMPARE(picked.last()[0].toDouble(), 5.0);
    QCOMPARE(ended.count(), 1);
}

void TestLineChartView::picksByKeys()
{
    LinePlot marked = plot();
    marked.x = 3.0; // between two points
    Shown it(marked);
    QSignalSpy picked(&it.view, &LineChartView::picked);
    const auto pressed = [&](Qt::Key key) {
        QTest::keyClick(&it.view, key);
        return picked.isEmpty() ? -1.0 : picked.takeLast()[0].toDouble();
    };
    QCOMPARE(pressed(Qt::Key_Left), 2.0);
    QCOMPARE(pressed(Qt::Key_Right), 4.0);
    QCOMPARE(pressed(Qt::Key_Home), 1.0);
    QCOMPARE(pressed(Qt::Key_End), 8.0);
    marked.x = 8.0;
    it.view.show(marked);
    QCOMPARE(pressed(Qt::Key_Right), -1.0); // is there already
}

void TestLineChartView::keysGoByStepsWithinWhatCanBePicked()
{
    LinePlot stepped = plot();
    stepped.keyStep = 1.0;
    stepped.xRange = AxisRange{0.0, 20.0};
    stepped.pickRange = AxisRange{2.0, 15.0};
    stepped.point = PlotPoint{{4.0, 0.1}, Qt::blue, {}, {}};
    Shown it(stepped);
    QSignalSpy picked(&it.view, &LineChartView::picked);
    const auto pressed = [&](Qt::Key key) {
        QTest::keyClick(&it.view, key);
        return picked.isEmpty() ? -1.0 : picked.takeLast()[0].toDouble();
    };
    QCOMPARE(pressed(Qt::Key_Left), 3.0);
    QCOMPARE(pressed(Qt::Key_Up), 5.0);
    QCOMPARE(pressed(Qt::Key_PageUp), 14.0);
    QCOMPARE(pressed(Qt::Key_PageDown), 2.0);
    QCOMPARE(pressed(Qt::Key_End), 15.0);
    QCOMPARE(it.view.lines().xAt(-1e6), std::optional(2.0));
    QCOMPARE(it.view.lines().xAt(1e6), std::optional(15.0));
    stepped.point->at.setX(2.0);
    it.view.show(stepped);
    QCOMPARE(pressed(Qt::Key_Home), -1.0); // is there already
}

/// All of them, and gone again when they are no part of the plot.
void TestLineChartView::marksRegionAndPointAreDrawn()
{
    LinePlot rich = plot();
    rich.marks = {{3.0, QStringLiteral("three"), QColor(Qt::green)}};
    rich.region = PlotRegion{4.0, Qt::blue, QStringLiteral("far"), QStringLiteral("far")};
    rich.point = PlotPoint{{6.0, 0.1}, Qt::magenta, {QStringLiteral("here")}, Qt::cyan};
    Shown it(rich);
    const auto texts = [&it] {
        QStringList all;
        for (const QGraphicsItem* item : it.view.lines().childItems()) {
            const auto* text = dynamic_cast<const QGraphicsSimpleTextItem*>(item);
            if (text && text->isVisible())
                all << text->text();
        }
        return all;
    };
    for (const char* word : {"three", "far", "here"})
        QVERIFY2(texts().contains(QString::fromLatin1(word)), word);
    const auto image = [&it] { return it.view.grab().toImage(); };
    QVERIFY(pixelsOf(image(), Qt::magenta) > 50);
    it.view.show(plot());
    for (const char* word : {"three", "far", "here"})
        QVERIFY2(!texts().contains(QString::fromLatin1(word)), word);
    QCOMPARE(pixelsOf(image(), Qt::magenta), 0);
}

void TestLineChartView::lettingItBePickedIsOptional()
{
    Shown it(plot());
    it.view.setPickable(false);
    QSignalSpy picked(&it.view, &LineChartView::picked);
    QTest::mouseClick(it.view.viewport(), Qt::LeftButton, {}, it.at(2.0));
    QTest::keyClick(&it.view, Qt::Key_Home);
    QCOMPARE(picked.count(), 0);
    QCOMPARE(it.view.focusPolicy(), Qt::NoFocus);
}

void TestLineChartView::nothingIsPickedWhereNothingIsShown()
{
    Shown it{LinePlot()};
    QSignalSpy picked(&it.view, &LineChartView::picked);
    QTest::mouseClick(it.view.viewport(), Qt::LeftButton, {}, {100, 100});
    QTest::keyClick(&it.view, Qt::Key_Home);
    QCOMPARE(picked.count(), 0);
    QVERIFY(!it.view.lines().xAt(100.0));
}

void TestLineChartView::drawsEachLineAtAnySize()
{
    LinePlot shown = plot();
    Shown it(shown);
    for (const QSize size : {QSize(140, 110), QSize(480, 320), QSize(1400, 900)}) {
        it.view.resize(size);
        const QImage image = it.view.grab().toImage();
        QVERIFY2(pixelsOf(image, Qt::red) > 20, qPrintable(QString::number(size.width())));
        QVERIFY(pixelsOf(image, Qt::blue) > 10);
    }
    shown.series.pop_back(); // what is gone is not drawn any more
    it.view.resize(480, 320);
    it.view.show(shown);
    QCOMPARE(pixelsOf(it.view.grab().toImage(), Qt::blue), 0);
}

void TestLineChartView::saysWhatIsShown()
{
    Shown it(plot());
    QCOMPARE(it.view.accessibleName(), QStringLiteral("Residual"));
    QVERIFY(it.view.accessibleDescription().contains("measured"));
}

void TestLineChartView::isDrawnIntoFigures()
{
    for (const Theme& theme : {lightTheme(), darkTheme()}) {
        QImage image(600, 400, QImage::Format_RGB32);
        image.fill(theme.surface);
        QPainter painter(&image);
        paintLineChart(painter, {0, 0, 600, 400}, plot(), theme);
        painter.end();
        QVERIFY(pixelsOf(image, Qt::red) > 100);
        QCOMPARE(image.pixelColor(1, 1), theme.window);
    }
}

QTEST_MAIN(TestLineChartView)
#include "test_line_chart_view.moc"
