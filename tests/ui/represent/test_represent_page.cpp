#include "ui/represent/represent_page.h"

#include "core/experiment/adopt_kernels.h"
#include "tests/support/evaluated.h"
#include "ui/chart/line_chart_view.h"
#include "ui/document/document.h"
#include "ui/kernels/kernel_canvas.h"
#include "ui/kernels/kernel_editor.h"
#include "ui/kernels/kernel_grid_widget.h"
#include "ui/kernels/kernel_picture_widget.h"
#include "ui/represent/target_controls.h"

#include <QAbstractScrollArea>
#include <QAbstractSpinBox>
#include <QAccessible>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

#include <cmath>

using namespace factorscope;

namespace {

constexpr int kPatienceMs = 60'000; // on a busy machine, under a sanitizer

/// The page of an answer, shown and settled.
struct Shown {
    ViewState state;
    RepresentPage page{state};

    explicit Shown(const RepresentLook& look = {}, const Experiment& experiment = smallExperiment())
    {
        ViewSettings settings;
        settings.represent = look;
        state.set(settings);
        page.resize(1000, 640);
        page.show(evaluated(experiment));
        page.QWidget::show();
        settle();
    }
    void settle()
    {
        QTRY_VERIFY_WITH_TIMEOUT(page.found() && !page.isBusy(), kPatienceMs);
        QCoreApplication::processEvents();
    }
    KernelCanvas& canvas() const { return page.findChild<KernelEditor*>()->canvas(); }
    LinePlot plot() const { return page.findChild<LineChartView*>()->plot(); }
    double errorAt(std::size_t point) const
    {
        return page.found()->points.at(point).fit.relativeError;
    }
    QString words() const
    {
        for (const auto* label : page.findChildren<QLabel*>()) {
            if (label->accessibleName() == QStringLiteral("What was found, in words"))
                return label->text();
        }
        return {};
    }
    QPushButton& use() const { return *page.findChild<QPushButton*>(); }
    RepresentLook look() const { return state.settings().represent; }
    void set(const RepresentLook& look)
    {
        ViewSettings settings = state.settings();
        settings.represent = look;
        state.set(settings);
        settle();
    }
};

void requireNames(const QWidget& widget)
{
    for (const QWidget* child : widget.findChildren<QWidget*>()) {
        if (!child->isVisibleTo(&widget) || child->focusPolicy() == Qt::NoFocus
            || qobject_cast<const QLabel*>(child)
            || qobject_cast<const QAbstractScrollArea*>(child->parentWidget()) // its viewport
            || qobject_cast<const QAbstractSpinBox*>(child->parentWidget()))
            continue;
        const QAccessibleInterface* one
            = QAccessible::queryAccessibleInterface(const_cast<QWidget*>(child));
        QVERIFY2(one && !one->text(QAccessible::Name).isEmpty(), child->metaObject()->className());
    }
}

} // namespace

class TestRepresentPage : public QObject {
    Q_OBJECT
private slots:
    void findsTheBestPairs();
    void searchIsBetterThanTheEstimate();
    void paintingACellChangesTheCurve();
    void keysPaint();
    void parametersActAtOnce();
    void takesAKernelOfTheExperiment();
    void takesTheWholeBank();
    void chartChoosesTheMidChannels();
    void targetBecomesTheExperimentsKernels();
    void hidingStopsAndShowingGoesOn();
    void aLongSearchTellsOfItselfAndStops();
    void asksNothingWhileHidden();
    void everythingHasAName();
    void fitsARoom();
};

void TestRepresentPage::findsTheBestPairs()
{
    const Shown shown;
    QCOMPARE(shown.page.found()->points.size(), std::size_t(4));
    QVERIFY(!shown.page.found()->isEstimate);
    QVERIFY(std::abs(shown.errorAt(0) - 0.0039) < 0.05 * 0.0039 + 5e-5);
    QVERIFY(shown.errorAt(1) < 1e-6);
    QVERIFY2(shown.words().contains(QStringLiteral("C_mid = 1: 0.39")), qPrintable(shown.words()));
    QVERIFY2(shown.words().contains(QStringLiteral("starts")), qPrintable(shown.words()));
    QVERIFY(shown.page.found()->points[0].onPicture);
}

void TestRepresentPage::searchIsBetterThanTheEstimate()
{
    RepresentLook look;
    look.made = {.kind = HandMade::Random, .seed = 8};
    const Shown shown(look);
    QVERIFY(std::abs(shown.errorAt(0) - 0.1972) < 0.05 * 0.1972);
}

void TestRepresentPage::paintingACellChangesTheCurve()
{
    Shown shown;
    const LinePlot before = shown.plot();
    const Kernel5x5 kernel = shown.canvas().kernel();
    const QPoint cell = shown.canvas().cells().cell({0, 0}).center().toPoint();
    QTest::mouseClick(&shown.canvas(), Qt::LeftButton, {}, cell);
    QCOMPARE(shown.look().made.kind, HandMade::Painted);
    QCOMPARE(shown.look().made.shape.painted[0], 1.0);
    QCOMPARE(shown.look().made.shape.painted[12], kernel[12]);
    shown.settle();
    QVERIFY(shown.plot() != before);
    QVERIFY(shown.errorAt(0) > 0.01);
}

void TestRepresentPage::keysPaint()
{
    Shown shown;
    shown.canvas().setFocus();
    QTest::keyClick(&shown.canvas(), Qt::Key_Home, Qt::ControlModifier);
    QTest::keyClicks(&shown.canvas(), QStringLiteral("0.5"));
    QTest::keyClick(&shown.canvas(), Qt::Key_Return);
    QCOMPARE(shown.look().made.kind, HandMade::Painted);
    QCOMPARE(shown.look().made.shape.painted[0], 0.5);
    shown.settle();
    QCOMPARE(kernelAt(*shown.page.found()->question.kernels, 0, 0)[0], 0.5);
}

void TestRepresentPage::parametersActAtOnce()
{
    Shown shown;
    QDoubleSpinBox* sigma = nullptr;
    for (auto* box : shown.page.findChild<TargetControls*>()->findChildren<QDoubleSpinBox*>()) {
        if (box->isVisibleTo(&shown.page)) {
            QVERIFY(!sigma); // only that of the kernel that is chosen
            sigma = box;
        }
    }
    QVERIFY(sigma);
    const double before = shown.errorAt(0);
    sigma->setValue(2.0);
    QCOMPARE(shown.look().made.shape.logSigma, 2.0);
    shown.settle();
    QVERIFY(shown.errorAt(0) != before);
    shown.page.findChild<QComboBox*>()->setCurrentIndex(1);
    QCOMPARE(shown.look().made.kind, HandMade::Gabor);
}

void TestRepresentPage::takesAKernelOfTheExperiment()
{
    RepresentLook look;
    look.target = RepresentTarget::OneOfBank;
    Shown shown(look);
    const auto both = evaluated(smallExperiment());
    const Tensor& bank = both->original.weights->at("branch.0.weight");
    QCOMPARE(shown.canvas().kernel(), kernelAt(bank, 0, 0));
    QVERIFY(shown.errorAt(0) < 1e-6); // a matched one is the product of two 3×3
    ViewSettings settings = shown.state.settings();
    settings.outChannel = 7;
    settings.inChannel = 2;
    shown.state.set(settings);
    shown.settle();
    QCOMPARE(shown.canvas().kernel(), kernelAt(bank, 7, 2));
    QCOMPARE(shown.page.found()->question.channel, std::optional<std::int64_t>(2));
}

void TestRepresentPage::takesTheWholeBank()
{
    RepresentLook look;
    look.target = RepresentTarget::WholeBank;
    Experiment experiment = smallExperiment();
    experiment.inChannels = 1;
    experiment.outChannels = 2;
    experiment.kernels.reset();
    const Shown shown(look, experiment);
    const Representation& found = *shown.page.found();
    QCOMPARE(found.outChannels(), std::int64_t(2));
    QCOMPARE(found.inChannels(), std::int64_t(1));
    QCOMPARE(found.points.back().midChannels(), 4);
    QVERIFY(found.points.front().fit.relativeError > 0.1);
    QVERIFY(found.points.back().fit.relativeError < 1e-6);
    const LinePlot plot = shown.plot();
    QCOMPARE(plot.series.size(), std::size_t(3));
    QCOMPARE(plot.series[2].points.size(), std::size_t(4));
    QCOMPARE(plot.series[2].points[0].y(), 100.0 * errorByFreedom(1, 1, 2));
    QVERIFY(!shown.use().isEnabled());
}

void TestRepresentPage::chartChoosesTheMidChannels()
{
    Shown shown;
    emit shown.page.findChild<LineChartView*>()->picked(2.0);
    QCOMPARE(shown.look().midChannels, 2);
    QVERIFY(shown.words().startsWith(QStringLiteral("C_mid = 2: 0 %")));
    QCOMPARE(shown.plot().x, std::optional(2.0));
}

void TestRepresentPage::targetBecomesTheExperimentsKernels()
{
    const Shown shown;
    const Experiment before = smallExperiment();
    Document document(before);
    QObject::connect(
        &shown.page, &RepresentPage::kernelsWanted, &document, [&](const HandMadeChoice& choice) {
            document.replace(withKernels(document.experiment(), choice), QStringLiteral("kernels"));
        });
    shown.use().click();
    QCOMPARE(document.experiment().kernels, std::optional(HandMade::Log));
    document.undoStack()->undo();
    QVERIFY(document.experiment() == before);
}

void TestRepresentPage::hidingStopsAndShowingGoesOn()
{
    Shown shown;
    RepresentLook look = shown.look();
    look.made = {.kind = HandMade::Random, .seed = 3};
    ViewSettings settings = shown.state.settings();
    settings.represent = look;
    shown.state.set(settings);
    shown.page.hide(); // what is under way is stopped
    QVERIFY(!shown.page.isBusy());
    QVERIFY(shown.page.found());
    shown.page.QWidget::show();
    shown.settle();
    QVERIFY(std::abs(shown.errorAt(0) - 0.3154) < 0.05 * 0.3154);
}

void TestRepresentPage::aLongSearchTellsOfItselfAndStops()
{
    Experiment experiment = smallExperiment();
    experiment.inChannels = 32;
    experiment.outChannels = 32;
    experiment.kernels.reset();
    Shown shown({}, experiment);
    const auto before = shown.page.found();
    ViewSettings settings = shown.state.settings();
    settings.represent.target = RepresentTarget::WholeBank;
    shown.state.set(settings);
    QVERIFY(shown.page.isBusy());
    QVERIFY(shown.page.found() == before); // the last picture stays
    auto* stop = shown.page.findChild<QToolButton*>(QStringLiteral("stop"));
    QVERIFY(stop && stop->isVisible());
    QVERIFY(shown.page.findChild<QProgressBar*>()->isVisible());
    // Points are shown while the search goes on.
    QTRY_VERIFY_WITH_TIMEOUT(shown.page.found() != before, kPatienceMs);
    QVERIFY(!shown.page.found()->isComplete());
    QVERIFY(shown.words().contains(QStringLiteral("a bank of kernels")));
    const auto found = shown.page.found();
    stop->click();
    QVERIFY(!shown.page.isBusy());
    QVERIFY(!stop->isVisible());
    QVERIFY(shown.page.found() == found);
}

void TestRepresentPage::asksNothingWhileHidden()
{
    ViewState state;
    RepresentPage page(state);
    page.show(evaluated(smallExperiment()));
    QVERIFY(!page.isBusy());
    QVERIFY(!page.found());
}

void TestRepresentPage::everythingHasAName()
{
    const Shown shown;
    requireNames(shown.page);
}

/// Large text leaves few lines: then kernels and chart stand in one row, without what is to be
/// edited.
void TestRepresentPage::fitsARoom()
{
    Shown shown;
    const auto* chart = shown.page.findChild<LineChartView*>();
    const auto kernels = shown.page.findChildren<KernelPictureWidget*>();
    const QString all = shown.words();
    const QFont desk = shown.page.font();
    QVERIFY(shown.use().isVisible());
    QVERIFY(chart->geometry().top() > kernels.front()->geometry().bottom());
    QFont room = desk;
    room.setPixelSize(32);
    shown.page.setFont(room);
    shown.page.resize(1900, 700);
    QCoreApplication::processEvents();
    QVERIFY(!shown.use().isVisible());
    for (const KernelGridWidget* factors : shown.page.findChildren<KernelGridWidget*>())
        QVERIFY(!factors->isVisible());
    for (const KernelPictureWidget* kernel : kernels)
        QVERIFY(kernel->isVisible() && kernel->geometry().right() < chart->geometry().left());
    QVERIFY(chart->isVisible() && chart->height() > 300);
    QVERIFY(all.startsWith(shown.words()) && shown.words().size() < all.size());
    shown.page.setFont(desk);
    shown.page.resize(1000, 640);
    QCoreApplication::processEvents();
    QVERIFY(shown.use().isVisible());
    QVERIFY(chart->geometry().top() > kernels.front()->geometry().bottom());
    QCOMPARE(shown.words(), all);
}

QTEST_MAIN(TestRepresentPage)
#include "test_represent_page.moc"
