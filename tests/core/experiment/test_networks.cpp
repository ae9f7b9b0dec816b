#include "core/experiment/networks.h"

#include <QTest>

#include <cmath>

using namespace factorscope;

namespace {

QString printed(double value)
{
    return QString::number(value, 'f', 3);
}

NetworkCost googleNet(MidRule rule)
{
    const std::vector<NetworkModule> modules = modulesOf(*findNetwork("googlenet"));
    const auto network = networkCost(modules, midChannelsBy(rule, modules));
    EXPECTS(network);
    return *network;
}

} // namespace

// The nine 5×5 branches of GoogLeNet, as published; the sums by hand.
class TestNetworks : public QObject {
    Q_OBJECT
private slots:
    void sumsAllNineModules_data();
    void sumsAllNineModules();
    void countsEveryModule_data();
    void countsEveryModule();
    void parityIsNeverDearer();
    void takesAnyMidChannels();
    void takesTheMidChannelsOfSomeModules();
    void refusesMidChannelsOutOfRange();
    void knowsInceptionV2();
    void placesEveryBranchOverAlpha();
    void linesOverAlphaMeetTheBranches();
};

void TestNetworks::sumsAllNineModules_data()
{
    QTest::addColumn<int>("rule");
    QTest::addColumn<QString>("weights");
    QTest::addColumn<QString>("macs");
    const auto row = [](MidRule rule, const char* weights, const char* macs) {
        QTest::newRow(std::string(midRuleName(rule)).c_str())
            << static_cast<int>(rule) << QString::fromLatin1(weights) << QString::fromLatin1(macs);
    };
    row(MidRule::Out, "1.479", "1.433");
    row(MidRule::GeometricMean, "0.837", "0.827");
    row(MidRule::In, "0.482", "0.486");
}

void TestNetworks::sumsAllNineModules()
{
    QFETCH(int, rule);
    QFETCH(QString, weights);
    QFETCH(QString, macs);
    const NetworkCost network = googleNet(static_cast<MidRule>(rule));
    QCOMPARE(network.modules.size(), std::size_t{9});
    QCOMPARE(network.original.weights, 595'200);
    QCOMPARE(network.original.macs, 131'712'000);
    QCOMPARE(printed(network.ratio().weights), weights);
    QCOMPARE(printed(network.ratio().macs), macs);
    QCOMPARE(midRuleFromName(midRuleName(static_cast<MidRule>(rule))), static_cast<MidRule>(rule));
    QVERIFY(!midRuleFromName("C_out"));
}

void TestNetworks::countsEveryModule_data()
{
    QTest::addColumn<int>("index");
    QTest::addColumn<std::int64_t>("weights");
    QTest::addColumn<std::int64_t>("macs");
    QTest::addColumn<QString>("atOut");
    QTest::addColumn<std::int64_t>("mean");
    QTest::addColumn<QString>("atMean");
    QTest::addColumn<QString>("atIn");
    QTest::addColumn<std::int64_t>("parity"); // rounded down
    int index = 0;
    const auto row = [&](const char* name, std::int64_t weights, std::int64_t macs,
                         const char* atOut, std::int64_t mean, const char* atMean, const char* atIn,
                         std::int64_t parity) {
        QTest::newRow(name) << index++ << weights << macs << QString::fromLatin1(atOut) << mean
                            << QString::fromLatin1(atMean) << QString::fromLatin1(atIn) << parity;
    };
    row("3a", 12'800, 10'035'200, "1.080", 23, "0.776", "0.540", 29);
    row("3b", 76'800, 60'211'200, "1.440", 55, "0.825", "0.480", 66);
    row("4a", 19'200, 3'763'200, "1.440", 28, "0.840", "0.480", 33);
    row("4b", 38'400, 7'526'400, "1.320", 39, "0.804", "0.495", 48);
    row("4c", 38'400, 7'526'400, "1.320", 39, "0.804", "0.495", 48);
    row("4d", 51'200, 10'035'200, "1.080", 45, "0.759", "0.540", 59);
    row("4e", 102'400, 20'070'400, "1.800", 64, "0.900", "0.450", 71);
    row("5a", 102'400, 5'017'600, "1.800", 64, "0.900", "0.450", 71);
    row("5b", 153'600, 7'526'400, "1.320", 78, "0.804", "0.495", 96);
}

void TestNetworks::countsEveryModule()
{
    QFETCH(int, index);
    QFETCH(std::int64_t, weights);
    QFETCH(std::int64_t, macs);
    QFETCH(QString, atOut);
    QFETCH(std::int64_t, mean);
    QFETCH(QString, atMean);
    QFETCH(QString, atIn);
    QFETCH(std::int64_t, parity);
    const auto at
        = [&](MidRule rule) { return googleNet(rule).modules[static_cast<std::size_t>(index)]; };
    const NetworkModuleCost out = at(MidRule::Out);
    QCOMPARE(out.module.name, std::string(QTest::currentDataTag()));
    QCOMPARE(out.original.weights, weights);
    QCOMPARE(out.original.macs, macs);
    QCOMPARE(printed(out.ratio().weights), atOut);
    QCOMPARE(printed(out.ratio().macs), atOut);
    QCOMPARE(at(MidRule::GeometricMean).midChannels, mean);
    QCOMPARE(printed(at(MidRule::GeometricMean).ratio().weights), atMean);
    QCOMPARE(printed(at(MidRule::In).ratio().weights), atIn);
    QCOMPARE(at(MidRule::Parity).midChannels, parity);
}

void TestNetworks::parityIsNeverDearer()
{
    const NetworkCost network = googleNet(MidRule::Parity);
    for (const NetworkModuleCost& module : network.modules) {
        QVERIFY(module.decomposed.weights <= module.original.weights);
        const std::int64_t each = 9 * (module.module.ends.in + module.module.ends.out);
        QVERIFY(module.decomposed.weights + each > module.original.weights);
    }
    QCOMPARE(midChannelsBy(MidRule::Parity, {1, 1}), 1);
}

void TestNetworks::takesAnyMidChannels()
{
    const std::vector<NetworkModule> modules = modulesOf(*findNetwork("googlenet"));
    std::vector<std::int64_t> midChannels = midChannelsBy(MidRule::In, modules);
    midChannels[4] = 100;
    const auto network = networkCost(modules, midChannels);
    QVERIFY(network);
    QCOMPARE(network->modules[4].decomposed.weights, 9 * 100 * (24 + 64));
    std::int64_t sum = 0;
    for (const NetworkModuleCost& module : network->modules)
        sum += module.decomposed.params;
    QCOMPARE(network->decomposed.params, sum);
}

void TestNetworks::takesTheMidChannelsOfSomeModules()
{
    const Network& network = *findNetwork("inception-v2");
    const auto mid = moduleMidFromText("4c=7", network);
    QVERIFY(mid && *mid == (ModuleMid{"4c", 7}));
    const auto midChannels = midChannelsOf(network, MidRule::In, std::vector{*mid});
    QCOMPARE(midChannels.size(), std::size_t{8});
    QCOMPARE(midChannels[4], 7);
    QCOMPARE(midChannels[3], 96);
    const auto cost = costOfNetwork(network, MidRule::In, std::vector{*mid});
    QVERIFY(cost);
    QCOMPARE(cost->modules[4].decomposed.weights, 9 * 7 * (128 + 160));
    for (const char* text : {"4c", "4e=3", "=3", ""})
        QVERIFY2(!moduleMidFromText(text, network), text);
    for (const char* text : {"4c=", "4c=x", "4c=3.5", "4c=3 "})
        QVERIFY2(!moduleMidFromText(text, network), text);
    QVERIFY(!costOfNetwork(network, MidRule::In, std::vector{ModuleMid{"3a", 0}}));
}

void TestNetworks::refusesMidChannelsOutOfRange()
{
    const std::vector<NetworkModule> modules = modulesOf(*findNetwork("googlenet"));
    for (const std::int64_t wrong : {std::int64_t{0}, std::int64_t{-3}, std::int64_t{65537}}) {
        std::vector<std::int64_t> midChannels = midChannelsBy(MidRule::In, modules);
        midChannels[1] = wrong;
        const auto network = networkCost(modules, midChannels);
        QVERIFY(!network);
        QCOMPARE(network.error().message(),
                 "C_mid of module 3b must be from 1 to 65536, not " + std::to_string(wrong));
    }
}

void TestNetworks::knowsInceptionV2()
{
    const Network* network = findNetwork("inception-v2");
    QVERIFY(network);
    QVERIFY(!findNetwork("inception"));
    const std::vector<NetworkModule> modules = modulesOf(*network);
    QCOMPARE(modules.size(), std::size_t{8});
    const auto cost = networkCost(modules, midChannelsBy(MidRule::Out, modules));
    QVERIFY(cost);
    QCOMPARE(cost->modules[0].original.weights, 153'600);
    QCOMPARE(cost->modules[0].decomposed.macs, 108'380'160);
}

void TestNetworks::placesEveryBranchOverAlpha()
{
    const std::vector<AlphaPoint> points = alphaPoints();
    QCOMPARE(points.size(), presets().size());
    std::map<std::string_view, QString> ratios;
    for (const AlphaPoint& point : points)
        ratios[point.preset->id] = printed(point.ratio);
    const std::map<std::string_view, const char*> published{
        {"article", "0.720"},         {"googlenet-3a", "1.080"},    {"googlenet-3b", "1.440"},
        {"googlenet-4c", "1.320"},    {"googlenet-4e", "1.800"},    {"inception-v2-3a", "0.900"},
        {"inception-v2-4a", "0.840"}, {"inception-v2-4c", "0.810"}, {"inception-v2-4d", "0.792"},
        {"inception-v2-5a", "0.864"}, {"inception-v2-5b", "0.780"}, {"inception-v3-a", "1.800"}};
    for (const auto& [id, ratio] : published)
        QCOMPARE(ratios.at(id), QString::fromLatin1(ratio));
}

/// Where both branches have the same ends, the published C_mid = C_out is on its line.
void TestNetworks::linesOverAlphaMeetTheBranches()
{
    for (const AlphaPoint& point : alphaPoints()) {
        const double line = ratioOverAlpha(MidRule::Out, point.alpha);
        QCOMPARE(std::abs(line - point.ratio) < 1e-12, point.preset->id != "inception-v3-a");
        const auto in = double(point.preset->inChannels);
        const auto out = double(point.preset->outChannels);
        const double perMid = 9.0 * (in + out) / (25.0 * in * out);
        QVERIFY(std::abs(ratioOverAlpha(MidRule::In, point.alpha) - perMid * in) < 1e-12);
        QVERIFY(std::abs(ratioOverAlpha(MidRule::GeometricMean, point.alpha)
                         - perMid * std::sqrt(in * out))
                < 1e-12);
    }
    QVERIFY(std::abs(ratioOverAlpha(MidRule::Out, breakEvenAlpha()) - 1.0) < 1e-12);
}

QTEST_GUILESS_MAIN(TestNetworks)
#include "test_networks.moc"
