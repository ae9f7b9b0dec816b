#include "core/image/filterbank.h"

#include "tests/core/image/drawn_pictures.h"
#include "tests/support/rounding.h"

#include <QTest>

#include <array>
#include <cmath>
#include <numbers>
#include <span>
#include <vector>

using namespace factorscope;

namespace {

using Kind = OrientedFilter::Kind;
using Plane = OrientedFilter::Plane;

Tensor filterbank(const Picture& picture, int channels)
{
    const Extent size = picture.size();
    Tensor bank = Tensor::filled({1, channels, size.height, size.width}, -99.0F);
    const auto filled = fillFilterbank(picture, bank, {});
    if (!filled)
        qFatal("%s", filled.error().message().c_str());
    return bank;
}

std::span<const float> channelOf(const Tensor& bank, int channel)
{
    const auto pixels = static_cast<std::size_t>(bank.shape()[2] * bank.shape()[3]);
    return bank.values().subspan(static_cast<std::size_t>(channel) * pixels, pixels);
}

float middleOf(const Tensor& bank, int channel)
{
    return channelOf(bank, channel)[static_cast<std::size_t>(bank.shape()[2] / 2 * bank.shape()[3]
                                                             + bank.shape()[3] / 2)];
}

/// The part of a place, y downwards, in the direction across an edge at this angle.
double across(double degrees, double y, double x)
{
    const double radians = degrees * std::numbers::pi / 180.0;
    return x * std::sin(radians) + y * std::cos(radians);
}

int reachOf(const OrientedFilter& filter)
{
    return static_cast<int>(std::ceil(4.0 * filter.sigmaPx));
}

/// Two passes over up to 2 * reach + 1 rounded weights and the plane's own rounding. The weights of
/// a pass, times sigma or sigma^2, have absolute values that sum to less than 2.
double tolerance(const OrientedFilter& filter, double magnitude)
{
    return roundingBound(2 * (2 * reachOf(filter) + 1) + 4, 4.0 * magnitude);
}

/// A Gaussian and its derivatives as weights at the distances -reach … reach.
struct Weights {
    std::vector<double> smooth;
    std::vector<double> first;
    std::vector<double> second;
};

/// From the definition: the Gaussian sums to 1, x has the derivative 1, x²/2 the second one 1, and
/// a constant has none.
Weights weightsOf(const OrientedFilter& filter)
{
    const int reach = reachOf(filter);
    Weights weights;
    double sum = 0.0;
    double slope = 0.0;
    double curvature = 0.0;
    double excess = 0.0;
    for (int k = -reach; k <= reach; ++k) {
        const double t = k / filter.sigmaPx;
        const double gauss = std::exp(-t * t / 2.0);
        weights.smooth.push_back(gauss);
        weights.first.push_back(k * gauss);
        weights.second.push_back((t * t - 1.0) * gauss);
        sum += gauss;
        slope += k * weights.first.back();
        curvature += k * k / 2.0 * weights.second.back();
        excess += weights.second.back();
    }
    weights.second[static_cast<std::size_t>(reach)] -= excess;
    for (std::size_t i = 0; i < weights.smooth.size(); ++i) {
        weights.smooth[i] /= sum;
        weights.first[i] /= slope;
        weights.second[i] /= curvature;
    }
    return weights;
}

/// The kernel in two dimensions, row by row.
std::vector<double> kernelOf(const OrientedFilter& filter)
{
    const Weights w = weightsOf(filter);
    const double nx = across(filter.degrees, 0.0, 1.0);
    const double ny = across(filter.degrees, 1.0, 0.0);
    const double sigma = filter.sigmaPx;
    std::vector<double> kernel;
    for (std::size_t y = 0; y < w.smooth.size(); ++y) {
        for (std::size_t x = 0; x < w.smooth.size(); ++x) {
            if (filter.kind == Kind::Edge)
                kernel.push_back(sigma
                                 * (nx * w.smooth[y] * w.first[x] + ny * w.first[y] * w.smooth[x]));
            else
                kernel.push_back(-sigma * sigma
                                 * (nx * nx * w.smooth[y] * w.second[x]
                                    + 2.0 * nx * ny * w.first[y] * w.first[x]
                                    + ny * ny * w.second[y] * w.smooth[x]));
        }
    }
    return kernel;
}

double planeValue(const Picture& picture, Plane plane, std::int64_t y, std::int64_t x)
{
    const Extent size = picture.size();
    const float* pixel = picture.rgb.data()
        + std::clamp<std::int64_t>(y, 0, size.height - 1) * size.width
        + std::clamp<std::int64_t>(x, 0, size.width - 1);
    const double r = pixel[0];
    const double g = pixel[size.height * size.width];
    const double b = pixel[2 * size.height * size.width];
    switch (plane) {
    case Plane::Brightness:
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    case Plane::RedGreen:
        return r - g;
    case Plane::BlueYellow:
        return b - (r + g) / 2.0;
    }
    return 0.0;
}

double filteredValue(const Picture& picture, const OrientedFilter& filter,
                     std::span<const double> kernel, std::int64_t y, std::int64_t x)
{
    const int reach = reachOf(filter);
    double sum = 0.0;
    auto weight = kernel.begin();
    for (int dy = -reach; dy <= reach; ++dy) {
        for (int dx = -reach; dx <= reach; ++dx)
            sum += *weight++ * planeValue(picture, filter.plane, y + dy, x + dx);
    }
    return sum;
}

double correlation(std::span<const float> a, std::span<const float> b)
{
    double ab = 0.0;
    double aa = 0.0;
    double bb = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        ab += double{a[i]} * double{b[i]};
        aa += double{a[i]} * double{a[i]};
        bb += double{b[i]} * double{b[i]};
    }
    return ab / std::sqrt(aa * bb);
}

} // namespace

class TestFilterbank : public QObject {
    Q_OBJECT
private slots:
    void filtersComeInTheirOrder_data();
    void filtersComeInTheirOrder();
    void noTwoFiltersAreTheSame();
    void pointwiseChannelsAreBrightnessAndOpponents();
    void matchesTheDefinition_data();
    void matchesTheDefinition();
    void aChannelIsTheSameWhateverTheirNumber_data();
    void aChannelIsTheSameWhateverTheirNumber();
    void aFlatPictureGivesZeros_data();
    void aFlatPictureGivesZeros();
    void edgesArePositiveOnTheStatedSide_data();
    void edgesArePositiveOnTheStatedSide();
    void ridgesAreOrientedLikeTheirLine_data();
    void ridgesAreOrientedLikeTheirLine();
    void answersExactlyToRampsAndParabolas_data();
    void answersExactlyToRampsAndParabolas();
    void noTwoChannelsShowTheSame();
    void takesASingleRowOrColumn();
    void stopsOnRequest_data();
    void stopsOnRequest();
};

void TestFilterbank::filtersComeInTheirOrder_data()
{
    QTest::addColumn<int>("channel");
    QTest::addColumn<OrientedFilter>("expected");
    const auto row = [](int channel, const OrientedFilter& expected) {
        QTest::addRow("%d", channel) << channel << expected;
    };
    const double root2 = std::numbers::sqrt2;
    row(3, {Kind::Edge, Plane::Brightness, 1.0, 0.0});
    row(4, {Kind::Edge, Plane::Brightness, 1.0, 45.0});
    row(5, {Kind::Edge, Plane::Brightness, 1.0, 90.0});
    row(6, {Kind::Edge, Plane::Brightness, 1.0, 135.0});
    row(7, {Kind::Ridge, Plane::Brightness, 1.0, 0.0});
    row(10, {Kind::Ridge, Plane::Brightness, 1.0, 135.0});
    row(11, {Kind::Edge, Plane::Brightness, root2, 0.0});
    row(19, {Kind::Edge, Plane::Brightness, 2.0, 0.0});
    row(27, {Kind::Edge, Plane::Brightness, 2.0 * root2, 0.0});
    row(35, {Kind::Edge, Plane::RedGreen, 1.0, 0.0});
    row(67, {Kind::Edge, Plane::BlueYellow, 1.0, 0.0});
    row(98, {Kind::Ridge, Plane::BlueYellow, 2.0 * root2, 135.0});
    row(99, {Kind::Edge, Plane::Brightness, 1.0, 22.5});
    row(102, {Kind::Edge, Plane::Brightness, 1.0, 157.5});
    row(195, {Kind::Edge, Plane::Brightness, 1.0, 11.25});
    row(291, {Kind::Edge, Plane::Brightness, 1.0, 33.75});
}

void TestFilterbank::filtersComeInTheirOrder()
{
    QFETCH(const int, channel);
    QFETCH(const OrientedFilter, expected);
    QVERIFY(orientedFilter(channel) == expected);
}

void TestFilterbank::noTwoFiltersAreTheSame()
{
    std::vector<OrientedFilter> filters;
    for (int channel = kPointwiseChannels; channel < 1000; ++channel) {
        const OrientedFilter filter = orientedFilter(channel);
        QVERIFY(filter.degrees >= 0.0 && filter.degrees < 180.0); // beyond, they repeat
        QVERIFY2(std::ranges::find(filters, filter) == filters.end(), QByteArray::number(channel));
        filters.push_back(filter);
    }
}

void TestFilterbank::pointwiseChannelsAreBrightnessAndOpponents()
{
    const Picture picture = noisePicture({3, 4}, 1);
    const Tensor bank = filterbank(picture, 3);
    for (int channel = 0; channel < 3; ++channel) {
        const auto plane = static_cast<Plane>(channel);
        for (std::int64_t i = 0; i < 12; ++i) {
            const double exact = planeValue(picture, plane, i / 4, i % 4);
            // Computed in double and rounded once.
            QCOMPARE(channelOf(bank, channel)[static_cast<std::size_t>(i)],
                     static_cast<float>(exact));
        }
    }
}

void TestFilterbank::matchesTheDefinition_data()
{
    QTest::addColumn<int>("height");
    QTest::addColumn<int>("width");
    // Smaller than the kernels, about as large, and larger.
    QTest::newRow("1x1") << 1 << 1;
    QTest::newRow("1x6") << 1 << 6;
    QTest::newRow("7x2") << 7 << 2;
    QTest::newRow("13x17") << 13 << 17;
    QTest::newRow("31x29") << 31 << 29;
}

void TestFilterbank::matchesTheDefinition()
{
    QFETCH(const int, height);
    QFETCH(const int, width);
    const Picture picture = noisePicture({height, width}, 2);
    constexpr int kChannels = 3 + 13 * 8; // every scale and plane, and oblique orientations
    const Tensor bank = filterbank(picture, kChannels);
    for (int channel = kPointwiseChannels; channel < kChannels; ++channel) {
        const OrientedFilter filter = orientedFilter(channel);
        const std::vector<double> kernel = kernelOf(filter);
        auto actual = channelOf(bank, channel).begin();
        for (int y = 0; y < height; ++y) {
            for (int x = 0; x < width; ++x, ++actual) {
                const double miss
                    = std::abs(double{*actual} - filteredValue(picture, filter, kernel, y, x));
                QVERIFY2(miss <= tolerance(filter, 1.0),
                         qPrintable(QStringLiteral("channel %1 at %2, %3 is off by %4")
                                        .arg(channel)
                                        .arg(y)
                                        .arg(x)
                                        .arg(miss)));
            }
        }
    }
}

void TestFilterbank::aChannelIsTheSameWhateverTheirNumber_data()
{
    QTest::addColumn<int>("channels");
    for (const int channels : {1, 2, 3, 4, 7, 10, 11, 12, 99, 100})
        QTest::addRow("%d", channels) << channels;
}

void TestFilterbank::aChannelIsTheSameWhateverTheirNumber()
{
    QFETCH(const int, channels);
    const Picture picture = noisePicture({15, 11}, 3);
    const Tensor few = filterbank(picture, channels);
    const Tensor many = filterbank(picture, 120);
    for (int channel = 0; channel < channels; ++channel)
        QVERIFY(std::ranges::equal(channelOf(few, channel), channelOf(many, channel)));
}

void TestFilterbank::aFlatPictureGivesZeros_data()
{
    QTest::addColumn<int>("height");
    QTest::addColumn<int>("width");
    QTest::addColumn<QList<float>>("rgb");
    QTest::addColumn<int>("firstZero");
    const QList<float> grey{0.3F, 0.3F, 0.3F}; // no opponents either
    const QList<float> coloured{0.9F, 0.31F, 0.07F};
    QTest::newRow("grey 1x1") << 1 << 1 << grey << 1;
    QTest::newRow("grey 1x9") << 1 << 9 << grey << 1;
    QTest::newRow("grey 9x1") << 9 << 1 << grey << 1;
    QTest::newRow("grey 40x33") << 40 << 33 << grey << 1;
    QTest::newRow("coloured 1x1") << 1 << 1 << coloured << 3;
    QTest::newRow("coloured 5x30") << 5 << 30 << coloured << 3;
}

void TestFilterbank::aFlatPictureGivesZeros()
{
    QFETCH(const int, height);
    QFETCH(const int, width);
    QFETCH(const QList<float>, rgb);
    QFETCH(const int, firstZero);
    const Tensor bank = filterbank(
        drawnPicture({height, width},
                     [&](int channel, std::int64_t, std::int64_t) { return rgb[channel]; }),
        110);
    for (int channel = firstZero; channel < 110; ++channel) {
        for (const float value : channelOf(bank, channel))
            QVERIFY2(value == 0.0F, QByteArray::number(channel)); // exactly
    }
    for (int channel = 0; channel < firstZero; ++channel)
        QVERIFY(channelOf(bank, channel)[0] != 0.0F);
}

void TestFilterbank::edgesArePositiveOnTheStatedSide_data()
{
    QTest::addColumn<int>("channel");
    QTest::addColumn<int>("dy"); // towards the bright side
    QTest::addColumn<int>("dx");
    QTest::newRow("0: brighter below") << 3 << 1 << 0;
    QTest::newRow("45: brighter at the lower right") << 4 << 1 << 1;
    QTest::newRow("90: brighter to the right") << 5 << 0 << 1;
    QTest::newRow("135: brighter at the upper right") << 6 << -1 << 1;
}

void TestFilterbank::edgesArePositiveOnTheStatedSide()
{
    QFETCH(const int, channel);
    QFETCH(const int, dy);
    QFETCH(const int, dx);
    const auto middle = [&](int sign) {
        const Picture picture = drawnGreyPicture({21, 21}, [&](std::int64_t y, std::int64_t x) {
            const std::int64_t side = sign * (dy * (y - 10) + dx * (x - 10));
            return side > 0 ? 1.0 : side < 0 ? 0.0 : 0.5;
        });
        return filterbank(picture, 11);
    };
    const Tensor bank = middle(1);
    QVERIFY(middleOf(bank, channel) > 0.2F);
    QVERIFY(middleOf(middle(-1), channel) < -0.2F);
    for (int other = 3; other < 7; ++other) {
        if (other != channel)
            QVERIFY(std::abs(middleOf(bank, other)) < 0.9F * middleOf(bank, channel));
    }
}

void TestFilterbank::ridgesAreOrientedLikeTheirLine_data()
{
    QTest::addColumn<int>("channel");
    QTest::addColumn<int>("dy"); // along the line, y downwards
    QTest::addColumn<int>("dx");
    QTest::newRow("0: -") << 7 << 0 << 1;
    QTest::newRow("45: /") << 8 << -1 << 1;
    QTest::newRow("90: |") << 9 << 1 << 0;
    QTest::newRow("135: \\") << 10 << 1 << 1;
}

void TestFilterbank::ridgesAreOrientedLikeTheirLine()
{
    QFETCH(const int, channel);
    QFETCH(const int, dy);
    QFETCH(const int, dx);
    const auto lineOn = [&](double line, double ground) {
        const Picture picture = drawnGreyPicture({21, 21}, [&](std::int64_t y, std::int64_t x) {
            return dx * (y - 10) == dy * (x - 10) ? line : ground;
        });
        return filterbank(picture, 11);
    };
    const Tensor bright = lineOn(1.0, 0.0);
    const Tensor dark = lineOn(0.0, 1.0);
    for (int other = 7; other < 11; ++other) {
        // The square of the cosine: half as much at 45 degrees, nothing across.
        if (other != channel)
            QVERIFY(middleOf(bright, other) < 0.6F * middleOf(bright, channel));
    }
    QVERIFY(middleOf(bright, channel) > 0.2F);
    QVERIFY(middleOf(dark, channel) < -0.2F);
    // A line has no sides: the edge filters see nothing on it but rounding.
    for (int edge = 3; edge < 7; ++edge)
        QVERIFY(std::abs(middleOf(bright, edge)) <= tolerance(orientedFilter(edge), 1.0));
}

void TestFilterbank::answersExactlyToRampsAndParabolas_data()
{
    QTest::addColumn<double>("degrees");
    for (const double degrees : {0.0, 30.0, 90.0, 135.0})
        QTest::addRow("%g degrees", degrees) << degrees;
}

void TestFilterbank::answersExactlyToRampsAndParabolas()
{
    QFETCH(const double, degrees);
    constexpr int kMiddle = 16;
    constexpr double kSlope = 0.01;
    constexpr double kCurvature = 0.0005;
    const Extent size{2 * kMiddle + 1, 2 * kMiddle + 1};
    const Tensor ramp = filterbank(drawnGreyPicture(size,
                                                    [&](std::int64_t y, std::int64_t x) {
                                                        return 0.5
                                                            + kSlope
                                                            * across(degrees, double(y - kMiddle),
                                                                     double(x - kMiddle));
                                                    }),
                                   131);
    const Tensor parabola
        = filterbank(drawnGreyPicture(size,
                                      [&](std::int64_t y, std::int64_t x) {
                                          const double t = across(degrees, double(y - kMiddle),
                                                                  double(x - kMiddle));
                                          return kCurvature * t * t / 2.0;
                                      }),
                     131);
    for (int channel = kPointwiseChannels; channel < 131; ++channel) {
        const OrientedFilter filter = orientedFilter(channel);
        if (filter.plane != Plane::Brightness)
            continue;
        const double turn = std::cos((filter.degrees - degrees) * std::numbers::pi / 180.0);
        const bool isEdge = filter.kind == Kind::Edge;
        const double onRamp = isEdge ? filter.sigmaPx * kSlope * turn : 0.0;
        const double onParabola
            = isEdge ? 0.0 : -filter.sigmaPx * filter.sigmaPx * kCurvature * turn * turn;
        QVERIFY(std::abs(double{middleOf(ramp, channel)} - onRamp) <= tolerance(filter, 1.0));
        QVERIFY(std::abs(double{middleOf(parabola, channel)} - onParabola)
                <= tolerance(filter, kCurvature * kMiddle * kMiddle));
    }
}

void TestFilterbank::noTwoChannelsShowTheSame()
{
    constexpr int kChannels = 200;
    const Tensor bank = filterbank(noisePicture({40, 36}, 4), kChannels);
    for (int a = 0; a < kChannels; ++a) {
        for (int b = 0; b < a; ++b) {
            // The nearest ones are edges 11.25 degrees apart, with cos(11.25°) = 0.981.
            const double same = correlation(channelOf(bank, a), channelOf(bank, b));
            QVERIFY2(std::abs(same) < 0.99,
                     qPrintable(QStringLiteral("%1 and %2: %3").arg(a).arg(b).arg(same)));
        }
    }
}

void TestFilterbank::takesASingleRowOrColumn()
{
    const Tensor row = filterbank(noisePicture({1, 50}, 5), 11);
    const Tensor column = filterbank(noisePicture({50, 1}, 5), 11);
    const auto isZero = [](float value) { return value == 0.0F; };
    for (const int lying : {3, 7}) { // nothing changes from row to row
        QVERIFY(std::ranges::all_of(channelOf(row, lying), isZero));
        QVERIFY(!std::ranges::all_of(channelOf(column, lying), isZero));
    }
    for (const int upright : {5, 9}) {
        QVERIFY(!std::ranges::all_of(channelOf(row, upright), isZero));
        QVERIFY(std::ranges::all_of(channelOf(column, upright), isZero));
    }
}

void TestFilterbank::stopsOnRequest_data()
{
    QTest::addColumn<int>("channels");
    for (const int channels : {1, 3, 4, 40})
        QTest::addRow("%d", channels) << channels;
}

void TestFilterbank::stopsOnRequest()
{
    QFETCH(const int, channels);
    Tensor bank = Tensor::zeros({1, channels, 4, 4});
    std::stop_source stop;
    stop.request_stop();
    const auto filled = fillFilterbank(noisePicture({4, 4}, 6), bank, stop.get_token());
    QVERIFY(!filled);
    QCOMPARE(filled.error().code, ErrorCode::Cancelled);
}

QTEST_APPLESS_MAIN(TestFilterbank)
#include "test_filterbank.moc"
