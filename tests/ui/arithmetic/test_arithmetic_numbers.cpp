#include "ui/arithmetic/arithmetic_figure.h"

#include "tests/support/evaluated.h"
#include "ui/export/figure_views.h"

#include <QImage>
#include <QTest>

#include <map>

using namespace factorscope;

namespace {

/// The figure of the view under some settings.
struct Exported {
    std::shared_ptr<const BothEvaluated> both;
    ViewSettings settings;
    Result<Findings> findings{Findings()};

    explicit Exported(const ViewSettings& wanted, const Experiment& experiment = smallExperiment())
        : both(evaluated(experiment)), settings(wanted)
    {
        ThreadTeam team(2);
        findings = findingsOf(view(), both, settings, {.team = team});
    }
    static const FigureView& view() { return *findFigureView("arithmetic"); }
    FigureMaterial material() const { return {*both, *findings, settings}; }
    const ArithmeticSums& sums() const
    {
        return *std::get<std::shared_ptr<const ArithmeticSums>>(*findings);
    }
    NumberTable table(const std::string& name) const
    {
        for (const NumberTable& one : view().sections().of(settings).numbers(material())) {
            if (one.name == name)
                return one;
        }
        return {};
    }
};

ViewSettings atBorder()
{
    ViewSettings settings;
    settings.cursor = Position{0, 9};
    settings.outChannel = 2;
    return settings;
}

/// A row by the names of its columns.
std::map<std::string, Json> named(const NumberTable& table, std::size_t row)
{
    std::map<std::string, Json> values;
    for (std::size_t i = 0; i < table.columns.size(); ++i)
        values[table.columns[i]] = table.rows[row][i];
    return values;
}

} // namespace

class TestArithmeticNumbers : public QObject {
    Q_OBJECT
private slots:
    void everyProductIsThere();
    void runningSumsEndInTheTotal();
    void theOrderIsThatOfTheSettings();
    void theTapIsTheOneAskedFor();
    void refusesATapThatIsNone_data();
    void refusesATapThatIsNone();
    void multiplicationsAreCounted();
    void figuresAreDrawn_data();
    void figuresAreDrawn();
    void stopsWhenAsked();
};

void TestArithmeticNumbers::everyProductIsThere()
{
    const Exported exported(atBorder());
    const Experiment experiment = smallExperiment();
    const NumberTable table = exported.table("products");
    const std::int64_t terms = 25 * experiment.inChannels + 1 + 9 * experiment.midChannels + 1
        + 9 * experiment.inChannels + 1;
    QCOMPARE(std::int64_t(table.rows.size()), terms);
    std::map<std::string, int> taps;
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        QCOMPARE(table.rows[i].size(), table.columns.size());
        auto row = named(table, i);
        ++taps[row["tap"].get<std::string>()];
        if (row["tap"] == "bias")
            continue;
        QCOMPARE(row["product"].get<double>(),
                 double(row["value"].get<float>()) * double(row["weight"].get<float>()));
        if (row["tap"] == "padding")
            QVERIFY(row["value"] == 0.0F);
        if (row["tap"] == "cut")
            QVERIFY(row["value"] == 0.0F && row["before_activation"] < 0.0F);
    }
    QCOMPARE(taps["bias"], 3);
    // Two rows of the 5×5 lie above the picture, one of each 3×3.
    const std::int64_t padding
        = 10 * experiment.inChannels + 3 * experiment.midChannels + 3 * experiment.inChannels;
    const std::int64_t tapPadding = exported.sums()[SumPlace::Opened]->sum.y == 0 ? 0 : 1;
    QCOMPARE(std::int64_t(taps["padding"]), padding - tapPadding * 3 * experiment.inChannels);
}

void TestArithmeticNumbers::runningSumsEndInTheTotal()
{
    const Exported exported(atBorder());
    const NumberTable products = exported.table("products");
    const NumberTable sums = exported.table("sums");
    QCOMPARE(sums.rows.size(), std::size_t(3));
    for (std::size_t i = 0; i < sums.rows.size(); ++i) {
        auto sum = named(sums, i);
        double last = 0.0;
        for (std::size_t k = 0; k < products.rows.size(); ++k) {
            auto row = named(products, k);
            if (row["branch"] == sum["branch"] && row["sum"] == sum["sum"])
                last = row["running_sum"].get<double>();
        }
        QCOMPARE(last, sum["total"].get<double>());
    }
    auto original = named(sums, 0);
    QCOMPARE(original["computed"].get<float>(), exported.both->stages[Stage::Original].at(2, 0, 9));
    QCOMPARE(original["deviation"].get<double>(),
             double(original["computed"].get<float>()) - double(original["value"].get<float>()));
    QVERIFY(named(sums, 2)["computed"].is_null()); // of a tap there is no more
}

void TestArithmeticNumbers::theOrderIsThatOfTheSettings()
{
    ViewSettings settings = atBorder();
    settings.arithmetic.order = ProductOrder::ByContribution;
    const Exported exported(settings);
    const NumberTable table = exported.table("products");
    double before = HUGE_VAL;
    for (std::size_t i = 0; i < std::size_t(25 * smallExperiment().inChannels); ++i) {
        auto row = named(table, i);
        QCOMPARE(row["term"].get<std::size_t>(), i);
        QVERIFY(std::abs(row["product"].get<double>()) <= before);
        before = std::abs(row["product"].get<double>());
    }
}

void TestArithmeticNumbers::theTapIsTheOneAskedFor()
{
    ViewSettings settings = atBorder();
    settings.arithmetic.opened = {{3, 2, 0}};
    const Exported exported(settings);
    auto tap = named(exported.table("sums"), 2);
    QVERIFY(tap["sum"] == "tap" && tap["channel"] == 3 && tap["y"] == 1 && tap["x"] == 8);
    // Its value is what the output multiplies.
    const NumberTable products = exported.table("products");
    bool isFound = false;
    for (std::size_t i = 0; i < products.rows.size(); ++i) {
        auto row = named(products, i);
        if (row["branch"] != "original" && row["sum"] == "output" && row["channel"] == 3
            && row["row"] == 2 && row["column"] == 0) {
            QVERIFY(row["value"] == tap["value"]);
            isFound = true;
        }
    }
    QVERIFY(isFound);
}

void TestArithmeticNumbers::refusesATapThatIsNone_data()
{
    QTest::addColumn<int>("channel");
    QTest::addColumn<int>("row");
    QTest::addColumn<int>("column");
    QTest::addColumn<int>("times");
    QTest::addColumn<QString>("why");
    QTest::addRow("channel") << 16 << 0 << 0 << 1 << "no tap 16,0,0: channels go from 0 to 15";
    QTest::addRow("negative") << -1 << 0 << 0 << 1 << "no tap -1,0,0";
    QTest::addRow("row") << 0 << 3 << 0 << 1 << "rows to 2";
    QTest::addRow("column") << 0 << 1 << 7 << 1 << "columns to 2";
    QTest::addRow("padding") << 0 << 0 << 1 << 1 << "lies in the padding";
    QTest::addRow("input") << 0 << 1 << 1 << 2 << "is a pixel of the input";
}

void TestArithmeticNumbers::refusesATapThatIsNone()
{
    QFETCH(int, channel);
    QFETCH(int, row);
    QFETCH(int, column);
    QFETCH(int, times);
    QFETCH(QString, why);
    ViewSettings settings = atBorder();
    settings.arithmetic.opened.assign(std::size_t(times), TapPlace{channel, row, column});
    const Exported exported(settings);
    QVERIFY(!exported.findings);
    QCOMPARE(exported.findings.error().code, ErrorCode::InvalidArgument);
    const QString message = QString::fromStdString(exported.findings.error().message());
    QVERIFY2(message.contains(why), qPrintable(message));
}

void TestArithmeticNumbers::multiplicationsAreCounted()
{
    ViewSettings settings;
    settings.arithmetic.page = ArithmeticPage::Multiplications;
    const Exported exported(settings);
    auto four = named(exported.table("tiles"), 3);
    QVERIFY(four["side"] == 4 && four["mid_positions"] == 36 && four["per_output"] == 29.25);
    const NumberTable outputs = exported.table("outputs");
    QCOMPARE(outputs.rows.size(), std::size_t(16));
    QVERIFY(named(outputs, 0)["multiplications"] == 90);
    QVERIFY(named(outputs, 15)["multiplications"] == 18);
    auto counts = named(exported.table("counts"), 0);
    QVERIFY(counts["original"] == 25 && counts["without_reuse"] == 90 && counts["with_reuse"] == 18
            && counts["tile_at_par"] == 6);
}

void TestArithmeticNumbers::figuresAreDrawn_data()
{
    QTest::addColumn<int>("page");
    QTest::addColumn<bool>("isDark");
    for (const int page : {0, 1}) {
        for (const bool isDark : {false, true})
            QTest::addRow("%d %d", page, isDark) << page << isDark;
    }
}

/// With the colours of both branches, and with what the sums say.
void TestArithmeticNumbers::figuresAreDrawn()
{
    QFETCH(int, page);
    QFETCH(bool, isDark);
    ViewSettings settings = atBorder();
    settings.arithmetic.page = static_cast<ArithmeticPage>(page);
    settings.arithmetic.termsOf(SumPlace::Original) = 30;
    const Exported exported(settings);
    const Theme& theme = isDark ? darkTheme() : lightTheme();
    const Figure figure = Exported::view().make(exported.material(), theme);
    const auto image = figureImage(figure, 1.0);
    QVERIFY(image);
    for (const QColor& colour : {theme.original, theme.factorised}) {
        int pixels = 0;
        for (int y = 0; y < image->height(); ++y) {
            for (int x = 0; x < image->width(); ++x)
                pixels += image->pixelColor(x, y) == colour ? 1 : 0;
        }
        QVERIFY(pixels > 100);
    }
    const auto svg = figureBytes(figure, FigureFormat::Svg, 1.0);
    QVERIFY(svg);
    if (page == 0)
        QVERIFY(svg->contains("30 of 76 terms"));
    else
        QVERIFY(svg->contains("29.25"));
}

void TestArithmeticNumbers::stopsWhenAsked()
{
    const auto both = evaluated(smallExperiment());
    ThreadTeam team(1);
    std::stop_source source;
    source.request_stop();
    const auto found = findingsOf(Exported::view(), both, ViewSettings(),
                                  {.team = team, .stop = source.get_token()});
    QVERIFY(!found);
    QCOMPARE(found.error().code, ErrorCode::Cancelled);
}

QTEST_MAIN(TestArithmeticNumbers)
#include "test_arithmetic_numbers.moc"
