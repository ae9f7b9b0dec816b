#include "core/branch/pointwise.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

using namespace factorscope;

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInf = std::numeric_limits<float>::infinity();

std::vector<float> numbers(const Tensor& tensor)
{
    return {tensor.values().begin(), tensor.values().end()};
}

Tensor random(const Shape& shape, unsigned seed)
{
    std::mt19937 engine(seed);
    std::normal_distribution<float> normal(3.0F, 2.0F);
    Tensor tensor = Tensor::uninitialized(shape);
    std::ranges::generate(tensor.values(), [&] { return normal(engine); });
    return tensor;
}

} // namespace

class TestPointwise : public QObject {
    Q_OBJECT
private slots:
    void cutsOffTheNegativeSide_data();
    void cutsOffTheNegativeSide();
    void hidesNoNan();
    void adds();
    void worksInPlace_data();
    void worksInPlace();
    void measuresChannels();
    void keepsItsPrecisionFarFromZero();
    void normalizesChannelByChannel();
    void stopsOnRequest();
};

void TestPointwise::cutsOffTheNegativeSide_data()
{
    QTest::addColumn<float>("slope");
    QTest::addColumn<std::vector<float>>("expected");
    QTest::newRow("relu") << 0.0F << std::vector<float>{0.0F, 0.0F, 0.0F, 2.0F, 0.0F, kInf};
    QTest::newRow("leaky") << 0.5F << std::vector<float>{-1.0F, -0.25F, 0.0F, 2.0F, -kInf, kInf};
    QTest::newRow("steep") << 2.0F << std::vector<float>{-4.0F, -1.0F, 0.0F, 2.0F, -kInf, kInf};
    QTest::newRow("folded") << -1.0F << std::vector<float>{2.0F, 0.5F, 0.0F, 2.0F, kInf, kInf};
}

void TestPointwise::cutsOffTheNegativeSide()
{
    QFETCH(float, slope);
    QFETCH(std::vector<float>, expected);
    const Tensor in = Tensor::from({6}, std::vector<float>{-2.0F, -0.5F, 0.0F, 2.0F, -kInf, kInf});
    Tensor out = Tensor::zeros({6});
    ThreadTeam team(1);
    QVERIFY(leakyRelu(in, slope, out, {.team = team}));
    QCOMPARE(numbers(out), expected);
}

void TestPointwise::hidesNoNan()
{
    ThreadTeam team(1);
    const Tensor nan = Tensor::filled({1, 1, 1, 3}, kNan);
    const Tensor one = Tensor::filled({1, 1, 1, 3}, 1.0F);
    const auto allNan = [](const Tensor& tensor) {
        return std::ranges::all_of(tensor.values(), [](float x) { return std::isnan(x); });
    };
    for (const float slope : {0.0F, 0.1F}) {
        Tensor out = one.clone();
        QVERIFY(leakyRelu(nan, slope, out, {.team = team}));
        QVERIFY(allNan(out));
    }
    Tensor out = one.clone();
    QVERIFY(add(one, nan, out, {.team = team}));
    QVERIFY(allNan(out));
    const auto moments = batchMoments(nan, {.team = team});
    QVERIFY(std::isnan(moments[0].mean) && std::isnan(moments[0].variance));
    const Tensor unit = Tensor::filled({1}, 1.0F);
    out = one.clone();
    QVERIFY(normalize(nan, {{0.0, 1.0}}, 1e-5, unit, unit, out, {.team = team}));
    QVERIFY(allNan(out));
}

void TestPointwise::adds()
{
    ThreadTeam team(2);
    const Tensor a = Tensor::from({3}, std::vector<float>{1.0F, -2.0F, 0.25F});
    const Tensor b = Tensor::from({3}, std::vector<float>{4.0F, 2.0F, 0.5F});
    Tensor out = Tensor::zeros({3});
    QVERIFY(add(a, b, out, {.team = team}));
    QCOMPARE(numbers(out), (std::vector<float>{5.0F, 0.0F, 0.75F}));
}

void TestPointwise::worksInPlace_data()
{
    QTest::addColumn<int>("threads");
    for (const int threads : {1, 2, 3})
        QTest::addRow("%d threads", threads) << threads;
}

void TestPointwise::worksInPlace()
{
    QFETCH(int, threads);
    ThreadTeam team(threads);
    const ComputeContext context{.team = team};
    const Tensor in = random({2, 3, 211, 307}, 1); // several pieces, the last one short
    const Tensor other = random(in.shape(), 2);
    const auto moments = batchMoments(in, context);
    const Tensor scale = random({3}, 3);
    const auto check = [&](const auto& operation) {
        Tensor apart = Tensor::zeros(in.shape());
        QVERIFY(operation(in, apart));
        Tensor inPlace = in.clone();
        QVERIFY(operation(inPlace, inPlace));
        QVERIFY(std::ranges::equal(apart.values(), inPlace.values()));
    };
    check([&](const Tensor& x, Tensor& out) { return leakyRelu(x, 0.0F, out, context); });
    check([&](const Tensor& x, Tensor& out) { return leakyRelu(x, 0.1F, out, context); });
    check([&](const Tensor& x, Tensor& out) { return add(x, other, out, context); });
    check([&](const Tensor& x, Tensor& out) {
        return normalize(x, moments, 1e-5, scale, scale, out, context);
    });
}

void TestPointwise::measuresChannels()
{
    // Two images of two channels: 1 3 | 10 10 and 5 7 | 10 14.
    const Tensor in = Tensor::from({2, 2, 1, 2}, std::vector<float>{1, 3, 10, 10, 5, 7, 10, 14});
    ThreadTeam team(2);
    const auto moments = batchMoments(in, {.team = team});
    QCOMPARE(moments.size(), std::size_t{2});
    QCOMPARE(moments[0].mean, 4.0);
    QCOMPARE(moments[0].variance, 5.0); // by the count, not the count less one
    QCOMPARE(moments[1].mean, 11.0);
    QCOMPARE(moments[1].variance, 3.0);
}

void TestPointwise::keepsItsPrecisionFarFromZero()
{
    // E[x²] − E[x]² would have nothing left of the variance here.
    const float far = 1048576.0F;
    const Tensor in = Tensor::from({1, 1, 1, 4}, std::vector<float>{far, far + 1, far, far + 1});
    ThreadTeam team(1);
    const auto moments = batchMoments(in, {.team = team});
    QCOMPARE(moments[0].mean, double{far} + 0.5);
    QCOMPARE(moments[0].variance, 0.25);
}

void TestPointwise::normalizesChannelByChannel()
{
    const Tensor in = Tensor::from({1, 2, 1, 2}, std::vector<float>{1, 3, 10, 30});
    const Tensor scale = Tensor::from({2}, std::vector<float>{2, -1});
    const Tensor shift = Tensor::from({2}, std::vector<float>{0.5, 100});
    const Tensor mean = Tensor::from({2}, std::vector<float>{2, 20});
    const Tensor variance = Tensor::from({2}, std::vector<float>{3, 24});
    Tensor out = Tensor::zeros(in.shape());
    ThreadTeam team(1);
    QVERIFY(normalize(in, runningMoments(mean, variance), 1.0, scale, shift, out, {.team = team}));
    QCOMPARE(numbers(out), (std::vector<float>{-0.5, 1.5, 102, 98}));
}

void TestPointwise::stopsOnRequest()
{
    std::stop_source stop;
    stop.request_stop();
    ThreadTeam team(2);
    const ComputeContext context{.team = team, .stop = stop.get_token()};
    const Tensor in = random({1, 2, 3, 4}, 1);
    const Tensor unit = Tensor::filled({2}, 1.0F);
    Tensor out = in.clone();
    QVERIFY(!leakyRelu(in, 0.0F, out, context));
    QVERIFY(!add(in, in, out, context));
    QVERIFY(batchMoments(in, context).empty());
    QVERIFY(!normalize(in, {{}, {}}, 1e-5, unit, unit, out, context));
}

QTEST_APPLESS_MAIN(TestPointwise)
#include "test_pointwise.moc"
