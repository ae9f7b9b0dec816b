#include "core/image/channel_covariance.h"

#include <QTest>

#include <cmath>
#include <random>

using namespace factorscope;

namespace {

Tensor drawn(std::int64_t channels, Extent size, unsigned seed)
{
    Tensor maps = Tensor::zeros({1, channels, size.height, size.width});
    std::mt19937 generator(seed);
    std::normal_distribution<float> values(3.0F, 2.0F); // well away from 0
    for (float& value : maps.values())
        value = values(generator);
    return maps;
}

ChannelCovariance covarianceOf(const Tensor& a, const Tensor& b, int threads = 2)
{
    ThreadTeam team(threads);
    auto covariance = channelCovariance(a, b, {.team = team});
    if (!covariance)
        qFatal("%s", covariance.error().message().c_str());
    return *covariance;
}

/// The definition, in plain loops over the pixels that are taken.
double plainCovariance(const Tensor& a, std::int64_t row, const Tensor& b, std::int64_t column)
{
    const std::int64_t plane = a.shape()[2] * a.shape()[3];
    const std::int64_t step = covarianceStep({a.shape()[2], a.shape()[3]});
    const float* x = a.data() + row * plane;
    const float* y = b.data() + column * plane;
    double meanX = 0.0;
    double meanY = 0.0;
    double products = 0.0;
    std::int64_t pixels = 0;
    for (std::int64_t i = 0; i < plane; i += step, ++pixels) {
        meanX += x[i];
        meanY += y[i];
        products += double{x[i]} * double{y[i]};
    }
    const auto n = static_cast<double>(pixels);
    return products / n - meanX / n * (meanY / n);
}

} // namespace

class TestChannelCovariance : public QObject {
    Q_OBJECT
private slots:
    void isWhatTheDefinitionSays_data();
    void isWhatTheDefinitionSays();
    void twoLayersMayHaveOtherChannels();
    void isSymmetricWithItself();
    void isTheSameForAnyThreads();
    void aMapOfOneValueDoesNotVary();
    void whatIsNoNumberStaysInItsChannel();
    void largeMapsAreSampledEvenly();
    void stopsWhenAsked();
};

void TestChannelCovariance::isWhatTheDefinitionSays_data()
{
    QTest::addColumn<int>("channels");
    QTest::addColumn<int>("height");
    QTest::addColumn<int>("width");
    for (const int channels : {1, 31, 32, 33, 70})
        QTest::addRow("%d of 23x24", channels) << channels << 23 << 24;
    QTest::addRow("one pixel") << 3 << 1 << 1;
    QTest::addRow("more than is taken") << 2 << 300 << 301;
}

void TestChannelCovariance::isWhatTheDefinitionSays()
{
    QFETCH(int, channels);
    QFETCH(int, height);
    QFETCH(int, width);
    const Tensor maps = drawn(channels, {height, width}, 7);
    const ChannelCovariance covariance = covarianceOf(maps, maps);
    QCOMPARE(covariance.rows, channels);
    for (std::int64_t row = 0; row < channels; ++row) {
        for (std::int64_t column = 0; column < channels; ++column)
            QVERIFY(std::abs(covariance.at(row, column) - plainCovariance(maps, row, maps, column))
                    < 1e-9);
        QVERIFY(std::abs(covariance.rowVariances[static_cast<std::size_t>(row)]
                         - covariance.at(row, row))
                < 1e-12);
    }
}

void TestChannelCovariance::twoLayersMayHaveOtherChannels()
{
    const Tensor a = drawn(5, {9, 11}, 1);
    const Tensor b = drawn(40, {9, 11}, 2);
    const ChannelCovariance covariance = covarianceOf(a, b);
    QCOMPARE(covariance.rows, 5);
    QCOMPARE(covariance.columns, 40);
    QCOMPARE(std::ssize(covariance.columnVariances), 40);
    for (std::int64_t row = 0; row < 5; ++row) {
        for (std::int64_t column = 0; column < 40; ++column)
            QVERIFY(std::abs(covariance.at(row, column) - plainCovariance(a, row, b, column))
                    < 1e-9);
    }
}

void TestChannelCovariance::isSymmetricWithItself()
{
    const Tensor maps = drawn(67, {13, 12}, 3);
    const ChannelCovariance half = covarianceOf(maps, maps);
    const ChannelCovariance whole = covarianceOf(maps, maps.clone());
    for (std::int64_t row = 0; row < 67; ++row) {
        for (std::int64_t column = 0; column < row; ++column) {
            QVERIFY(std::abs(half.at(row, column) - whole.at(row, column)) < 1e-12);
            QVERIFY(std::abs(half.at(row, column) - half.at(column, row)) < 1e-12);
        }
    }
}

void TestChannelCovariance::isTheSameForAnyThreads()
{
    const Tensor maps = drawn(50, {31, 17}, 4);
    const ChannelCovariance one = covarianceOf(maps, maps, 1);
    for (const int threads : {2, 3, 5})
        QCOMPARE(covarianceOf(maps, maps, threads).values, one.values);
}

void TestChannelCovariance::aMapOfOneValueDoesNotVary()
{
    Tensor maps = drawn(3, {10, 10}, 5);
    std::fill_n(maps.data() + 100, 100, 0.1F); // the mean of so many is not 0.1 exactly
    const ChannelCovariance covariance = covarianceOf(maps, maps);
    QCOMPARE(covariance.rowVariances[1], 0.0);
    QVERIFY(covariance.rowVariances[0] > 1.0);
}

void TestChannelCovariance::whatIsNoNumberStaysInItsChannel()
{
    Tensor maps = drawn(4, {6, 6}, 6);
    maps.data()[36 + 5] = std::nanf("");
    const ChannelCovariance covariance = covarianceOf(maps, maps);
    for (std::int64_t c = 0; c < 4; ++c) {
        QVERIFY(std::isnan(covariance.at(1, c)));
        QCOMPARE(std::isnan(covariance.at(2, c)), c == 1);
    }
}

void TestChannelCovariance::largeMapsAreSampledEvenly()
{
    QCOMPARE(covarianceStep({224, 224}), 1);
    QCOMPARE(covarianceStep({1, 1}), 1);
    for (const Extent& size : {Extent{512, 512}, Extent{257, 256}, Extent{4096, 4096}}) {
        const std::int64_t step = covarianceStep(size);
        QCOMPARE(step % 2, 1);
        QVERIFY(size.height * size.width / step <= kMostCovariancePixels);
        QVERIFY(size.height * size.width / step > kMostCovariancePixels / 3);
    }
    const Tensor maps = drawn(1, {300, 301}, 8);
    QCOMPARE(covarianceOf(maps, maps).pixels, (300 * 301 + 2) / 3);
}

void TestChannelCovariance::stopsWhenAsked()
{
    ThreadTeam team(2);
    std::stop_source source;
    source.request_stop();
    const Tensor maps = drawn(40, {20, 20}, 9);
    const auto stopped = channelCovariance(maps, maps, {.team = team, .stop = source.get_token()});
    QVERIFY(!stopped);
    QVERIFY(stopped.error().code == ErrorCode::Cancelled);
}

QTEST_APPLESS_MAIN(TestChannelCovariance)
#include "test_channel_covariance.moc"
