#include "ui/kernels/collapse_page.h"

#include "tests/support/shown_page.h"
#include "ui/chart/line_chart_view.h"
#include "ui/kernels/kernel_picture_widget.h"
#include "ui/maps/map_pane_widget.h"
#include "ui/theme/choice_button.h"

#include <QAccessible>
#include <QSlider>
#include <QTest>

#include <cmath>

using namespace factorscope;

namespace {

/// Drawn weights, whose mid values have both signs.
Experiment seededExperiment()
{
    Experiment experiment = smallExperiment();
    experiment.kernels.reset();
    return experiment;
}

/// The page of an answer, shown and drawn.
struct Shown : ShownPage<CollapsePage> {
    explicit Shown(const Experiment& experiment = seededExperiment(), QSize size = {900, 560})
        : ShownPage(experiment, size)
    {}
    void setSlope(double slope)
    {
        change([slope](ViewSettings& settings) { settings.kernels.slope = slope; });
        waitForDrawing();
    }
    QString words() const { return wordsOf(QStringLiteral("What the collapse amounts to")); }
    QSlider& slider() const { return *page.findChild<QSlider*>(); }
    LineChartView& chart() const { return *page.findChild<LineChartView*>(); }
    QList<KernelPictureWidget*> kernels() const
    {
        return page.findChildren<KernelPictureWidget*>();
    }
    QList<MapPaneWidget*> panes() const { return page.findChildren<MapPaneWidget*>(); }
};

} // namespace

class TestCollapsePage : public QObject {
    Q_OBJECT
private slots:
    void beginsAtTheSlopeOfTheExperiment();
    void atSlopeOneOnlyTheRingDiffers();
    void theKernelIsThatOfTheLinearStack();
    void theSliderMovesEverythingTogether();
    void theChartPicksTheSlope();
    void paddingRemovesTheRing();
    void saysWhereReluChangesNothing();
    void aBranchWithoutActivationIsAtOne();
    void followsTheChosenMap();
    void sparesTheChosenMapFromDoubleClicks();
    void saysWhyThereIsNoCollapse();
    void drawsNothingWhileHidden();
    void fitsSmallWindows();
    void everythingHasAName();
};

void TestCollapsePage::beginsAtTheSlopeOfTheExperiment()
{
    Shown shown;
    QCOMPARE(shown.page.shown()->errors.slope, 0.0);
    QCOMPARE(shown.slider().value(), 0);
    Experiment leaky = seededExperiment();
    leaky.between = Between::Leaky;
    leaky.leakySlope = 0.2;
    shown.page.show(evaluated(leaky));
    shown.waitForDrawing();
    QCOMPARE(shown.page.shown()->errors.slope, 0.2);
    QCOMPARE(shown.slider().value(), 20);
}

void TestCollapsePage::atSlopeOneOnlyTheRingDiffers()
{
    Shown shown;
    shown.setSlope(1.0);
    const SlopeErrors& errors = shown.page.shown()->errors;
    QVERIFY(errors.interior < 1e-5);
    QVERIFY(errors.ring > 1e-3);
    QVERIFY(shown.words().startsWith(QStringLiteral("Slope 1: the stack is one convolution")));
    QVERIFY(shown.words().contains(QStringLiteral("in the ring of 1 pixel")));
    QCOMPARE(shown.panes()[2]->pane().marked, (std::optional<PixelBox>{{1, 1, 38, 46}}));
}

void TestCollapsePage::theKernelIsThatOfTheLinearStack()
{
    const Shown shown;
    const KernelPicture& collapsed = shown.kernels()[0]->picture();
    QCOMPARE(collapsed.values.size(), std::size_t{25});
    // A corner has one path for each mid channel.
    const TensorMap& weights = *shown.page.shown()->findings->both->factorised.weights;
    const Tensor& first = weights.at("branch.0.weight");
    const Tensor& second = weights.at("branch.2.weight");
    double corner = 0.0;
    for (std::int64_t mid = 0; mid < 16; ++mid)
        corner += double{first.data()[mid * 3 * 9]} * double{second.data()[mid * 9]};
    QVERIFY(std::abs(collapsed.values[0] - corner) < 1e-12);
    const KernelPicture& original = shown.kernels()[1]->picture();
    const KernelPicture& difference = shown.kernels()[2]->picture();
    for (std::size_t i = 0; i < 25; ++i)
        QCOMPARE(difference.values[i], collapsed.values[i] - original.values[i]);
    QCOMPARE(difference.limit, collapsed.limit);
    QCOMPARE(original.limit, collapsed.limit);
}

void TestCollapsePage::theSliderMovesEverythingTogether()
{
    Shown shown;
    const double before = shown.page.shown()->errors.interior;
    shown.slider().setFocus();
    for (int i = 0; i < 3; ++i)
        QTest::keyClick(&shown.slider(), Qt::Key_PageUp); // a tenth each
    shown.waitForDrawing();
    QCOMPARE(shown.page.shown()->errors.slope, 0.3);
    QVERIFY(shown.page.shown()->errors.interior < before);
    QCOMPARE(shown.chart().plot().x, std::optional(0.3));
    QVERIFY(shown.panes()[0]->pane().caption.contains(QStringLiteral("0.30")));
    QVERIFY(shown.words().startsWith(QStringLiteral("Slope 0.30: no single convolution")));
    QCOMPARE(shown.page.shown()->findings->both->experiment.between, Between::Relu);
}

void TestCollapsePage::theChartPicksTheSlope()
{
    Shown shown;
    emit shown.chart().picked(0.4567);
    shown.waitForDrawing();
    QCOMPARE(shown.page.shown()->errors.slope, 0.46);
    QCOMPARE(shown.slider().value(), 46);
}

void TestCollapsePage::paddingRemovesTheRing()
{
    Shown shown;
    shown.setSlope(1.0);
    for (const BorderPadding padding : {BorderPadding::Once, BorderPadding::Valid}) {
        ViewSettings settings = shown.state.settings();
        settings.kernels.padding = padding;
        shown.state.set(settings);
        shown.waitForDrawing();
        QVERIFY(shown.page.shown()->findings->padding == padding);
        QVERIFY(shown.page.shown()->errors.interior < 1e-5);
        QVERIFY(shown.words().contains(QStringLiteral("there is no ring")));
        QVERIFY(!shown.panes()[2]->pane().marked);
    }
    QCOMPARE(shown.panes()[0]->pane().map, Extent(36, 44)); // valid
}

/// Blurs of a picture are nowhere negative.
void TestCollapsePage::saysWhereReluChangesNothing()
{
    const Shown shown(smallExperiment());
    QVERIFY(shown.words().startsWith(QStringLiteral("Slope 0.00 changes nothing here")));
}

void TestCollapsePage::aBranchWithoutActivationIsAtOne()
{
    Experiment experiment = seededExperiment();
    experiment.between = Between::None;
    Shown shown(experiment);
    QCOMPARE(shown.page.shown()->errors.slope, 1.0);
    QVERIFY(shown.words().contains(QStringLiteral("its slope is 1")));
    shown.setSlope(0.0); // and can be given one
    QVERIFY(shown.page.shown()->errors.interior > 1e-3);
}

void TestCollapsePage::followsTheChosenMap()
{
    Shown shown;
    ViewSettings settings = shown.state.settings();
    settings.outChannel = 5;
    settings.inChannel = 2;
    shown.state.set(settings);
    shown.waitForDrawing();
    QCOMPARE(shown.page.shown()->channel, 5);
    QCOMPARE(shown.kernels()[0]->picture().caption, QStringLiteral("input 3 → output 6"));
    QVERIFY(shown.panes()[0]->pane().caption.endsWith(QStringLiteral("output 6")));
}

void TestCollapsePage::sparesTheChosenMapFromDoubleClicks()
{
    Shown shown;
    ViewSettings settings = shown.state.settings();
    settings.outChannel = 5;
    shown.state.set(settings);
    shown.waitForDrawing();
    QTest::mouseDClick(shown.panes()[0], Qt::LeftButton, Qt::NoModifier,
                       shown.panes()[0]->pane().tiles.tile(5).center().toPoint());
    QCOMPARE(shown.state.settings().outChannel, 5);
}

void TestCollapsePage::saysWhyThereIsNoCollapse()
{
    Experiment experiment = seededExperiment();
    experiment.batchNorm = true;
    experiment.mode = Mode::Train;
    Shown shown;
    shown.page.show(evaluated(experiment));
    shown.waitForDrawing();
    QVERIFY(!shown.page.shown());
    QVERIFY(shown.words().contains(QStringLiteral("batch_norm at layer 1 in training mode")));
    QVERIFY(shown.kernels()[0]->picture().isEmpty()); // nothing of what was before
    QCOMPARE(shown.panes()[0]->pane().tiles.count(), 0);
    shown.page.show(evaluated(seededExperiment()));
    shown.waitForDrawing();
    QVERIFY(shown.page.shown());
}

void TestCollapsePage::drawsNothingWhileHidden()
{
    Shown shown;
    shown.page.hide();
    ViewSettings settings = shown.state.settings();
    settings.kernels.slope = 0.5;
    shown.state.set(settings);
    QVERIFY(!shown.page.isBusy());
    QCOMPARE(shown.page.shown()->errors.slope, 0.0);
    shown.page.show(); // and catches up
    shown.waitForDrawing();
    QCOMPARE(shown.page.shown()->errors.slope, 0.5);
}

void TestCollapsePage::fitsSmallWindows()
{
    for (const QSize size : {QSize(488, 420), QSize(1900, 1100)}) {
        const Shown shown(seededExperiment(), size);
        QCOMPARE(shown.page.size(), size);
        QCoreApplication::processEvents();
        for (const MapPaneWidget* pane : shown.panes())
            QVERIFY(pane->width() >= 140 && pane->height() >= 140);
    }
}

void TestCollapsePage::everythingHasAName()
{
    const Shown shown;
    for (QWidget* child : shown.page.findChildren<QWidget*>()) {
        if (child->focusPolicy() == Qt::NoFocus || shown.chart().isAncestorOf(child))
            continue;
        QAccessibleInterface* face = QAccessible::queryAccessibleInterface(child);
        QVERIFY(face);
        QVERIFY2(!face->text(QAccessible::Name).isEmpty(), child->metaObject()->className());
    }
}

QTEST_MAIN(TestCollapsePage)
#include "test_collapse_page.moc"
