#include "core/image/lift.h"

#include "core/image/filterbank.h"
#include "tests/core/image/drawn_pictures.h"

#include <QTest>

#include <limits>
#include <set>

using namespace factorscope;

namespace {

QString name(Lift lift, int channel)
{
    return QString::fromStdString(channelName(lift, channel));
}

} // namespace

class TestLift : public QObject {
    Q_OBJECT
private slots:
    void rgbIsThePictureItself();
    void grayIsBrightness_data();
    void grayIsBrightness();
    void grayIsTheFirstChannelOfTheFilterbank();
    void makesAsManyChannelsAsAskedFor_data();
    void makesAsManyChannelsAsAskedFor();
    void refusesChannelsThatDoNotFit_data();
    void refusesChannelsThatDoNotFit();
    void refusesWhatDoesNotFitInMemory();
    void stopsOnRequest_data();
    void stopsOnRequest();
    void theDefaultFitsTheChannels_data();
    void theDefaultFitsTheChannels();
    void namesSayWhatAChannelShows_data();
    void namesSayWhatAChannelShows();
    void noTwoNamesAreTheSame();
    void labelsKeepTheNumbersApart();
};

void TestLift::rgbIsThePictureItself()
{
    const Picture picture = noisePicture({5, 7}, 1);
    const auto maps = lifted(picture, Lift::Rgb, 3);
    QVERIFY(maps);
    QCOMPARE(maps->shape(), (Shape{1, 3, 5, 7}));
    QVERIFY(std::ranges::equal(maps->values(), picture.rgb.values()));
}

void TestLift::grayIsBrightness_data()
{
    QTest::addColumn<QList<double>>("rgb");
    QTest::addColumn<float>("expected");
    QTest::newRow("black") << QList<double>{0.0, 0.0, 0.0} << 0.0F;
    QTest::newRow("red") << QList<double>{1.0, 0.0, 0.0} << 0.2126F;
    QTest::newRow("green") << QList<double>{0.0, 1.0, 0.0} << 0.7152F;
    QTest::newRow("blue") << QList<double>{0.0, 0.0, 1.0} << 0.0722F;
    QTest::newRow("white") << QList<double>{1.0, 1.0, 1.0} << 1.0F;
    QTest::newRow("mixed") << QList<double>{0.5, 0.25, 0.75} << 0.33925F;
}

void TestLift::grayIsBrightness()
{
    QFETCH(const QList<double>, rgb);
    QFETCH(const float, expected);
    const Picture picture = drawnPicture(
        {2, 3}, [&](int channel, std::int64_t, std::int64_t) { return rgb[channel]; });
    const auto maps = lifted(picture, Lift::Gray, 1);
    QVERIFY(maps);
    QCOMPARE(maps->shape(), (Shape{1, 1, 2, 3}));
    // Computed in double and rounded once: the float next to the exact value.
    for (const float value : maps->values())
        QVERIFY2(value == expected, QByteArray::number(double{value}, 'g', 9));
}

void TestLift::grayIsTheFirstChannelOfTheFilterbank()
{
    const Picture picture = noisePicture({6, 9}, 2);
    const auto gray = lifted(picture, Lift::Gray, 1);
    const auto bank = lifted(picture, Lift::Filterbank, 1);
    QVERIFY(gray && bank);
    QVERIFY(sameBits(*gray, *bank));
}

void TestLift::makesAsManyChannelsAsAskedFor_data()
{
    QTest::addColumn<int>("channels");
    for (const int channels : {1, 2, 3, 4, 11, 12, 64})
        QTest::addRow("%d", channels) << channels;
}

void TestLift::makesAsManyChannelsAsAskedFor()
{
    QFETCH(const int, channels);
    const auto maps = lifted(noisePicture({4, 3}, 3), Lift::Filterbank, channels);
    QVERIFY(maps);
    QCOMPARE(maps->shape(), (Shape{1, channels, 4, 3}));
}

void TestLift::refusesChannelsThatDoNotFit_data()
{
    QTest::addColumn<Lift>("lift");
    QTest::addColumn<int>("channels");
    QTest::addColumn<QString>("message");
    QTest::newRow("rgb for 1") << Lift::Rgb << 1
                               << "the lift 'rgb' makes 3 channels and the branch takes 1";
    QTest::newRow("rgb for 4") << Lift::Rgb << 4
                               << "the lift 'rgb' makes 3 channels and the branch takes 4";
    QTest::newRow("gray for 3") << Lift::Gray << 3
                                << "the lift 'gray' makes 1 channel and the branch takes 3";
}

void TestLift::refusesChannelsThatDoNotFit()
{
    QFETCH(const Lift, lift);
    QFETCH(const int, channels);
    QFETCH(const QString, message);
    const auto maps = lifted(noisePicture({4, 4}, 4), lift, channels);
    QVERIFY(!maps);
    QCOMPARE(maps.error().code, ErrorCode::Shape);
    QCOMPARE(QString::fromStdString(maps.error().message()), message);
}

void TestLift::refusesWhatDoesNotFitInMemory()
{
    // 2^31 channels of 2^16 pixels of 4 bytes: 512 TB.
    const auto maps
        = lifted(noisePicture({256, 256}, 5), Lift::Filterbank, std::numeric_limits<int>::max());
    QVERIFY(!maps);
    QCOMPARE(maps.error().code, ErrorCode::Memory);
}

void TestLift::stopsOnRequest_data()
{
    QTest::addColumn<Lift>("lift");
    QTest::addColumn<int>("channels");
    QTest::newRow("rgb") << Lift::Rgb << 3;
    QTest::newRow("gray") << Lift::Gray << 1;
    QTest::newRow("filterbank") << Lift::Filterbank << 16;
}

void TestLift::stopsOnRequest()
{
    QFETCH(const Lift, lift);
    QFETCH(const int, channels);
    std::stop_source stop;
    stop.request_stop();
    const auto maps = lifted(noisePicture({4, 4}, 6), lift, channels, stop.get_token());
    QVERIFY(!maps);
    QCOMPARE(maps.error().code, ErrorCode::Cancelled);
}

void TestLift::theDefaultFitsTheChannels_data()
{
    QTest::addColumn<int>("channels");
    QTest::addColumn<Lift>("expected");
    QTest::newRow("1") << 1 << Lift::Gray;
    QTest::newRow("2") << 2 << Lift::Filterbank;
    QTest::newRow("3") << 3 << Lift::Rgb;
    QTest::newRow("4") << 4 << Lift::Filterbank;
    QTest::newRow("64") << 64 << Lift::Filterbank;
}

void TestLift::theDefaultFitsTheChannels()
{
    QFETCH(const int, channels);
    QFETCH(const Lift, expected);
    QCOMPARE(defaultLift(channels), expected);
    QVERIFY(lifted(noisePicture({2, 2}, 7), defaultLift(channels), channels));
}

void TestLift::namesSayWhatAChannelShows_data()
{
    QTest::addColumn<Lift>("lift");
    QTest::addColumn<int>("channel");
    QTest::addColumn<QString>("expected");
    const auto row = [](Lift lift, int channel, const char* expected) {
        QTest::addRow("%s", expected) << lift << channel << QString::fromUtf8(expected);
    };
    row(Lift::Rgb, 0, "red");
    row(Lift::Rgb, 1, "green");
    row(Lift::Rgb, 2, "blue");
    row(Lift::Gray, 0, "brightness");
    row(Lift::Randn, 5, "random numbers");
    row(Lift::Filterbank, 0, "brightness");
    row(Lift::Filterbank, 1, "red against green");
    row(Lift::Filterbank, 2, "blue against yellow");
    row(Lift::Filterbank, 3, "edge at 0°, σ 1 px");
    row(Lift::Filterbank, 4, "edge at 45°, σ 1 px");
    row(Lift::Filterbank, 9, "ridge at 90°, σ 1 px");
    row(Lift::Filterbank, 14, "edge at 135°, σ 1.4 px");
    row(Lift::Filterbank, 27, "edge at 0°, σ 2.8 px");
    row(Lift::Filterbank, 35, "red–green edge at 0°, σ 1 px");
    row(Lift::Filterbank, 71, "blue–yellow ridge at 0°, σ 1 px");
    row(Lift::Filterbank, 99, "edge at 22.5°, σ 1 px");
}

void TestLift::namesSayWhatAChannelShows()
{
    QFETCH(const Lift, lift);
    QFETCH(const int, channel);
    QFETCH(const QString, expected);
    QCOMPARE(name(lift, channel), expected);
}

void TestLift::noTwoNamesAreTheSame()
{
    std::set<std::string> names;
    for (int channel = 0; channel < 500; ++channel)
        QVERIFY2(names.insert(channelName(Lift::Filterbank, channel)).second,
                 qPrintable(name(Lift::Filterbank, channel)));
}

void TestLift::labelsKeepTheNumbersApart()
{
    const ChannelLabel label = channelLabel(Lift::Filterbank, 99);
    QCOMPARE(QString::fromUtf8(label.text), QString::fromUtf8("edge at %1°, σ %2 px"));
    QCOMPARE(label.arguments, (std::vector<std::string>{"22.5", "1"}));
    QVERIFY(channelLabel(Lift::Filterbank, 0).arguments.empty());
}

QTEST_APPLESS_MAIN(TestLift)
#include "test_lift.moc"
