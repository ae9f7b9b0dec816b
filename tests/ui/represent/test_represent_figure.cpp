#include "ui/represent/represent_figure.h"

#include "tests/support/evaluated.h"

#include <QImage>
#include <QTest>

#include <set>

using namespace factorscope;

namespace {

Representation foundFor(const BothEvaluated& both, const ViewSettings& settings)
{
    ThreadTeam team(2);
    auto found = findRepresentation(both, settings, {.team = team});
    if (!found)
        qFatal("%s", found.error().message().c_str());
    return *std::move(found);
}

/// Different colours in a part of a picture.
std::size_t coloursIn(const QImage& image, const QRect& part)
{
    std::set<QRgb> colours;
    for (int y = part.top(); y <= part.bottom(); ++y)
        for (int x = part.left(); x <= part.right(); ++x)
            colours.insert(image.pixel(x, y));
    return colours.size();
}

} // namespace

class TestRepresentFigure : public QObject {
    Q_OBJECT
private slots:
    void everyPlaceHasSomething_data();
    void everyPlaceHasSomething();
    void numbersAreThoseFound();
};

void TestRepresentFigure::everyPlaceHasSomething_data()
{
    QTest::addColumn<bool>("isDark");
    QTest::newRow("light") << false;
    QTest::newRow("dark") << true;
}

void TestRepresentFigure::everyPlaceHasSomething()
{
    QFETCH(bool, isDark);
    const auto both = evaluated(smallExperiment());
    const ViewSettings settings;
    const Representation found = foundFor(*both, settings);
    const Figure figure
        = representFigure(*both, found, settings, isDark ? darkTheme() : lightTheme());
    const auto image = figureImage(figure, 1.0);
    QVERIFY(image);
    const int width = image->width() / 3;
    const int height = image->height() / 2;
    for (int row = 0; row < 2; ++row)
        for (int column = 0; column < 3; ++column)
            QVERIFY(coloursIn(*image, QRect(column * width, row * height, width, height)) > 10);
}

void TestRepresentFigure::numbersAreThoseFound()
{
    const auto both = evaluated(smallExperiment());
    ViewSettings settings;
    settings.represent.midChannels = 2;
    const Representation found = foundFor(*both, settings);
    const std::vector<NumberTable> tables = representNumbers(found, settings);
    QCOMPARE(tables[0].rows.size(), std::size_t(4));
    QCOMPARE(tables[0].rows[0][1].get<double>(), found.points[0].fit.relativeError);
    QCOMPARE(tables[1].rows.size(), std::size_t(25));
    QCOMPARE(tables[2].rows.size(), std::size_t(18));
    for (const NumberTable& table : tables)
        for (const auto& row : table.rows)
            QCOMPARE(row.size(), table.columns.size());
}

QTEST_MAIN(TestRepresentFigure)
#include "test_represent_figure.moc"
