#include "ui/receptive/close_up.h"

#include "core/image/map_rendering.h"
#include "tests/support/evaluated.h"
#include "ui/maps/map_scale.h"

#include <QPainter>
#include <QTest>

#include <cmath>

using namespace factorscope;

namespace {

constexpr Position kMiddle{20, 24};

/// An answer and its close-ups.
struct Near {
    std::shared_ptr<const BothEvaluated> both;
    ViewSettings settings;

    explicit Near(const Experiment& experiment = smallExperiment()) : both(evaluated(experiment)) {}
    std::vector<CloseUp> at(const Position& position, const Theme& theme = lightTheme()) const
    {
        return closeUps(*both, settings, position, theme);
    }
};

std::size_t indexOf(const CloseUp& closeUp, std::int64_t y, std::int64_t x)
{
    return static_cast<std::size_t>((y - closeUp.shown.y0) * closeUp.shown.width()
                                    + (x - closeUp.shown.x0));
}

/// Path counts from (y0, x0) on, row by row; `side` of them in each.
std::vector<double> pathsFrom(const CloseUp& closeUp, std::int64_t y0, std::int64_t x0, int side)
{
    std::vector<double> paths;
    for (int i = 0; i < side * side; ++i)
        paths.push_back(closeUp.paths.at(indexOf(closeUp, y0 + i / side, x0 + i % side)));
    return paths;
}

double total(const CloseUp& closeUp)
{
    double sum = 0.0;
    for (const double paths : closeUp.paths)
        sum += paths;
    return sum;
}

} // namespace

class TestCloseUp : public QObject {
    Q_OBJECT
private slots:
    void countsThePathsInTheMiddle();
    void countsThePathsInTheCorner();
    void aShortcutIsAPathMore();
    void otherFactorisationsHaveOtherCounts();
    void headingsTellTheFields();
    void captionsTellThePaths();
    void saysWhatIsSeen();
    void saysWhatLiesBeyondTheBorder_data();
    void saysWhatLiesBeyondTheBorder();
    void pixelsAreThoseOfTheMaps();
    void pixelsBeyondTheMapAreTransparent();
    void aPositionBeyondTheMapIsItsLast();
    void looksAtTheCursorOrTheMiddle();
    void isDrawnInBothThemes();
};

void TestCloseUp::countsThePathsInTheMiddle()
{
    const auto all = Near().at(kMiddle);
    QCOMPARE(all.size(), 3U);
    QCOMPARE(pathsFrom(all[0], 18, 22, 5), std::vector<double>(25, 1.0));
    const std::vector<double> stacked{1, 2, 3, 2, 1, 2, 4, 6, 4, 2, 3, 6, 9,
                                      6, 3, 2, 4, 6, 4, 2, 1, 2, 3, 2, 1};
    QCOMPARE(pathsFrom(all[1], 18, 22, 5), stacked);
    QCOMPARE(pathsFrom(all[2], 19, 23, 3), std::vector<double>(9, 1.0));
    QCOMPARE(total(all[0]), 25.0); // so none elsewhere
    QCOMPARE(total(all[1]), 81.0);
    QCOMPARE(total(all[2]), 9.0);
    for (const CloseUp& closeUp : all) {
        QVERIFY(closeUp.position == kMiddle);
        QVERIFY(closeUp.shown.contains(18, 22) && closeUp.shown.contains(22, 26));
        const auto pixels
            = static_cast<std::size_t>(closeUp.shown.height() * closeUp.shown.width());
        QCOMPARE(closeUp.pixels.size(), pixels);
        QCOMPARE(closeUp.paths.size(), pixels);
    }
    QCOMPARE(all[0].field, PixelBox(18, 22, 22, 26));
    QCOMPARE(all[1].field, all[0].field);
    QCOMPARE(all[2].field, PixelBox(19, 23, 21, 25));
}

/// None leads through padding, neither of the input nor of the mid maps.
void TestCloseUp::countsThePathsInTheCorner()
{
    const auto all = Near().at({0, 0});
    QCOMPARE(pathsFrom(all[0], 0, 0, 3), std::vector<double>(9, 1.0));
    QCOMPARE(pathsFrom(all[1], 0, 0, 3), (std::vector<double>{4, 4, 2, 4, 4, 2, 2, 2, 1}));
    QCOMPARE(pathsFrom(all[2], 0, 0, 2), std::vector<double>(4, 1.0));
    QCOMPARE(total(all[0]), 9.0);
    QCOMPARE(total(all[1]), 25.0);
    QCOMPARE(total(all[2]), 4.0);
    QCOMPARE(all[0].field, PixelBox(-2, -2, 2, 2)); // uncut
}

void TestCloseUp::aShortcutIsAPathMore()
{
    Experiment experiment = smallExperiment();
    experiment.residual = ResidualKind::Conv1x1;
    const auto all = Near(experiment).at(kMiddle);
    QCOMPARE(all[0].paths.at(indexOf(all[0], 20, 24)), 2.0);
    QCOMPARE(all[1].paths.at(indexOf(all[1], 20, 24)), 10.0);
    QCOMPARE(total(all[2]), 9.0); // the second half alone has none
}

void TestCloseUp::otherFactorisationsHaveOtherCounts()
{
    Experiment experiment = smallExperiment();
    experiment.kernels.reset();
    experiment.factorised = BranchKind::Asymmetric;
    const auto all = Near(experiment).at(kMiddle);
    QCOMPARE(pathsFrom(all[1], 18, 22, 5), std::vector<double>(25, 1.0));
    QCOMPARE(all[2].field, PixelBox(18, 24, 22, 24)); // the second half is a column
    QCOMPARE(total(all[2]), 5.0);
}

void TestCloseUp::headingsTellTheFields()
{
    const auto all = Near().at(kMiddle);
    QCOMPARE(all[0].heading, QStringLiteral("original: 5×5"));
    QCOMPARE(all[1].heading, QStringLiteral("decomposed: 5×5"));
    QCOMPARE(all[2].heading, QStringLiteral("decomposed: 3×3"));
    QCOMPARE(all[0].colour, lightTheme().original);
    QCOMPARE(all[1].colour, lightTheme().factorised);
    QCOMPARE(Near().at(kMiddle, darkTheme())[2].colour, darkTheme().factorised);
}

void TestCloseUp::captionsTellThePaths()
{
    Near near;
    near.settings.midChannel = 4;
    const auto all = near.at(kMiddle);
    QVERIFY(all[0].caption.contains(QStringLiteral("25 paths")));
    QVERIFY(all[1].caption.contains(QStringLiteral("81 paths")));
    QCOMPARE(all[2].caption, QStringLiteral("mid map 5: 9 paths"));
    near.settings.midChannel = 99;
    QVERIFY(near.at(kMiddle)[2].caption.startsWith(QStringLiteral("mid map 16:")));
}

void TestCloseUp::saysWhatIsSeen()
{
    QCOMPARE(fieldInWords(*Near().both, kMiddle),
             QStringLiteral("Output pixel x 24, y 20 sees rows 18–22 and columns 22–26 of the "
                            "input."));
}

void TestCloseUp::saysWhatLiesBeyondTheBorder_data()
{
    QTest::addColumn<int>("y");
    QTest::addColumn<int>("x");
    QTest::addColumn<int>("beyond");
    QTest::newRow("corner") << 0 << 0 << 16;
    QTest::newRow("other corner") << 39 << 47 << 16;
    QTest::newRow("edge") << 0 << 24 << 10;
    QTest::newRow("near the edge") << 20 << 46 << 5;
    QTest::newRow("just inside") << 2 << 2 << 0;
    QTest::newRow("just inside at the end") << 37 << 45 << 0;
}

void TestCloseUp::saysWhatLiesBeyondTheBorder()
{
    QFETCH(int, y);
    QFETCH(int, x);
    QFETCH(int, beyond);
    const QString words = fieldInWords(*Near().both, {y, x});
    QVERIFY(words.startsWith(QStringLiteral("Output pixel x %1, y %2 sees").arg(x).arg(y)));
    const QString sentence
        = QStringLiteral("%1 of its 25 pixels lie beyond the border").arg(beyond);
    QCOMPARE(words.contains(sentence), beyond > 0);
    QCOMPARE(words.contains(QStringLiteral("beyond")), beyond > 0);
    if (y == 0 && x == 0)
        QVERIFY(words.contains(QStringLiteral("rows 0–2 and columns 0–2")));
}

void TestCloseUp::pixelsAreThoseOfTheMaps()
{
    Near near;
    near.settings.midChannel = 3;
    const auto all = near.at(kMiddle);
    const StageMaps& input = near.both->stages[Stage::Input];
    const StageMaps& mid = near.both->stages[Stage::MidAfter];
    const MapScale scale = mapScale(near.both->experiment, near.both->stages, Stage::MidAfter, 3,
                                    near.settings, lightTheme());
    for (std::int64_t y = all[0].shown.y0; y <= all[0].shown.y1; ++y) {
        for (std::int64_t x = all[0].shown.x0; x <= all[0].shown.x1; ++x) {
            const auto level
                = [&](int c) { return static_cast<int>(std::lround(255.0F * input.at(c, y, x))); };
            QCOMPARE(all[0].pixels.at(indexOf(all[0], y, x)), qRgb(level(0), level(1), level(2)));
            QCOMPARE(all[1].pixels.at(indexOf(all[1], y, x)),
                     all[0].pixels.at(indexOf(all[0], y, x)));
            QCOMPARE(all[2].pixels.at(indexOf(all[2], y, x)),
                     packed(colourOf(*scale.colours, mid.at(3, y, x), scale.range.low,
                                     scale.range.high)));
        }
    }
}

void TestCloseUp::pixelsBeyondTheMapAreTransparent()
{
    for (const Position& position : {Position{0, 0}, Position{39, 24}, Position{1, 46}}) {
        for (const CloseUp& closeUp : Near().at(position)) {
            for (std::int64_t y = closeUp.shown.y0; y <= closeUp.shown.y1; ++y) {
                for (std::int64_t x = closeUp.shown.x0; x <= closeUp.shown.x1; ++x) {
                    const bool isOnMap = PixelBox{0, 0, 39, 47}.contains(y, x);
                    const std::size_t i = indexOf(closeUp, y, x);
                    QCOMPARE(qAlpha(closeUp.pixels.at(i)), isOnMap ? 255 : 0);
                    QVERIFY(isOnMap || closeUp.paths.at(i) == 0.0);
                }
            }
        }
    }
}

void TestCloseUp::aPositionBeyondTheMapIsItsLast()
{
    const Near near;
    QVERIFY(near.at({100, 20})[0].position == Position(39, 20));
    QVERIFY(near.at({100, 1000})[1].position == Position(39, 47));
    QCOMPARE(fieldInWords(*near.both, {100, 1000}), fieldInWords(*near.both, {39, 47}));
}

void TestCloseUp::looksAtTheCursorOrTheMiddle()
{
    ViewSettings settings;
    QVERIFY(positionOf(settings, {40, 48}) == kMiddle);
    settings.cursor = Position{3, 4};
    QVERIFY(positionOf(settings, {40, 48}) == Position(3, 4));
    QVERIFY(positionOf(settings, {3, 3}) == Position(2, 2));
}

void TestCloseUp::isDrawnInBothThemes()
{
    for (const Theme& theme : {lightTheme(), darkTheme()}) {
        const CloseUp closeUp = Near().at({0, 0}, theme)[1];
        for (const QSize& size : {QSize(30, 40), QSize(240, 280)}) {
            QImage image(size, QImage::Format_RGB32);
            image.fill(theme.window);
            QPainter painter(&image);
            paintCloseUp(painter, image.rect(), closeUp, theme);
            painter.end();
            int ofBranch = 0;
            for (int y = 0; y < image.height(); ++y) {
                for (int x = 0; x < image.width(); ++x)
                    ofBranch += image.pixelColor(x, y) == theme.factorised;
            }
            QVERIFY(size.width() < 100 || ofBranch > 50); // the frame of the field
        }
    }
}

QTEST_MAIN(TestCloseUp)
#include "test_close_up.moc"
