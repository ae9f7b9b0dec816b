#include "core/experiment/presets.h"
#include "ui/cost/alpha_view.h"
#include "ui/cost/modules_page.h"

#include <QAbstractButton>
#include <QSignalSpy>
#include <QTest>

#include <cmath>
#include <set>

using namespace factorscope;

namespace {

CostQuestion questionOf(const char* preset)
{
    Experiment experiment;
    apply(*findPreset(preset), experiment);
    return {experiment, experiment.size};
}

AlphaBranch branchOf(const AlphaPlot& plot, const char* id)
{
    const auto found = std::ranges::find_if(
        plot.branches, [&](const AlphaBranch& branch) { return branch.preset->id == id; });
    EXPECTS(found != plot.branches.end());
    return *found;
}

struct Shown {
    explicit Shown(const char* preset = "article")
    {
        page.resize(800, 560);
        page.show();
        page.show(questionOf(preset));
        QCoreApplication::processEvents(); // lays out
    }
    AlphaView& chart() const { return *page.findChild<AlphaView*>(); }
    QPoint markAt(const char* id) const
    {
        const AlphaPlot& plot = chart().plot();
        for (std::size_t i = 0; i < plot.marks.size(); ++i) {
            for (const std::size_t branch : plot.marks[i].branches) {
                if (plot.branches[branch].preset->id == id)
                    return chart().layout().marks[i].at.toPoint();
            }
        }
        return {};
    }

    ViewState state;
    ModulesPage page{state};
};

} // namespace

class TestModulesPage : public QObject {
    Q_OBJECT
private slots:
    void everyBranchHasItsRatio_data();
    void everyBranchHasItsRatio();
    void equalBranchesShareAPoint();
    void theOwnPointIsThere_data();
    void theOwnPointIsThere();
    void labelsAreApart_data();
    void labelsAreApart();
    void goesFromBranchToBranchByKeys();
    void loadsByClickAndEnter();
    void branchesAtOnePlaceAreLoadedInTurn();
    void theRuleMovesThePoints();
};

void TestModulesPage::everyBranchHasItsRatio_data()
{
    QTest::addColumn<QByteArray>("id");
    QTest::addColumn<double>("alpha");
    QTest::addColumn<double>("ratio");
    const auto row = [](const char* id, double alpha, double ratio) {
        QTest::newRow(id) << QByteArray(id) << alpha << ratio;
    };
    row("article", 1.0, 0.72);
    row("googlenet-3a", 2.0, 1.080);
    row("googlenet-3b", 3.0, 1.440);
    row("googlenet-4a", 3.0, 1.440);
    row("googlenet-4b", 2.667, 1.320);
    row("googlenet-4c", 2.667, 1.320);
    row("googlenet-4d", 2.0, 1.080);
    row("googlenet-4e", 4.0, 1.800);
    row("googlenet-5a", 4.0, 1.800);
    row("googlenet-5b", 2.667, 1.320);
    row("inception-v2-3a", 1.5, 0.900);
    row("inception-v2-4a", 1.333, 0.840);
    row("inception-v2-4c", 1.25, 0.810);
    row("inception-v2-4d", 1.2, 0.792);
    row("inception-v2-5a", 1.4, 0.864);
    row("inception-v2-5b", 1.167, 0.780);
    row("inception-v3-a", 1.5, 1.800); // 138,240 to 76,800
}

void TestModulesPage::everyBranchHasItsRatio()
{
    QFETCH(QByteArray, id);
    QFETCH(double, alpha);
    QFETCH(double, ratio);
    const AlphaBranch branch = branchOf(alphaPlot(MidRule::Out, {}), id.constData());
    QVERIFY(std::abs(branch.alpha - alpha) < 0.0005);
    QVERIFY(std::abs(branch.ratio - ratio) < 0.0005);
    const QString words = branchInWords(branch);
    QVERIFY(words.contains(QString::fromUtf8(branch.preset->label.data())));
    QVERIFY(words.contains(QString::number(ratio, 'f', 3)));
}

void TestModulesPage::equalBranchesShareAPoint()
{
    const AlphaPlot plot = alphaPlot(MidRule::Out, {});
    QStringList labels;
    std::set<std::size_t> seen;
    for (const AlphaMark& mark : plot.marks) {
        labels << mark.label;
        for (const std::size_t branch : mark.branches)
            QVERIFY(seen.insert(branch).second);
    }
    QCOMPARE(seen.size(), presets().size());
    for (const char* label : {"3a, 4d", "3b, 4a", "4b, 4c, 5b", "4e, 5a", "v2 3a, 3b", "v3 A"})
        QVERIFY2(labels.contains(QString::fromLatin1(label)), qPrintable(labels.join(u'|')));
    // By the geometric mean rounding sets some of them apart: 23 of 22.6, 45 of 45.3.
    const AlphaPlot mean = alphaPlot(MidRule::GeometricMean, {});
    QVERIFY(mean.marks.size() > plot.marks.size());
    QVERIFY(std::abs(branchOf(mean, "googlenet-3a").ratio - 0.776) < 0.0005);
}

void TestModulesPage::theOwnPointIsThere_data()
{
    QTest::addColumn<qint64>("in");
    QTest::addColumn<qint64>("out");
    QTest::newRow("alike") << qint64(64) << qint64(64);
    QTest::newRow("RGB") << qint64(3) << qint64(16);
    QTest::newRow("narrowing") << qint64(832) << qint64(1);
    QTest::newRow("widening") << qint64(1) << qint64(832);
}

void TestModulesPage::theOwnPointIsThere()
{
    QFETCH(qint64, in);
    QFETCH(qint64, out);
    Experiment experiment;
    experiment.inChannels = in;
    experiment.midChannels = experiment.outChannels = out;
    const AlphaPlot plot = alphaPlot(MidRule::Out, CostQuestion{experiment, {8, 8}});
    QVERIFY(plot.own);
    const double alpha = static_cast<double>(out) / static_cast<double>(in);
    QVERIFY(std::abs(plot.own->x() - alpha) < 1e-12);
    QVERIFY(std::abs(plot.own->y() - 0.36 * (1.0 + alpha)) < 1e-12 * (1.0 + plot.own->y()));
    const QRectF rect(0, 0, 600, 400);
    const AlphaLayout layout = alphaLayout(plot, rect, QFont());
    QVERIFY(layout.area.adjusted(-1, -1, 1, 1).contains(layout.own->at));
    QCOMPARE(layout.ownIsAbove, plot.own->y() > plot.ratio.high);
    for (const AlphaLayout::Mark& mark : layout.marks)
        QVERIFY(layout.area.contains(mark.at));
}

void TestModulesPage::labelsAreApart_data()
{
    QTest::addColumn<int>("rule");
    QTest::addColumn<QSize>("size");
    for (const MidRule rule : kMidRules) {
        for (const QSize size : {QSize(480, 380), QSize(760, 500), QSize(1800, 1100)})
            QTest::addRow("%s %d", midRuleName(rule).data(), size.width()) << int(rule) << size;
    }
}

void TestModulesPage::labelsAreApart()
{
    QFETCH(int, rule);
    QFETCH(QSize, size);
    const AlphaPlot plot = alphaPlot(static_cast<MidRule>(rule), questionOf("googlenet-3a"));
    const AlphaLayout layout = alphaLayout(plot, QRectF(QPointF(), size), QFont());
    std::vector<QRectF> names{layout.levelLabel};
    for (const AlphaLayout::Curve& curve : layout.curves) {
        for (const QRectF& name : names)
            QVERIFY(!name.intersects(curve.label));
        names.push_back(curve.label);
    }
    for (std::size_t i = 0; i < layout.marks.size(); ++i) {
        QVERIFY2(layout.area.contains(layout.marks[i].label), qPrintable(plot.marks[i].label));
        for (std::size_t j = 0; j < i; ++j)
            QVERIFY2(!layout.marks[i].label.intersects(layout.marks[j].label),
                     qPrintable(plot.marks[i].label + u'|' + plot.marks[j].label));
    }
}

void TestModulesPage::goesFromBranchToBranchByKeys()
{
    const Shown it;
    QVERIFY(!it.chart().current());
    QTest::keyClick(&it.chart(), Qt::Key_Right);
    QCOMPARE(it.chart().current(), std::optional<std::size_t>(0));
    double alpha = 0.0;
    for (std::size_t i = 0; i < presets().size(); ++i) {
        const AlphaBranch& branch = it.chart().plot().branches[*it.chart().current()];
        QVERIFY(branch.alpha >= alpha);
        alpha = branch.alpha;
        QCOMPARE(it.chart().accessibleDescription(), branchInWords(branch));
        QTest::keyClick(&it.chart(), Qt::Key_Right);
    }
    QCOMPARE(it.chart().current(), std::optional(presets().size() - 1)); // stays at the last one
    QTest::keyClick(&it.chart(), Qt::Key_Home);
    QCOMPARE(it.chart().current(), std::optional<std::size_t>(0));
}

void TestModulesPage::loadsByClickAndEnter()
{
    const Shown it;
    QSignalSpy picked(&it.page, &ModulesPage::presetPicked);
    QTest::mouseClick(&it.chart(), Qt::LeftButton, {}, it.markAt("inception-v3-a"));
    QCOMPARE(picked.takeLast().at(0).toString(), QStringLiteral("inception-v3-a"));
    QTest::keyClick(&it.chart(), Qt::Key_End);
    QTest::keyClick(&it.chart(), Qt::Key_Enter);
    QCOMPARE(picked.takeLast().at(0).toString().left(9), QStringLiteral("googlenet"));
    QTest::mouseClick(&it.chart(), Qt::LeftButton, {}, QPoint(1, 1));
    QTest::mouseClick(&it.chart(), Qt::RightButton, {}, it.markAt("inception-v3-a"));
    QVERIFY(picked.isEmpty());
}

void TestModulesPage::branchesAtOnePlaceAreLoadedInTurn()
{
    const Shown it;
    QSignalSpy picked(&it.page, &ModulesPage::presetPicked);
    QStringList ids;
    for (int i = 0; i < 4; ++i) {
        QTest::mouseClick(&it.chart(), Qt::LeftButton, {}, it.markAt("googlenet-4b"));
        ids << picked.takeLast().at(0).toString();
    }
    QCOMPARE(ids,
             QStringList({QStringLiteral("googlenet-4b"), QStringLiteral("googlenet-4c"),
                          QStringLiteral("googlenet-5b"), QStringLiteral("googlenet-4b")}));
}

void TestModulesPage::theRuleMovesThePoints()
{
    const Shown it;
    for (QAbstractButton* button : it.page.findChildren<QAbstractButton*>()) {
        if (button->text() == QStringLiteral("C_in"))
            QTest::mouseClick(button, Qt::LeftButton);
    }
    QCOMPARE(it.state.settings().cost.midRule, MidRule::In);
    QVERIFY(std::abs(branchOf(it.chart().plot(), "googlenet-4e").ratio - 0.45) < 1e-9);
}

QTEST_MAIN(TestModulesPage)
#include "test_modules_page.moc"
