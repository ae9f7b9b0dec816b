#include "ui/module/module_figure.h"

#include "core/experiment/inception_module.h"
#include "core/experiment/presets.h"
#include "tests/support/evaluated.h"
#include "ui/export/figure_views.h"

#include <QImage>
#include <QTest>

#include <algorithm>

using namespace factorscope;

namespace {

Experiment preset(std::string_view id)
{
    Experiment experiment;
    apply(*findPreset(id), experiment);
    return experiment;
}

std::size_t columnOf(const NumberTable& table, const char* name)
{
    return static_cast<std::size_t>(std::ranges::find(table.columns, name) - table.columns.begin());
}

} // namespace

class TestModuleFigure : public QObject {
    Q_OBJECT
private slots:
    void numbersAreThoseOfTheModule();
    void stepsAddUpToTheirBranch();
    void isExportedUnderItsName();
    void drawsInEachTheme();
};

void TestModuleFigure::numbersAreThoseOfTheModule()
{
    const std::vector<NumberTable> tables = moduleNumbers(preset("googlenet-3a"), {});
    QCOMPARE(tables.size(), std::size_t{2});
    const NumberTable& branches = tables[0];
    QCOMPARE(branches.rows.size(), std::size_t{10}); // four and their sum, in both forms
    const std::size_t weights = columnOf(branches, "weights");
    QCOMPARE(branches.rows[2][weights].get<std::int64_t>(), std::int64_t{15'872});
    QCOMPARE(branches.rows[4][weights].get<std::int64_t>(), std::int64_t{163'328});
    QCOMPARE(branches.rows[7][weights].get<std::int64_t>(), std::int64_t{16'896});
    ViewSettings other;
    other.module = findInceptionModule("googlenet-5b");
    QVERIFY(moduleNumbers(preset("googlenet-3a"), other)[0].rows[0][0] == "googlenet-5b");
}

void TestModuleFigure::stepsAddUpToTheirBranch()
{
    const std::vector<NumberTable> tables = moduleNumbers(preset("googlenet-4c"), {});
    const std::size_t ofBranch = columnOf(tables[0], "macs");
    const std::size_t ofStep = columnOf(tables[1], "macs");
    for (const auto& branch : tables[0].rows) {
        std::int64_t sum = 0;
        for (const auto& step : tables[1].rows) {
            if (step[1] == branch[1] && (step[2] == branch[2] || branch[2] == "all"))
                sum += step[ofStep].get<std::int64_t>();
        }
        QCOMPARE(sum, branch[ofBranch].get<std::int64_t>());
    }
}

void TestModuleFigure::isExportedUnderItsName()
{
    const FigureView* view = findFigureView("module");
    QVERIFY(view && view->hasNumbers());
    const auto both = evaluated(smallExperiment());
    const Findings none;
    const ViewSettings settings;
    const FigureMaterial material{*both, none, settings};
    QCOMPARE(view->numbers(material).size(), std::size_t{2});
    QVERIFY(view->make(material, lightTheme()).size.width() > 0);
}

void TestModuleFigure::drawsInEachTheme()
{
    for (const Theme* theme : {&lightTheme(), &darkTheme()}) {
        const Figure figure = moduleFigure(preset("googlenet-4e"), {}, *theme);
        const auto image = figureImage(figure, 1.0);
        QVERIFY(image);
        QVERIFY(image->pixelColor(2, 2) == theme->surface);
    }
}

QTEST_MAIN(TestModuleFigure)
#include "test_module_figure.moc"
