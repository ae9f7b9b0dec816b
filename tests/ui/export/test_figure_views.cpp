#include "tests/ui/figure/sample_answer.h"
#include "ui/export/figure_views.h"

#include <QImage>
#include <QRegularExpression>
#include <QTest>

#include <algorithm>
#include <set>
#include <thread>

using namespace factorscope;

class TestFigureViews : public QObject {
    Q_OBJECT
private slots:
    void everyViewHasItsName();
    void everyViewIsDrawn_data();
    void everyViewIsDrawn();

    void numbersAreFiles_data();
    void numbersAreFiles();
    void namesTheViewsThatHaveSomething();
    void everySectionIsFoundByItsName();
    void looksFurtherOnlyWhereThereIsSomething();

private:
    /// A row for each view, and for each of its pages.
    void addViews(bool (FigureView::*has)() const = nullptr);
    Findings found(const FigureView& view, const ViewSettings& settings) const;

    const std::shared_ptr<const Answer> m_answer = sampleAnswer();
    const BothEvaluated& m_both = std::get<BothEvaluated>(*m_answer);
};

void TestFigureViews::addViews(bool (FigureView::*has)() const)
{
    QTest::addColumn<int>("index");
    QTest::addColumn<int>("section");
    for (int i = 0; i < std::ssize(figureViews()); ++i) {
        const FigureView& view = figureViews()[std::size_t(i)];
        if (has && !(view.*has)())
            continue;
        const int sections = view.sections ? int(view.sections().all.size()) : 1;
        for (int section = 0; section < sections; ++section)
            QTest::addRow("%s %s", view.id.data(),
                          view.sections ? view.sections().all[std::size_t(section)].id.data() : "")
                << i << section;
    }
}

Findings TestFigureViews::found(const FigureView& view, const ViewSettings& settings) const
{
    ThreadTeam team(1);
    return *findingsOf(view, {m_answer, &m_both}, settings,
                       {.team = team, .memoryLimitBytes = std::int64_t{1} << 28});
}

namespace {

ViewSettings settingsOf(const FigureView& view, int section)
{
    ViewSettings settings;
    if (view.sections)
        view.sections().turnTo(settings, std::size_t(section));
    settings.speed.plan = {.algorithms = {"auto"}, .rounds = 1, .leastRounds = 1};
    return settings;
}

} // namespace

void TestFigureViews::everyViewHasItsName()
{
    std::set<std::string_view> ids;
    for (const FigureView& view : figureViews()) {
        QCOMPARE(findFigureView(view.id), &view);
        QVERIFY(*view.label);
        ids.insert(view.id);
    }
    QCOMPARE(ids.size(), figureViews().size());
    for (const char* id : {"feature-maps", "receptive-field", "kernels", "arithmetic", "cost"})
        QVERIFY2(ids.contains(id), id);
    QVERIFY(!findFigureView("slowness"));
    QVERIFY(!findFigureView(""));
}

void TestFigureViews::everyViewIsDrawn_data()
{
    addViews();
}

/// On another thread, in both themes, with all that it says as text.
void TestFigureViews::everyViewIsDrawn()
{
    QFETCH(int, index);
    QFETCH(int, section);
    const FigureView& view = figureViews()[std::size_t(index)];
    const ViewSettings settings = settingsOf(view, section);
    const Findings findings = found(view, settings);
    const Figure light = view.make({m_both, findings, settings}, lightTheme());
    const Figure dark = view.make({m_both, findings, settings}, darkTheme());
    QVERIFY(!light.title.isEmpty());
    QImage images[2];
    QByteArray svg;
    std::thread([&] {
        images[0] = *figureImage(light, 1.0);
        images[1] = *figureImage(dark, 1.0);
        svg = *figureBytes(light, FigureFormat::Svg, 1.0);
    }).join();
    for (const QImage& image : images) {
        QCOMPARE(image.size(), light.size.toSize());
        std::set<QRgb> colours;
        for (int x = 0; x < image.width(); ++x) {
            for (int y = 0; y < image.height(); ++y)
                colours.insert(image.pixel(x, y));
        }
        QVERIFY(colours.size() > 20);
    }
    QVERIFY(qGray(images[0].pixel(1, 1)) > 200);
    QVERIFY(qGray(images[1].pixel(1, 1)) < 80);
    QVERIFY(svg.contains("original"));
    QVERIFY(svg.contains("decomposed"));
    const QRegularExpression notANumber(QStringLiteral("[ ,\"=](nan|inf)[ ,\"]"));
    QVERIFY(!notANumber.match(QString::fromUtf8(svg)).hasMatch());
}

void TestFigureViews::numbersAreFiles_data()
{
    addViews(&FigureView::hasNumbers);
}

/// Each table is a file of its own or a part of the one, and none is empty.
void TestFigureViews::numbersAreFiles()
{
    QFETCH(int, index);
    QFETCH(int, section);
    const FigureView& view = figureViews()[std::size_t(index)];
    const ViewSettings settings = settingsOf(view, section);
    const Findings findings = found(view, settings);
    const FigureMaterial material{m_both, findings, settings};
    const auto csv = numberFiles(view, material, TableFormat::CsvFiles, "d/a.b");
    const auto json = numberFiles(view, material, TableFormat::JsonFile, "d/a.b");
    QVERIFY(csv && json);
    QVERIFY(csv->front().path == "d/a.b.csv");
    std::set<std::string> names;
    for (const TextFile& file : *csv) {
        const std::string name = file.path.string();
        QVERIFY(name.starts_with("d/a.b") && name.ends_with(".csv"));
        QVERIFY2(names.insert(name).second, name.c_str());
        QVERIFY2(std::ranges::count(file.text, '\n') > 1, name.c_str());
        QVERIFY(file.text.find("nan") == std::string::npos);
    }
    QCOMPARE(json->size(), std::size_t{1});
    QVERIFY(json->front().path == "d/a.b.json");
    const auto parsed = parseJson(json->front().text, "numbers");
    QVERIFY(parsed);
    const MakeNumbers numbers = view.sections ? view.sections().of(settings).numbers : view.numbers;
    if (!numbers)
        return;
    const std::vector<NumberTable> tables = numbers(material);
    QCOMPARE(csv->size(), tables.size());
    QVERIFY(*parsed == jsonOf(tables));
    for (std::size_t i = 0; i < tables.size(); ++i) {
        QCOMPARE(csv->at(i).text, csvText(tables[i]));
        QVERIFY(i == 0 || csv->at(i).path == "d/a.b-" + tables[i].name + ".csv");
    }
}

void TestFigureViews::namesTheViewsThatHaveSomething()
{
    const std::string all = viewNames();
    QVERIFY(all.starts_with("feature-maps, receptive-field, "));
    const std::string some = viewNames(&FigureView::hasNumbers);
    for (const FigureView& view : figureViews()) {
        QVERIFY(all.find(view.id) != std::string::npos);
        QCOMPARE(some.find(view.id) != std::string::npos, view.hasNumbers());
    }
}

void TestFigureViews::everySectionIsFoundByItsName()
{
    std::set<std::string_view> names;
    for (const FigureView& view : figureViews()) {
        for (std::size_t i = 0; view.sections && i < view.sections().all.size(); ++i) {
            const std::string_view id = view.sections().all[i].id;
            QVERIFY2(names.insert(id).second, id.data());
            ViewSettings settings;
            QVERIFY(turnToSection(settings, id));
            QCOMPARE(view.sections().open(settings), i);
            QCOMPARE(&view.sections().of(settings), &view.sections().all[i]);
            QCOMPARE(viewOfSection(id), view.id);
            QVERIFY(sectionNames().find(id) != std::string::npos);
        }
    }
    ViewSettings settings;
    QVERIFY(!turnToSection(settings, "cost"));
    QVERIFY(settings == ViewSettings());
    QVERIFY(viewOfSection("").empty());
}

/// What is counted needs no waiting for.
void TestFigureViews::looksFurtherOnlyWhereThereIsSomething()
{
    const auto looks = [](const char* view, const char* section, CurveQuantity quantity) {
        ViewSettings settings;
        settings.cost.quantity = quantity;
        EXPECTS(*section == '\0' || turnToSection(settings, section));
        return findFigureView(view)->looksFurther(settings);
    };
    QVERIFY(!looks("cost", "curves", CurveQuantity::Macs));
    QVERIFY(looks("cost", "curves", CurveQuantity::Time));
    QVERIFY(!looks("cost", "network", CurveQuantity::Time));
    QVERIFY(!looks("kernels", "weights", CurveQuantity::Macs));
    QVERIFY(looks("kernels", "collapse", CurveQuantity::Macs));
    QVERIFY(looks("receptive-field", "", CurveQuantity::Macs));
    QVERIFY(looks("feature-maps", "", CurveQuantity::Macs));
}

QTEST_MAIN(TestFigureViews)
#include "test_figure_views.moc"
