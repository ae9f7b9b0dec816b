#include "core/cost/count_finder.h"

#include "core/branch/named_branches.h"

#include <QTest>

using namespace factorscope;

namespace {

std::vector<CountSubject> subjects(const BranchOptions& options = {}, Extent size = {28, 28})
{
    std::vector<CountSubject> all;
    for (const BranchKind kind : {BranchKind::Original, BranchKind::Decomposed}) {
        const auto own = countSubjects(namedBranch(kind, options), size);
        EXPECTS(own);
        all.insert(all.end(), own->begin(), own->end());
    }
    return all;
}

CountMatches find(const char* text, const std::vector<CountSubject>& all)
{
    const auto number = printedNumber(text);
    EXPECTS(number);
    return matchesOf(*number, all);
}

} // namespace

class TestCountFinder : public QObject {
    Q_OBJECT
private slots:
    void readsNumbersAsToolsPrintThem_data();
    void readsNumbersAsToolsPrintThem();
    void refusesWhatIsNoNumber_data();
    void refusesWhatIsNoNumber();
    void splitsABranchIntoItsLayers();
    void namesTheRuleOfEveryTool_data();
    void namesTheRuleOfEveryTool();
    void findsALayer();
    void takesARoundedNumberForAllItMayBe();
    void saysARuleOnceWhereTwoAgree();
    void tellsTheNearestWhereNoneFits();
};

void TestCountFinder::readsNumbersAsToolsPrintThem_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<std::int64_t>("least");
    QTest::addColumn<std::int64_t>("most");
    const auto row = [](const char* text, std::int64_t least, std::int64_t most) {
        QTest::newRow(text) << QString::fromUtf8(text) << least << most;
    };
    row("80281600", 80'281'600, 80'281'600);
    row(" 80,281,600 ", 80'281'600, 80'281'600);
    row("80 281 600", 80'281'600, 80'281'600);
    row("80_281_600", 80'281'600, 80'281'600);
    row("80.28 M", 80'275'000, 80'285'000);
    row("80.28MMac", 80'275'000, 80'285'000);
    row("160.56 MFLOPs", 160'555'000, 160'565'000);
    row("5.14G", 5'135'000'000, 5'145'000'000);
    row("102.46 k", 102'455, 102'465);
    row("102,464 params", 102'464, 102'464);
    row("73728 macs", 73'728, 73'728);
    row("8.0e7", 79'500'000, 80'500'000);
    row("12.8 MB", 12'750'000, 12'850'000);
    row("9223372036854775807", 9'223'372'036'854'775'807, 9'223'372'036'854'775'807);
}

void TestCountFinder::readsNumbersAsToolsPrintThem()
{
    QFETCH(QString, text);
    QFETCH(std::int64_t, least);
    QFETCH(std::int64_t, most);
    const auto number = printedNumber(text.toStdString());
    if (least > 9'200'000'000'000'000'000) { // beyond what is counted
        QVERIFY(!number);
        return;
    }
    QVERIFY(number);
    QCOMPARE(number->least, least);
    QCOMPARE(number->most, most);
}

void TestCountFinder::refusesWhatIsNoNumber_data()
{
    QTest::addColumn<QString>("text");
    for (const char* text : {"", " ", "abc", "-5", "1.2.3", "80,28", "12 apples", "0", "1e40", "M",
                             ".", "5 Q", "99999999999999999999", "nan"})
        QTest::newRow(text) << QString::fromUtf8(text);
}

void TestCountFinder::refusesWhatIsNoNumber()
{
    QFETCH(QString, text);
    const auto number = printedNumber(text.toStdString());
    QVERIFY(!number);
    QCOMPARE(number.error().code, ErrorCode::InvalidArgument);
    QVERIFY(number.error().message().find("'" + text.toStdString() + "'") != std::string::npos);
}

void TestCountFinder::splitsABranchIntoItsLayers()
{
    const std::vector<CountSubject> all = subjects();
    QCOMPARE(all.size(), std::size_t{1 + 3}); // the 5×5 is its only layer
    QVERIFY(!all[0].layer && !all[1].layer);
    QCOMPARE(*all[2].layer, 0);
    QCOMPARE(*all[3].layer, 2);
    QCOMPARE(all[3].op, std::string("conv2d"));
    QCOMPARE(all[2].parts[CountPart::Weights] + all[3].parts[CountPart::Weights],
             all[1].parts[CountPart::Weights]);
}

void TestCountFinder::namesTheRuleOfEveryTool_data()
{
    QTest::addColumn<QByteArray>("number");
    QTest::addColumn<QByteArray>("branch");
    QTest::addColumn<QByteArray>("rule");
    const auto row = [](const char* number, const char* branch, const char* rule) {
        QTest::newRow(number) << QByteArray(number) << QByteArray(branch) << QByteArray(rule);
    };
    row("80,281,600", "original", "macs");
    row("80,331,776", "original", "macs-bias");
    row("80,381,952", "original", "macs-bias-relu");
    row("160,563,200", "original", "flops");
    row("160,613,376", "original", "flops-bias");
    row("102,464", "original", "weights-biases");
    row("102,400", "original", "weights");
    row("57,802,752", "decomposed", "macs");
    row("57,903,104", "decomposed", "macs-bias");
    row("115,605,504", "decomposed", "flops");
    row("73,856", "decomposed", "weights-biases");
}

void TestCountFinder::namesTheRuleOfEveryTool()
{
    QFETCH(QByteArray, number);
    QFETCH(QByteArray, branch);
    QFETCH(QByteArray, rule);
    const std::vector<CountSubject> all = subjects();
    const CountMatches matches = find(number.constData(), all);
    QVERIFY(!matches.exact.empty()); // twice one of two equal layers is as much as both
    QVERIFY(matches.nearest.empty());
    QCOMPARE(all[matches.exact[0].subject].branch, branch.toStdString());
    QVERIFY(!all[matches.exact[0].subject].layer);
    QCOMPARE(matches.exact[0].rule->id, std::string_view(rule.constData()));
    for (std::size_t i = 1; i < matches.exact.size(); ++i)
        QVERIFY(all[matches.exact[i].subject].layer);
}

void TestCountFinder::findsALayer()
{
    const std::vector<CountSubject> all
        = subjects({.inChannels = 16, .midChannels = 23, .outChannels = 32});
    const CountMatches matches = find("3312", all); // 9·16·23
    QCOMPARE(matches.exact.size(), std::size_t{1});
    QCOMPARE(*all[matches.exact[0].subject].layer, 0);
    QCOMPARE(matches.exact[0].rule->id, std::string_view("weights"));
}

void TestCountFinder::takesARoundedNumberForAllItMayBe()
{
    const std::vector<CountSubject> all = subjects();
    const CountMatches matches = find("80.3 M", all); // without and with biases
    QCOMPARE(matches.exact.size(), std::size_t{2});
    QCOMPARE(matches.exact[0].rule->id, std::string_view("macs"));
    QCOMPARE(matches.exact[1].rule->id, std::string_view("macs-bias"));
}

void TestCountFinder::saysARuleOnceWhereTwoAgree()
{
    const std::vector<CountSubject> all = subjects({.bias = false});
    const CountMatches matches = find("102400", all);
    QCOMPARE(matches.exact.size(), std::size_t{1});
    QCOMPARE(matches.exact[0].rule->id, std::string_view("weights"));
}

void TestCountFinder::tellsTheNearestWhereNoneFits()
{
    const std::vector<CountSubject> all = subjects();
    const CountMatches matches = find("80281601", all);
    QVERIFY(matches.exact.empty());
    QCOMPARE(matches.nearest.size(), std::size_t{3});
    QCOMPARE(matches.nearest[0].value, 80'281'600);
    QVERIFY(matches.nearest[0].relativeError(*printedNumber("80281601")) > 0.0);
    QVERIFY(matches.nearest[0].relativeError(*printedNumber("80281601")) < 1e-7);
}

QTEST_GUILESS_MAIN(TestCountFinder)
#include "test_count_finder.moc"
