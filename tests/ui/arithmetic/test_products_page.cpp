#include "ui/arithmetic/products_page.h"

#include "tests/support/shown_page.h"
#include "ui/arithmetic/sum_controls.h"
#include "ui/arithmetic/sum_widget.h"
#include "ui/maps/map_pane_widget.h"
#include "ui/receptive/close_up_widget.h"

#include <QComboBox>
#include <QSlider>
#include <QTest>

#include <bit>

using namespace factorscope;

namespace {

/// The page of an answer, shown and drawn.
struct Shown : ShownPage<ProductsPage> {
    explicit Shown(const Experiment& experiment = smallExperiment(),
                   const ViewSettings& settings = {})
        : ShownPage(experiment, {900, 700}, settings)
    {}
    const ArithmeticSums& sums() const { return *page.sums(); }
    SumWidget& pane(SumPlace place) const { return page.sum(place); }
    const SumPicture& picture(SumPlace place) const { return pane(place).picture(); }
    const ArithmeticLook& look() const { return state.settings().arithmetic; }
    void key(SumPlace place, Qt::Key key, Qt::KeyboardModifiers modifiers = {}) const
    {
        QTest::keyClick(&pane(place), key, modifiers);
    }
};

std::uint32_t bits(float value)
{
    return std::bit_cast<std::uint32_t>(value);
}

} // namespace

class TestProductsPage : public QObject {
    Q_OBJECT
private slots:
    void sumsAreThoseOfTheReference();
    void followsTheCursor();
    void theStrongestTapIsOpenAtFirst();
    void keysStep();
    void enterOpensATap();
    void oneRowIsEnough();
    void aClickGoesToAProduct();
    void theOrderChanges();
    void playsToTheEnd();
    void theSliderScrubs();
    void theSourceShowsTheTap();
    void theInputShowsTheTapFromNear();
    void separableOpensToTheInput();
    void paddingCannotBeOpened();
    void saysWhyThereAreNone();
    void takesAnotherAnswer();
    void onePixelIsEnough();
    void closesWhileItWorks();
    void asksNothingWhileHidden();
    void everythingHasAName();
};

/// Both branches under the engine that adds up as the page says.
void TestProductsPage::sumsAreThoseOfTheReference()
{
    Experiment experiment = smallExperiment();
    experiment.algorithm = "reference";
    ViewSettings settings;
    settings.cursor = Position{0, 31};
    settings.outChannel = 5;
    const Shown shown(experiment, settings);
    const BothEvaluated& both = *shown.sums().both;
    for (const auto& [place, stage] : {std::pair(SumPlace::Original, Stage::Original),
                                       std::pair(SumPlace::Factorised, Stage::Factorised)}) {
        const SumPicture& picture = shown.picture(place);
        QCOMPARE(picture.soFar(), picture.sum().total);
        QCOMPARE(picture.ordered->running.back(), picture.sum().total);
        QCOMPARE(bits(picture.sum().value), bits(both.stages[stage].at(5, 0, 31)));
        QVERIFY(picture.result.back().contains(QStringLiteral("reference: the same")));
    }
    QCOMPARE(shown.picture(SumPlace::Original).sum().products.size(),
             std::size_t(25 * experiment.inChannels));
    QCOMPARE(shown.picture(SumPlace::Factorised).sum().products.size(),
             std::size_t(9 * experiment.midChannels));
}

void TestProductsPage::followsTheCursor()
{
    Shown shown;
    QCOMPARE(shown.sums().question.output.position, (Position{20, 24}));
    shown.state.hover(Position{5, 7});
    QTRY_COMPARE_WITH_TIMEOUT(shown.picture(SumPlace::Original).sum().y, std::int64_t(5),
                              Shown::kPatienceMs);
    QCOMPARE(shown.picture(SumPlace::Factorised).sum().x, std::int64_t(7));
    shown.change([](ViewSettings& settings) { settings.outChannel = 3; });
    QTRY_COMPARE_WITH_TIMEOUT(shown.picture(SumPlace::Factorised).sum().channel, std::int64_t(3),
                              Shown::kPatienceMs);
    QVERIFY(shown.picture(SumPlace::Factorised).heading.contains(QStringLiteral("channel 4")));
    QVERIFY(shown.wordsOf(QStringLiteral("What both branches make of the pixel"))
                .contains(QStringLiteral("x 7, y 5, channel 4")));
}

void TestProductsPage::theStrongestTapIsOpenAtFirst()
{
    const Shown shown;
    const ProductSum& output = shown.picture(SumPlace::Factorised).sum();
    const std::size_t strongest = *strongestProduct(output);
    QCOMPARE(shown.picture(SumPlace::Factorised).opened, std::optional(strongest));
    // Its sum is what the tap's value was before the activation.
    const ProductSum& tap = shown.picture(SumPlace::Opened).sum();
    QCOMPARE(bits(tap.value), bits(output.products[strongest].value));
    QCOMPARE(bits(static_cast<float>(tap.total)), bits(output.products[strongest].before));
    QVERIFY(shown.look().opened.empty());
}

void TestProductsPage::keysStep()
{
    const Shown shown;
    const SumPlace place = SumPlace::Factorised;
    shown.key(place, Qt::Key_Home);
    QCOMPARE(shown.look().active, place);
    QCOMPARE(shown.picture(place).soFar(), 0.0);
    shown.key(place, Qt::Key_Right);
    QCOMPARE(shown.picture(place).current(), std::optional<std::size_t>(0));
    shown.key(place, Qt::Key_Right, Qt::ShiftModifier);
    QCOMPARE(shown.picture(place).current(), std::optional<std::size_t>(10));
    shown.key(place, Qt::Key_Left);
    QCOMPARE(shown.picture(place).current(), std::optional<std::size_t>(9));
    shown.key(place, Qt::Key_Down);
    QCOMPARE(shown.picture(place).channel(), std::size_t(2));
    shown.key(place, Qt::Key_Up);
    QCOMPARE(shown.picture(place).taken(), std::int64_t(18)); // channel 1 is complete
    QVERIFY(!shown.look().termsOf(SumPlace::Original));
    shown.key(place, Qt::Key_End);
    QVERIFY(!shown.look().termsOf(place));
    QCOMPARE(shown.picture(place).soFar(), shown.picture(place).sum().total);
}

void TestProductsPage::enterOpensATap()
{
    Shown shown;
    shown.key(SumPlace::Factorised, Qt::Key_Home);
    for (int i = 0; i < 12; ++i)
        shown.key(SumPlace::Factorised, Qt::Key_Right);
    const Product tap = shown.picture(SumPlace::Factorised).sum().products[11];
    shown.key(SumPlace::Factorised, Qt::Key_Return);
    QCOMPARE(shown.look().opened, (std::vector{TapPlace{1, 0, 2}}));
    shown.settle();
    const ProductSum& opened = shown.picture(SumPlace::Opened).sum();
    QCOMPARE(opened.channel, tap.channel);
    QCOMPARE(opened.y, tap.y);
    QCOMPARE(opened.x, tap.x);
    QCOMPARE(bits(opened.value), bits(tap.value));
    // What it reads is the input: it goes no deeper.
    shown.key(SumPlace::Opened, Qt::Key_Home);
    shown.key(SumPlace::Opened, Qt::Key_Right);
    shown.key(SumPlace::Opened, Qt::Key_Return);
    QCOMPARE(shown.look().opened.size(), std::size_t(1));
    shown.key(SumPlace::Factorised, Qt::Key_Return); // closes it
    QVERIFY(shown.look().opened.empty());
}

/// As in a presentation: the opened tap takes the place of its branch, and gives it back.
void TestProductsPage::oneRowIsEnough()
{
    Shown shown;
    const QFont atDesk = shown.page.font();
    QFont large = atDesk;
    large.setPointSizeF(2.0 * atDesk.pointSizeF());
    shown.page.setFont(large);
    shown.page.resize(900, 480);
    QTRY_VERIFY(!shown.pane(SumPlace::Opened).isVisible());
    QVERIFY(!shown.page.findChild<MapPaneWidget*>()->isVisible());
    QVERIFY(shown.pane(SumPlace::Original).isVisible());
    QVERIFY(shown.pane(SumPlace::Factorised).isVisible());
    shown.pane(SumPlace::Factorised).setFocus();
    shown.key(SumPlace::Factorised, Qt::Key_Home);
    shown.key(SumPlace::Factorised, Qt::Key_Right);
    shown.key(SumPlace::Factorised, Qt::Key_Return);
    QTRY_VERIFY(shown.pane(SumPlace::Opened).isVisible());
    QVERIFY(!shown.pane(SumPlace::Factorised).isVisible());
    QCOMPARE(shown.pane(SumPlace::Opened).y(), shown.pane(SumPlace::Original).y());
    shown.key(SumPlace::Opened, Qt::Key_Backspace);
    QTRY_VERIFY(shown.pane(SumPlace::Factorised).isVisible());
    shown.page.setFont(atDesk);
    shown.page.resize(900, 700);
    QTRY_VERIFY(shown.pane(SumPlace::Opened).isVisible());
    QVERIFY(shown.pane(SumPlace::Factorised).isVisible());
}

void TestProductsPage::aClickGoesToAProduct()
{
    const Shown shown;
    SumWidget& pane = shown.pane(SumPlace::Original);
    const QRectF cell = pane.parts().tiles[1].cell({2, 3});
    const std::size_t channel = shown.picture(SumPlace::Original).channel();
    QTest::mouseClick(&pane, Qt::LeftButton, {}, cell.center().toPoint());
    QCOMPARE(shown.picture(SumPlace::Original).current(),
             std::optional<std::size_t>(channel * 25 + 2 * 5 + 3));
    const ProductSheet sheet = pane.parts().sheet;
    QVERIFY(sheet.side > 0.0);
    QTest::mouseClick(&pane, Qt::LeftButton, {}, sheet.cells(2).rect().center().toPoint());
    QCOMPARE(shown.picture(SumPlace::Original).taken(), std::int64_t(75));
}

void TestProductsPage::theOrderChanges()
{
    Shown shown;
    const double total = shown.picture(SumPlace::Original).sum().total;
    shown.button(QStringLiteral("Largest first"))->click();
    shown.settle();
    const OrderedSum& ordered = *shown.picture(SumPlace::Original).ordered;
    for (std::size_t i = 1; i < ordered.order.size(); ++i)
        QVERIFY(std::abs(ordered.sum.products[ordered.order[i]].contribution())
                <= std::abs(ordered.sum.products[ordered.order[i - 1]].contribution()));
    QCOMPARE(ordered.sum.total, total);
    QVERIFY(std::abs(ordered.running.back() - total) < 1e-12);
    shown.button(QStringLiteral("As added"))->click();
    shown.settle();
    QCOMPARE(shown.picture(SumPlace::Original).ordered->running.back(), total);
}

void TestProductsPage::playsToTheEnd()
{
    Shown shown;
    auto* speed = shown.page.findChild<QComboBox*>();
    speed->setCurrentIndex(speed->count() - 1);
    QVERIFY(speed->currentData().toInt() >= 250);
    shown.key(SumPlace::Original, Qt::Key_Space);
    QVERIFY(shown.page.isPlaying());
    QVERIFY(shown.button(QStringLiteral("❚❚ Pause")));
    QTRY_VERIFY_WITH_TIMEOUT(!shown.page.isPlaying(), Shown::kPatienceMs);
    QVERIFY(!shown.look().termsOf(SumPlace::Original)); // all
    shown.key(SumPlace::Factorised, Qt::Key_Space);
    QVERIFY(shown.page.isPlaying());
    QCOMPARE(shown.look().active, SumPlace::Factorised);
    shown.key(SumPlace::Factorised, Qt::Key_Space);
    QVERIFY(!shown.page.isPlaying());
}

void TestProductsPage::theSliderScrubs()
{
    const Shown shown;
    auto* slider = shown.page.findChild<QSlider*>();
    const int terms = 25 * static_cast<int>(smallExperiment().inChannels) + 1;
    QCOMPARE(slider->maximum(), terms); // with the bias
    slider->setValue(30);
    QCOMPARE(shown.picture(SumPlace::Original).current(), std::optional<std::size_t>(29));
    shown.key(SumPlace::Opened, Qt::Key_Home);
    QCOMPARE(slider->maximum(), 9 * static_cast<int>(smallExperiment().inChannels) + 1);
    QCOMPARE(slider->value(), 0);
}

void TestProductsPage::theSourceShowsTheTap()
{
    const Shown shown;
    auto* source = shown.page.findChild<CloseUpWidget*>();
    QVERIFY(source->accessibleName().contains(QStringLiteral("input")));
    shown.key(SumPlace::Factorised, Qt::Key_Home);
    QVERIFY(source->accessibleName().contains(QStringLiteral("mid, after ReLU")));
    const QImage before = source->grab().toImage();
    shown.key(SumPlace::Factorised, Qt::Key_Right);
    QVERIFY(source->grab().toImage() != before); // the tap is outlined
}

void TestProductsPage::theInputShowsTheTapFromNear()
{
    Shown shown;
    const auto* map = shown.page.findChild<MapPaneWidget*>();
    shown.key(SumPlace::Original, Qt::Key_Home);
    shown.key(SumPlace::Original, Qt::Key_Right);
    QVERIFY(!map->pane().marked); // its pixels are too small
    shown.change([](ViewSettings& settings) { settings.viewport.zoom = 4.0; });
    const std::optional first(PixelBox{18, 22, 18, 22}); // two above, two to the left
    QTRY_COMPARE_WITH_TIMEOUT(map->pane().marked, first, Shown::kPatienceMs);
    shown.key(SumPlace::Original, Qt::Key_Right);
    QCOMPARE(map->pane().marked, std::optional(PixelBox{18, 23, 18, 23}));
    shown.key(SumPlace::Factorised, Qt::Key_Right); // reads the mid maps
    QVERIFY(!map->pane().marked);
}

/// Four convolutions: a tap of a tap of a tap reads the input.
void TestProductsPage::separableOpensToTheInput()
{
    Experiment experiment = smallExperiment();
    experiment.factorised = BranchKind::Separable;
    experiment.kernels.reset();
    ViewSettings settings;
    settings.arithmetic.opened = {{2, 0, 0}, {2, 1, 1}, {1, 0, 0}};
    Shown shown(experiment, settings);
    QCOMPARE(shown.picture(SumPlace::Factorised).sum().kernel, (Extent{1, 1}));
    QVERIFY(!shown.picture(SumPlace::Opened).isEmpty());
    QCOMPARE(shown.picture(SumPlace::Opened).sum().level, 3);
    QCOMPARE(sourceOf(shown.sums(), SumPlace::Opened), SumSource::Input);
    QCOMPARE(sourceOf(shown.sums(), SumPlace::Factorised), SumSource::Between);
    shown.key(SumPlace::Opened, Qt::Key_Backspace);
    shown.settle();
    QCOMPARE(shown.picture(SumPlace::Opened).sum().level, 2);
    shown.key(SumPlace::Opened, Qt::Key_Backspace);
    shown.settle();
    QCOMPARE(sourceOf(shown.sums(), SumPlace::Opened), SumSource::MidMaps);
    shown.key(SumPlace::Opened, Qt::Key_Home);
    shown.key(SumPlace::Opened, Qt::Key_Right);
    shown.key(SumPlace::Opened, Qt::Key_Return); // and down again
    QCOMPARE(shown.look().opened, (std::vector{TapPlace{2, 0, 0}, TapPlace{2, 0, 0}}));
}

void TestProductsPage::paddingCannotBeOpened()
{
    ViewSettings settings;
    settings.cursor = Position{0, 0};
    settings.arithmetic.opened = {{0, 0, 0}};
    const Shown shown(smallExperiment(), settings);
    QVERIFY(shown.picture(SumPlace::Opened).isEmpty());
    QVERIFY(shown.picture(SumPlace::Opened).emptyText.contains(QStringLiteral("padding")));
    QCOMPARE(shown.picture(SumPlace::Original).sum().count(Tap::Padding),
             std::size_t(16 * smallExperiment().inChannels)); // 25 − 9 of each
}

void TestProductsPage::saysWhyThereAreNone()
{
    Experiment experiment = smallExperiment();
    experiment.batchNorm = true;
    experiment.mode = Mode::Train;
    Shown shown(experiment);
    for (const SumPlace place : kSumPlaces) {
        QVERIFY(shown.picture(place).isEmpty());
        QVERIFY(shown.picture(place).emptyText.contains(QStringLiteral("training mode")));
        shown.key(place, Qt::Key_Right); // does nothing
        shown.key(place, Qt::Key_Space);
    }
    QVERIFY(!shown.page.isPlaying());
    experiment.mode = Mode::Eval;
    shown.page.show(evaluated(experiment));
    shown.waitForDrawing();
    QVERIFY(!shown.picture(SumPlace::Original).isEmpty());
    QVERIFY(shown.picture(SumPlace::Original).result.front().contains(QStringLiteral("BatchNorm")));
}

void TestProductsPage::takesAnotherAnswer()
{
    Shown shown;
    shown.key(SumPlace::Factorised, Qt::Key_Left); // at the last term of more
    Experiment experiment = smallExperiment();
    experiment.midChannels = 2;
    shown.page.show(evaluated(experiment));
    shown.waitForDrawing();
    QCOMPARE(shown.picture(SumPlace::Factorised).count(), std::int64_t(2 * 9 + 1));
    QCOMPARE(shown.picture(SumPlace::Factorised).taken(), std::int64_t(2 * 9 + 1));
}

void TestProductsPage::onePixelIsEnough()
{
    Experiment experiment = smallExperiment();
    experiment.size = {1, 1};
    experiment.inChannels = experiment.midChannels = experiment.outChannels = 1;
    experiment.picture.reset();
    experiment.lift = Lift::Randn;
    experiment.kernels.reset();
    const Shown shown(experiment);
    QCOMPARE(shown.picture(SumPlace::Original).sum().count(Tap::Padding), std::size_t(24));
    QCOMPARE(shown.picture(SumPlace::Factorised).sum().count(Tap::Padding), std::size_t(8));
}

void TestProductsPage::closesWhileItWorks()
{
    ViewState state;
    auto page = std::make_unique<ProductsPage>(state);
    page->resize(900, 700);
    page->QWidget::show();
    page->show(evaluated(smallExperiment()));
    QVERIFY(page->isBusy());
    page.reset();
    QCoreApplication::processEvents();
}

void TestProductsPage::asksNothingWhileHidden()
{
    ViewState state;
    ProductsPage page(state);
    page.show(evaluated(smallExperiment()));
    state.hover(Position{1, 2});
    QVERIFY(!page.isBusy());
    QVERIFY(!page.sums());
}

void TestProductsPage::everythingHasAName()
{
    const Shown shown;
    for (const SumPlace place : kSumPlaces) {
        QVERIFY(!shown.pane(place).accessibleName().isEmpty());
        QVERIFY(shown.pane(place).accessibleDescription().contains(QStringLiteral("products")));
    }
    for (const auto* control : shown.page.findChild<SumControls*>()->findChildren<QWidget*>()) {
        if (control->focusPolicy() != Qt::NoFocus && !control->inherits("QComboBoxListView"))
            QVERIFY2(!control->accessibleName().isEmpty(), control->metaObject()->className());
    }
}

QTEST_MAIN(TestProductsPage)
#include "test_products_page.moc"
