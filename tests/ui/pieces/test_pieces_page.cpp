#include "ui/pieces/pieces_page.h"

#include "tests/support/shown_page.h"
#include "ui/kernels/kernel_grid_widget.h"
#include "ui/kernels/kernel_picture_widget.h"
#include "ui/maps/map_pane_widget.h"
#include "ui/pieces/piece_list_widget.h"
#include "ui/pieces/piece_views.h"
#include "ui/theme/choice_button.h"
#include "ui/theme/piece_palette.h"

#include <QTest>

#include <numeric>

using namespace factorscope;

namespace {

/// The page of an answer, shown and drawn.
struct Shown : ShownPage<PiecesPage> {
    explicit Shown(const Experiment& experiment = smallExperiment())
        : ShownPage(experiment, {900, 640})
    {}
    const PieceFindings& findings() const { return *page.findings(); }
    PieceListWidget& list() const { return *page.findChild<PieceListWidget*>(); }
    QString words() const { return wordsOf(QStringLiteral("What is seen of the pieces")); }
    KernelPicture kernel(const QString& heading) const
    {
        for (const auto* one : page.findChildren<KernelPictureWidget*>()) {
            if (one->picture().heading == heading)
                return one->picture();
        }
        return {};
    }
};

Experiment with(Between between)
{
    Experiment experiment = smallExperiment();
    experiment.between = between;
    return experiment;
}

} // namespace

class TestPiecesPage : public QObject {
    Q_OBJECT
private slots:
    void listsTheMostFrequentPatterns();
    void followsTheCursor();
    void countsThePatternsOfOneChannel();
    void aChosenPatternStandsOut();
    void beginsWithTheChosenPattern();
    void letsGoOfAPatternThatIsNoMore();
    void keysChooseInTheList();
    void tapsChooseTheMidChannel();
    void withoutAnActivationItSaysThatAllAreOne();
    void saysWhyThereIsNoKernel();
    void takesAnotherAnswer();
    void asksNothingWhileHidden();
    void coloursAreThoseOfTheList();
    void coloursAreStableAndApart();
    void everythingHasAName();
};

void TestPiecesPage::listsTheMostFrequentPatterns()
{
    const Shown shown;
    const PieceList& list = shown.list().list();
    QVERIFY(!list.rows.empty());
    QCOMPARE(list.pixels, std::int64_t(40 * 48));
    std::int64_t listed = 0;
    for (std::size_t i = 0; i < list.rows.size(); ++i) {
        QCOMPARE(list.rows[i].count, shown.findings().pieces->counts[i]);
        QVERIFY(i == 0 || list.rows[i].count <= list.rows[i - 1].count);
        listed += list.rows[i].count;
    }
    QCOMPARE(list.others(), list.pixels - listed);
    QCOMPARE(list.pointed, std::optional(shown.findings().piece()));
}

void TestPiecesPage::followsTheCursor()
{
    Shown shown;
    QCOMPARE(shown.findings().question.position, (Position{20, 24}));
    shown.state.hover(Position{5, 7});
    QTRY_COMPARE_WITH_TIMEOUT(shown.findings().question.position, (Position{5, 7}),
                              Shown::kPatienceMs);
    QVERIFY(shown.words().contains(QStringLiteral("Pixel x 7, y 5")));
    QCOMPARE(shown.kernel(QStringLiteral("this pixel")).values, shown.findings().here.values);
    QCOMPARE(shown.kernel(QStringLiteral("linear stack")).values,
             shown.findings().kernels->linear.values);
    // One scale for all three.
    QCOMPARE(shown.kernel(QStringLiteral("this pixel")).limit,
             shown.kernel(QStringLiteral("linear stack")).limit);
}

void TestPiecesPage::countsThePatternsOfOneChannel()
{
    Shown shown;
    const auto all = shown.findings().pieces->counts.size();
    shown.button(QStringLiteral("Chosen mid channel"))->click();
    shown.waitForDrawing();
    QCOMPARE(shown.findings().pieces->taps, std::int64_t(9));
    QVERIFY(shown.findings().pieces->counts.size() < all);
    for (const PieceList::Row& row : shown.list().list().rows) {
        QCOMPARE(row.taps.size(), 9U);
        QCOMPARE(std::accumulate(row.taps.begin(), row.taps.end(), std::int64_t(0)), row.active);
    }
    QVERIFY(shown.state.settings().pieces.isOfOneChannel);
}

void TestPiecesPage::aChosenPatternStandsOut()
{
    Shown shown;
    const QImage before = shown.page.findChild<MapPaneWidget*>()->maps();
    const PieceListLayout layout
        = pieceListLayout(shown.list().list(), QRectF(shown.list().rect()), shown.list().font());
    const QPoint first = layout.row(0).center().toPoint();
    QTest::mouseClick(&shown.list(), Qt::LeftButton, {}, first);
    shown.waitForDrawing();
    QCOMPARE(shown.state.settings().pieces.chosen, std::optional<std::int64_t>(0));
    QVERIFY(shown.page.findChild<MapPaneWidget*>()->maps() != before);
    QTest::mouseClick(&shown.list(), Qt::LeftButton, {}, first); // lets go
    shown.waitForDrawing();
    QVERIFY(!shown.state.settings().pieces.chosen);
    QCOMPARE(shown.page.findChild<MapPaneWidget*>()->maps(), before);
}

/// As the settings have it, in the patterns of one channel too.
void TestPiecesPage::beginsWithTheChosenPattern()
{
    ViewSettings settings;
    settings.pieces = {.isOfOneChannel = true, .chosen = 2};
    const ShownPage<PiecesPage> shown(smallExperiment(), {900, 640}, settings);
    QCOMPARE(shown.state.settings().pieces.chosen, std::optional<std::int64_t>(2));
    QCOMPARE(shown.page.findChild<PieceListWidget*>()->list().chosen,
             std::optional<std::int64_t>(2));
}

void TestPiecesPage::letsGoOfAPatternThatIsNoMore()
{
    ViewSettings settings;
    settings.pieces = {.isOfOneChannel = true, .chosen = 512}; // of 9 taps there are no more
    const ShownPage<PiecesPage> shown(smallExperiment(), {900, 640}, settings);
    QVERIFY(!shown.state.settings().pieces.chosen);
    QVERIFY(shown.state.settings().pieces.isOfOneChannel);
}

void TestPiecesPage::keysChooseInTheList()
{
    Shown shown;
    QTest::keyClick(&shown.list(), Qt::Key_Down);
    QTest::keyClick(&shown.list(), Qt::Key_Down);
    QCOMPARE(shown.state.settings().pieces.chosen, std::optional<std::int64_t>(1));
    QTest::keyClick(&shown.list(), Qt::Key_Up);
    QCOMPARE(shown.state.settings().pieces.chosen, std::optional<std::int64_t>(0));
    QVERIFY(shown.list().accessibleDescription().contains(QStringLiteral("pattern 1")));
    QTest::keyClick(&shown.list(), Qt::Key_Escape);
    QVERIFY(!shown.state.settings().pieces.chosen);
}

void TestPiecesPage::tapsChooseTheMidChannel()
{
    Shown shown;
    auto* taps = shown.page.findChild<KernelGridWidget*>();
    QCOMPARE(std::int64_t(taps->grid().count()), smallExperiment().midChannels);
    QTest::keyClick(taps, Qt::Key_End);
    QCOMPARE(shown.state.settings().midChannel, smallExperiment().midChannels - 1);
}

void TestPiecesPage::withoutAnActivationItSaysThatAllAreOne()
{
    const Shown shown(with(Between::None));
    QVERIFY(shown.words().contains(QStringLiteral("all pixels share one piece")));
    QCOMPARE(shown.list().list().rows.size(), 1U);
    QCOMPARE(shown.findings().here.values, shown.findings().kernels->linear.values);
}

void TestPiecesPage::saysWhyThereIsNoKernel()
{
    Experiment experiment = smallExperiment();
    experiment.batchNorm = true;
    experiment.mode = Mode::Train;
    const Shown shown(experiment);
    QVERIFY(shown.findings().whyNoKernels);
    QVERIFY(shown.words().contains(QStringLiteral("training mode")));
    for (const auto* kernel : shown.page.findChildren<KernelPictureWidget*>())
        QVERIFY(kernel->picture().isEmpty());
}

void TestPiecesPage::takesAnotherAnswer()
{
    Shown shown;
    shown.page.show(evaluated(with(Between::None)));
    shown.waitForDrawing();
    QCOMPARE(shown.findings().pieces->counts.size(), 1U);
}

void TestPiecesPage::asksNothingWhileHidden()
{
    ViewState state;
    PiecesPage page(state);
    page.show(evaluated(smallExperiment()));
    QVERIFY(!page.isBusy());
    QVERIFY(!page.findings());
}

void TestPiecesPage::coloursAreThoseOfTheList()
{
    const Shown shown;
    const LinearPieces& pieces = *shown.findings().pieces;
    const SharedTensor colours = pieceColours(pieces, {}, lightTheme());
    const PieceList::Row& first = shown.list().list().rows.front();
    const Position& at = pieces.examples.front();
    const std::int64_t i = at.y * pieces.size.width + at.x;
    const auto plane = static_cast<std::int64_t>(pieces.pieces.size());
    const QColor lit = QColor::fromRgbF(colours->data()[i], colours->data()[plane + i],
                                        colours->data()[2 * plane + i]);
    QCOMPARE(lit.rgb(), first.colour.rgb());
}

void TestPiecesPage::coloursAreStableAndApart()
{
    for (const Theme& theme : {lightTheme(), darkTheme()}) {
        for (std::int64_t rank = 0; rank < 64; ++rank) {
            const QColor colour = pieceColour({rank, 0.5}, theme);
            QCOMPARE(pieceColour({rank, 0.5}, theme), colour);
            QVERIFY(colour != pieceColour({rank + 1, 0.5}, theme));
            QVERIFY(colour != theme.original && colour != theme.factorised);
        }
    }
}

void TestPiecesPage::everythingHasAName()
{
    const Shown shown;
    for (const QWidget* widget : shown.page.findChildren<QWidget*>())
        QVERIFY2(!widget->accessibleName().isEmpty() || qobject_cast<const ChoiceButton*>(widget),
                 widget->metaObject()->className());
}

QTEST_MAIN(TestPiecesPage)
#include "test_pieces_page.moc"
