#include "ui/arithmetic/multiplications_page.h"

#include "tests/support/shown_page.h"
#include "ui/arithmetic/reuse_widget.h"
#include "ui/chart/line_chart_view.h"

#include <QSlider>
#include <QTest>

#include <numeric>

using namespace factorscope;

namespace {

/// It needs no work: what is shown is drawn.
struct Page : MultiplicationsPage {
    using MultiplicationsPage::MultiplicationsPage;
    static bool isBusy() { return false; }
};

struct Shown : ShownPage<Page> {
    explicit Shown(const Experiment& experiment = smallExperiment(),
                   const ViewSettings& settings = {})
        : ShownPage(experiment, {900, 640}, settings)
    {}
    ReuseWidget& reuse() const { return *page.findChild<ReuseWidget*>(); }
    const ReusePicture& picture() const { return reuse().picture(); }
    const ArithmeticLook& look() const { return state.settings().arithmetic; }
    QString words() const { return wordsOf(QStringLiteral("Multiplications of both branches")); }
    QString step() const { return wordsOf(QStringLiteral("Multiplications of the shown output")); }
};

Experiment ofChannels(std::int64_t in, std::int64_t mid, std::int64_t out)
{
    Experiment experiment = smallExperiment();
    experiment.kernels.reset();
    experiment.inChannels = in;
    experiment.midChannels = mid;
    experiment.outChannels = out;
    return experiment;
}

} // namespace

class TestMultiplicationsPage : public QObject {
    Q_OBJECT
private slots:
    void explainsTheNumbersOfTheArticle();
    void theTileIsTheSumOfItsOutputs_data();
    void theTileIsTheSumOfItsOutputs();
    void keysStepFromOutputToOutput();
    void countsAllChannels();
    void theCurveChoosesTheTile();
    void playsThroughTheTile();
    void asymmetricNeedsItsOwnWindow();
    void aLargeBankNeverPays();
    void aClickGoesToAnOutput();
};

void TestMultiplicationsPage::explainsTheNumbersOfTheArticle()
{
    const Shown shown;
    const Multiplications& counts = shown.picture().counts;
    QCOMPARE(counts.direct, 25);
    QCOMPARE(counts.withoutReuse(), 90);
    QCOMPARE(counts.withReuse(), 18);
    for (const char* number : {"25", "90", "18", "−28.0 %", "6×6"})
        QVERIFY2(shown.words().contains(QString::fromUtf8(number)), number);
    QCOMPARE(shown.picture().midSize(), (Extent{6, 6}));
    QVERIFY(shown.step().contains(QStringLiteral("29.25"))); // 36 · 9 / 16 + 9
}

void TestMultiplicationsPage::theTileIsTheSumOfItsOutputs_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("tile");
    for (const int tile : {1, 2, 4, 16}) {
        for (const int kind : {1, 2, 3})
            QTest::addRow("branch %d, tile %d", kind, tile) << kind << tile;
    }
}

void TestMultiplicationsPage::theTileIsTheSumOfItsOutputs()
{
    QFETCH(int, kind);
    QFETCH(int, tile);
    Experiment experiment = ofChannels(3, 4, 5);
    experiment.factorised = static_cast<BranchKind>(kind);
    ArithmeticLook look;
    look.tile = tile;
    look.channels = Channels::All;
    const ReusePicture picture = reusePicture(experiment, look);
    std::int64_t sum = 0;
    for (std::int64_t i = 0; i < picture.outputs(); ++i)
        sum += picture.multiplicationsOf(i);
    QCOMPARE(double(sum) / double(picture.outputs()), picture.counts.inTile(tile));
    QCOMPARE(picture.average(), picture.counts.inTile(tile));
}

void TestMultiplicationsPage::keysStepFromOutputToOutput()
{
    const Shown shown;
    QTest::keyClick(&shown.reuse(), Qt::Key_Home);
    QCOMPARE(shown.look().output, std::optional<std::int64_t>(0));
    QVERIFY(shown.step().contains(QStringLiteral("finds 0 of its 9 mid values")));
    QCOMPARE(shown.picture().average(), 90.0);
    QTest::keyClick(&shown.reuse(), Qt::Key_Right);
    QCOMPARE(shown.picture().multiplicationsOf(1), 36); // three are new
    QCOMPARE(shown.picture().average(), 63.0);
    QTest::keyClick(&shown.reuse(), Qt::Key_Down);
    QCOMPARE(shown.look().output, std::optional<std::int64_t>(5));
    QVERIFY(shown.step().contains(QStringLiteral("finds 8 of its 9 mid values")));
    QCOMPARE(shown.picture().multiplicationsOf(5), 18);
    QTest::keyClick(&shown.reuse(), Qt::Key_Up);
    QTest::keyClick(&shown.reuse(), Qt::Key_Left);
    QCOMPARE(shown.look().output, std::optional<std::int64_t>(0));
    QTest::keyClick(&shown.reuse(), Qt::Key_End);
    QVERIFY(!shown.look().output);
}

void TestMultiplicationsPage::countsAllChannels()
{
    const Shown shown(ofChannels(3, 8, 5));
    shown.button(QStringLiteral("All channels"))->click();
    QCOMPARE(shown.picture().counts.direct, 25 * 3 * 5);
    QCOMPARE(shown.picture().counts.withReuse(), 9 * 3 * 8 + 9 * 8 * 5);
    QVERIFY(shown.words().contains(QStringLiteral("375")));
    shown.button(QStringLiteral("One channel"))->click();
    QCOMPARE(shown.picture().counts.direct, 25);
}

void TestMultiplicationsPage::theCurveChoosesTheTile()
{
    const Shown shown;
    auto* curve = shown.page.findChild<LineChartView*>();
    QCOMPARE(curve->plot().series[0].points[3], QPointF(4.0, 29.25));
    QCOMPARE(curve->plot().series[1].points[3].y(), 25.0);
    QTest::keyClick(&shown.reuse(), Qt::Key_Home);
    emit curve->picked(7.0);
    QCOMPARE(shown.look().tile, 7);
    QVERIFY(!shown.look().output);
    QCOMPARE(shown.page.findChild<QSlider*>()->value(), 7);
    shown.page.findChild<QSlider*>()->setValue(16);
    QCOMPARE(shown.picture().outputs(), 256);
    QCOMPARE(curve->plot().x, std::optional<double>(16.0));
}

void TestMultiplicationsPage::playsThroughTheTile()
{
    ViewSettings settings;
    settings.arithmetic.tile = 1;
    const Shown shown(smallExperiment(), settings);
    QTest::keyClick(&shown.reuse(), Qt::Key_Space);
    QVERIFY(shown.page.isPlaying());
    QCOMPARE(shown.look().output, std::optional<std::int64_t>(0));
    QTRY_VERIFY_WITH_TIMEOUT(!shown.page.isPlaying(), Shown::kPatienceMs);
    QVERIFY(!shown.look().output);
}

/// 1×5 and then 5×1: a mid position is read by outputs below each other alone.
void TestMultiplicationsPage::asymmetricNeedsItsOwnWindow()
{
    Experiment experiment = ofChannels(3, 4, 5);
    experiment.factorised = BranchKind::Asymmetric;
    const Shown shown(experiment);
    QCOMPARE(shown.picture().counts.window, (Extent{5, 1}));
    QCOMPARE(shown.picture().midSize(), (Extent{8, 4}));
    QCOMPARE(shown.picture().known[1], 0); // beside the first nothing is shared
    QCOMPARE(shown.picture().known[4], 4); // below it four of five are
    QVERIFY(!shown.reuse().grab().isNull());
}

void TestMultiplicationsPage::aLargeBankNeverPays()
{
    ViewSettings settings;
    settings.arithmetic.channels = Channels::All;
    const Shown shown(ofChannels(3, 64, 16), settings);
    QVERIFY(shown.words().contains(QStringLiteral("However large the tile")));
}

void TestMultiplicationsPage::aClickGoesToAnOutput()
{
    const Shown shown;
    ReuseWidget& reuse = shown.reuse();
    const QRectF area = QRectF(reuse.rect()).adjusted(kGrid, kGrid, -kGrid, -kGrid);
    const ReuseLayout layout = reuseLayout(shown.picture(), area, reuse.font());
    QTest::mouseClick(&reuse, Qt::LeftButton, {}, layout.outputs.cell({2, 1}).center().toPoint());
    QCOMPARE(shown.look().output, std::optional<std::int64_t>(9));
    QVERIFY(reuse.accessibleDescription().contains(QStringLiteral("Output 10 of 16")));
}

QTEST_MAIN(TestMultiplicationsPage)
#include "test_multiplications_page.moc"
