#include "core/experiment/opening.h"
#include "core/image/samples.h"
#include "tests/support/evaluated.h"
#include "tests/ui/speed/made_race.h"
#include "ui/arithmetic/arithmetic_view.h"
#include "ui/cost/cost_strip.h"
#include "ui/cost/cost_view.h"
#include "ui/document/document.h"
#include "ui/inspector/histogram_plot.h"
#include "ui/inspector/inspector.h"
#include "ui/kernels/kernels_view.h"
#include "ui/maps/feature_maps_view.h"
#include "ui/module/module_view.h"
#include "ui/panel/branches_panel.h"
#include "ui/receptive/receptive_view.h"
#include "ui/speed/speed_view.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QDir>
#include <QPainter>
#include <QSignalSpy>
#include <QStyleFactory>
#include <QTest>

#include <cmath>

using namespace factorscope;

// What each part of the window looks like, compared with stored pictures. With
// FACTORSCOPE_STORE_RENDERINGS=1 in the environment the pictures are stored instead.

namespace {

constexpr int kPatienceMs = 60'000;
constexpr int kTextPixels = 13;

QString storedPath(const QString& name)
{
    return QStringLiteral(FACTORSCOPE_TEST_DATA "/ui/renderings/%1.png").arg(name);
}

/// How two pictures differ: on the whole, and how many pixels do so visibly.
struct Distance {
    double mean = 255.0; ///< of 255 levels
    double visible = 1.0; ///< share of pixels that differ by more than kVisible levels
    static constexpr int kVisible = 32;
};

Distance distance(const QImage& a, const QImage& b)
{
    if (a.size() != b.size())
        return {};
    double sum = 0.0;
    double visible = 0.0;
    for (int y = 0; y < a.height(); ++y) {
        for (int x = 0; x < a.width(); ++x) {
            const QColor one = a.pixelColor(x, y);
            const QColor two = b.pixelColor(x, y);
            const int most
                = std::max({std::abs(one.red() - two.red()), std::abs(one.green() - two.green()),
                            std::abs(one.blue() - two.blue())});
            sum += most;
            visible += most > Distance::kVisible ? 1.0 : 0.0;
        }
    }
    const double pixels = static_cast<double>(a.width()) * a.height();
    return {sum / pixels, visible / pixels};
}

QImage grabbed(QWidget& widget)
{
    return widget.grab().toImage().convertToFormat(QImage::Format_RGB32);
}

/// Makes a part of the window, with something to see in it, and grabs it.
using Grab = QImage (*)(const std::shared_ptr<const BothEvaluated>& both);

template <typename View>
QImage drawnView(const std::shared_ptr<const BothEvaluated>& both, QSize size, bool isAlone)
{
    ViewState state;
    ViewSettings settings;
    settings.cursor = Position{1, 2};
    settings.isPinned = true;
    settings.isAlone = isAlone;
    settings.outChannel = 5;
    state.set(settings);
    View view(state);
    view.resize(size);
    QSignalSpy drawn(&view, &View::drawn);
    view.QWidget::show();
    view.show(both);
    if (!drawn.wait(kPatienceMs) || !QTest::qWaitFor([&] { return !view.isBusy(); }, kPatienceMs))
        return {};
    return grabbed(view);
}

QImage featureMaps(const std::shared_ptr<const BothEvaluated>& both, const ViewSettings& settings)
{
    ViewState state;
    state.set(settings);
    FeatureMapsView view(state);
    view.resize(880, 640);
    view.QWidget::show();
    view.show(both);
    return QTest::qWaitFor([&] { return !view.isBusy(); }, kPatienceMs) ? grabbed(view) : QImage();
}

/// With large pixels, so that their values are read.
QImage splitMaps(const std::shared_ptr<const BothEvaluated>& both)
{
    ViewSettings settings;
    settings.isAlone = true;
    settings.maps.isSplit = true;
    settings.maps.splitAt = 0.4;
    settings.outChannel = 5;
    settings.viewport = {{0.4, 0.7}, 4.0};
    return featureMaps(both, settings);
}

/// More maps than there is room for.
QImage scrolledMaps(const std::shared_ptr<const BothEvaluated>& both)
{
    Experiment experiment = both->experiment;
    experiment.outChannels = 200;
    ViewSettings settings;
    settings.maps.sort = MapSort::Energy;
    settings.scroll(Stage::Original) = 7.0;
    return featureMaps(evaluated(experiment), settings);
}

QImage effectiveField(const std::shared_ptr<const BothEvaluated>& both)
{
    ViewState state;
    ViewSettings settings;
    settings.cursor = Position{1, 2};
    settings.isPinned = true;
    settings.field = {.isEffective = true, .isOfAllChannels = true, .blocks = 3};
    state.set(settings);
    ReceptiveView view(state);
    view.resize(880, 640);
    view.QWidget::show();
    view.show(both);
    return QTest::qWaitFor([&] { return !view.isBusy(); }, kPatienceMs) ? grabbed(view) : QImage();
}

QImage kernelsPage(const std::shared_ptr<const BothEvaluated>& both, KernelsPage page)
{
    ViewState state;
    ViewSettings settings;
    settings.cursor = Position{20, 30};
    settings.isPinned = true;
    settings.midChannel = 2;
    settings.outChannel = 5;
    settings.kernels.page = page;
    settings.kernels.slope = 0.25;
    settings.pieces.isOfOneChannel = true;
    state.set(settings);
    KernelsView view(state);
    view.resize(880, 600);
    view.QWidget::show();
    view.show(both);
    if (!QTest::qWaitFor([&] { return !view.isBusy(); }, kPatienceMs))
        return {};
    QCoreApplication::processEvents(); // the last layout
    return grabbed(view);
}

QImage arithmeticPage(const std::shared_ptr<const BothEvaluated>& both, ArithmeticPage page)
{
    ViewState state;
    ViewSettings settings;
    settings.cursor = Position{1, 30};
    settings.isPinned = true;
    settings.outChannel = 5;
    settings.arithmetic.page = page;
    settings.arithmetic.active = SumPlace::Factorised;
    settings.arithmetic.termsOf(SumPlace::Factorised) = 50;
    settings.arithmetic.output = 6;
    state.set(settings);
    ArithmeticView view(state);
    view.resize(880, 640);
    view.QWidget::show();
    view.show(both);
    if (!QTest::qWaitFor([&] { return !view.isBusy(); }, kPatienceMs))
        return {};
    QCoreApplication::processEvents(); // the last layout
    return grabbed(view);
}

QImage costPage(const std::shared_ptr<const BothEvaluated>& both, CostPage page)
{
    ViewState state;
    ViewSettings settings;
    settings.cost.page = page;
    settings.cost.number = page == CostPage::Conventions ? "20.7 k" : "";
    settings.cost.moduleMids = {{"4c", 100}};
    state.set(settings);
    CostView view(state);
    view.resize(880, 640);
    view.QWidget::show();
    view.show(*both);
    QCoreApplication::processEvents(); // the last layout
    return grabbed(view);
}

QImage moduleView(const std::shared_ptr<const BothEvaluated>& both)
{
    ViewState state;
    ModuleView view(state);
    view.resize(880, 640);
    view.QWidget::show();
    view.show(both->experiment);
    return grabbed(view);
}

/// A race whose times are given: measured ones differ each time.
QImage speedView(const std::shared_ptr<const BothEvaluated>& both)
{
    ViewState state;
    SpeedView view(state);
    view.resize(980, 640);
    view.QWidget::show();
    view.show(both);
    MadeRace race{.milliseconds = {{"auto", {8.3, 9.6}},
                                   {"direct", {31.0, 24.0}},
                                   {"gemm", {48.0, 34.5}},
                                   {"winograd", {8.4, 9.7}}},
                  .spread = 0.06};
    race.roof = {.threads = 2, .fmaPeakGflops = 356.0, .gigabytesPerSecond = 24.0};
    ViewSettings settings;
    settings.speed.race = std::make_shared<const Race>(race.made());
    state.set(settings);
    return grabbed(view);
}

QImage costStrip(const std::shared_ptr<const BothEvaluated>& both)
{
    CostStrip strip;
    strip.resize(1200, strip.sizeHint().height());
    strip.show(both->experiment); // without the time, which differs
    return grabbed(strip);
}

QImage panel(const std::shared_ptr<const BothEvaluated>& both)
{
    Document document(both->experiment);
    BranchesPanel branches(document);
    branches.resize(288, 700);
    return grabbed(branches);
}

QImage inspector(const std::shared_ptr<const BothEvaluated>& both)
{
    ViewState state;
    Inspector one(state);
    one.resize(224, 520);
    QSignalSpy counted(one.findChild<HistogramPlot*>(), &HistogramPlot::counted);
    one.show(both);
    if (!counted.wait(kPatienceMs))
        return {};
    state.pin({7, 9});
    return grabbed(one);
}

struct Part {
    const char* name;
    Grab grab;
};
const Part kParts[] = {
    {"feature-maps",
     [](const auto& both) {
         return drawnView<FeatureMapsView>(both, {880, 640}, false);
     }},
    {"feature-maps-alone",
     [](const auto& both) {
         return drawnView<FeatureMapsView>(both, {880, 640}, true);
     }},
    {"feature-maps-scrolled", scrolledMaps},
    {"feature-maps-split", splitMaps},
    {"receptive-field",
     [](const auto& both) {
         return drawnView<ReceptiveView>(both, {880, 640}, false);
     }},
    {"effective-field", effectiveField},
    {"kernels-weights", [](const auto& both) { return kernelsPage(both, KernelsPage::Weights); }},
    {"kernels-collapse", [](const auto& both) { return kernelsPage(both, KernelsPage::Collapse); }},
    {"kernels-pieces", [](const auto& both) { return kernelsPage(both, KernelsPage::Pieces); }},
    {"kernels-represent",
     [](const auto& both) { return kernelsPage(both, KernelsPage::Represent); }},
    {"arithmetic-products",
     [](const auto& both) { return arithmeticPage(both, ArithmeticPage::Products); }},
    {"arithmetic-multiplications",
     [](const auto& both) { return arithmeticPage(both, ArithmeticPage::Multiplications); }},
    {"cost", [](const auto& both) { return costPage(both, CostPage::Curves); }},
    {"cost-modules", [](const auto& both) { return costPage(both, CostPage::Modules); }},
    {"cost-formulas", [](const auto& both) { return costPage(both, CostPage::Formulas); }},
    {"cost-conventions", [](const auto& both) { return costPage(both, CostPage::Conventions); }},
    {"cost-network", [](const auto& both) { return costPage(both, CostPage::Network); }},
    {"cost-strip", costStrip},
    {"module", moduleView},
    {"speed", speedView},
    {"panel", panel},
    {"inspector", inspector},
};

} // namespace

class TestRenderings : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void looksAsStored_data();
    void looksAsStored();
    void aChangeIsNoticed();

private:
    std::shared_ptr<const BothEvaluated> m_both;
};

void TestRenderings::initTestCase()
{
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    QFont font(QStringLiteral("DejaVu Sans"));
    font.setPixelSize(kTextPixels);
    QApplication::setFont(font);
    Experiment experiment = openingExperiment();
    experiment.midChannels = 12;
    experiment.picture = std::make_shared<const Picture>(findSample("scene")->draw({36, 48}));
    m_both = evaluated(experiment);
}

void TestRenderings::looksAsStored_data()
{
    QTest::addColumn<int>("part");
    QTest::addColumn<bool>("isDark");
    for (std::size_t i = 0; i < std::size(kParts); ++i) {
        for (const bool isDark : {false, true})
            QTest::addRow("%s-%s", kParts[i].name, isDark ? "dark" : "light")
                << static_cast<int>(i) << isDark;
    }
}

void TestRenderings::looksAsStored()
{
    QFETCH(int, part);
    QFETCH(bool, isDark);
    QApplication::setPalette(paletteOf(isDark ? darkTheme() : lightTheme()));
    const QImage picture = kParts[part].grab(m_both);
    QVERIFY(!picture.isNull());
    const QString path = storedPath(QString::fromLatin1(QTest::currentDataTag()));
    if (qEnvironmentVariableIsSet("FACTORSCOPE_STORE_RENDERINGS")) {
        QVERIFY(picture.save(path));
        QSKIP("stored");
    }
    const QImage stored(path);
    const Distance apart = distance(picture, stored.convertToFormat(QImage::Format_RGB32));
    if (apart.mean > 0.5 || apart.visible > 0.002) {
        const QString actual = QDir::temp().filePath(QString::fromLatin1(QTest::currentDataTag())
                                                     + QStringLiteral("-actual.png"));
        picture.save(actual);
        QFAIL(qPrintable(QStringLiteral("%1 of 255 apart, %2 % visibly; see %3")
                             .arg(apart.mean)
                             .arg(100.0 * apart.visible)
                             .arg(actual)));
    }
}

/// The comparison is strict enough to see one word change.
void TestRenderings::aChangeIsNoticed()
{
    QApplication::setPalette(paletteOf(lightTheme()));
    const QImage picture = costStrip(m_both);
    Experiment other = m_both->experiment;
    other.midChannels = 13;
    BothEvaluated changed = *m_both;
    changed.experiment = other;
    const QImage after = costStrip(std::make_shared<const BothEvaluated>(changed));
    const Distance apart = distance(picture, after);
    QVERIFY(apart.mean > 0.5 || apart.visible > 0.002);
    QCOMPARE(distance(picture, picture).visible, 0.0);
}

QTEST_MAIN(TestRenderings)
#include "test_renderings.moc"
