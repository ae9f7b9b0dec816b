#include "core/weights/safetensors.h"
#include "tests/support/program.h"
#include "tests/support/same_bits.h"

#include <QTest>

#include <cstring>

using namespace factorscope;
namespace fs = std::filesystem;

namespace {

const fs::path kInit = FACTORSCOPE_TEST_DATA "/golden/init";
const QStringList kSizes = words("--in-channels 3 --mid-channels 4 --out-channels 5");
constexpr std::int64_t kLimitBytes = std::int64_t{64} << 20;

TensorMap loaded(const fs::path& path)
{
    auto tensors = readSafetensors(path, kLimitBytes);
    if (!tensors)
        qFatal("%s", tensors.error().message().c_str());
    return *std::move(tensors);
}

TensorMap made(const QStringList& arguments)
{
    const Workplace place;
    const ProgramRun run = runProgram(place, words("init --output w.safetensors") + arguments);
    if (run.exitCode != 0)
        qFatal("%s", run.err.c_str());
    return loaded(place.path("w.safetensors"));
}

bool sameBits(const TensorMap& a, const TensorMap& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const auto& one, const auto& other) {
                          return one.first == other.first && sameBits(one.second, other.second);
                      });
}

} // namespace

class TestInit : public QObject {
    Q_OBJECT
private slots:
    void drawsWhatPyTorchDraws_data();
    void drawsWhatPyTorchDraws();
    void isNestedInTheMidChannels();
    void namesItsTensors();
    void keepsOldFilesWhenItFails_data();
    void keepsOldFilesWhenItFails();
};

void TestInit::drawsWhatPyTorchDraws_data()
{
    QTest::addColumn<QString>("branch");
    QTest::addColumn<QString>("seed");
    for (const char* branch : {"original", "decomposed"})
        for (const char* seed : {"0", "1", "42"})
            QTest::addRow("%s, seed %s", branch, seed)
                << QString::fromLatin1(branch) << QString::fromLatin1(seed);
}

void TestInit::drawsWhatPyTorchDraws()
{
    QFETCH(QString, branch);
    QFETCH(QString, seed);
    const std::string name = (branch + "_seed" + seed + ".safetensors").toStdString();
    const TensorMap drawn = made(kSizes + QStringList{"--branch", branch, "--seed", seed});
    QVERIFY(sameBits(drawn, loaded(kInit / name)));
    if (seed == "0")
        QVERIFY(sameBits(drawn, made(kSizes + QStringList{"--branch", branch})));
}

void TestInit::isNestedInTheMidChannels()
{
    const QStringList branch
        = words("--branch decomposed --in-channels 3 --out-channels 5 --seed 7 --mid-channels");
    const TensorMap whole = made(branch + words("9"));
    QVERIFY(sameBits(whole, made(branch + words("9 --mid-of 9"))));
    for (const char* mid : {"1", "4", "8"}) {
        const TensorMap part = made(branch + words(mid) + words("--mid-of 9"));
        const std::int64_t channels = std::atoi(mid);
        const Tensor& first = part.at("branch.0.weight");
        const Tensor& second = part.at("branch.2.weight");
        QCOMPARE(first.shape(), (Shape{channels, 3, 3, 3}));
        QCOMPARE(second.shape(), (Shape{5, channels, 3, 3}));
        const auto begin = [](const Tensor& a, const Tensor& b, std::int64_t fromA,
                              std::int64_t fromB, std::int64_t count) {
            return std::memcmp(a.data() + fromA, b.data() + fromB,
                               static_cast<std::size_t>(count) * sizeof(float))
                == 0;
        };
        QVERIFY(begin(first, whole.at("branch.0.weight"), 0, 0, channels * 27));
        QVERIFY(begin(part.at("branch.0.bias"), whole.at("branch.0.bias"), 0, 0, channels));
        for (std::int64_t output = 0; output < 5; ++output)
            QVERIFY(begin(second, whole.at("branch.2.weight"), output * channels * 9, output * 81,
                          channels * 9));
        QVERIFY(sameBits(part.at("branch.2.bias"), whole.at("branch.2.bias")));
        QVERIFY(!sameBits(part, made(branch + words(mid))));
    }
}

void TestInit::namesItsTensors()
{
    const Workplace place;
    const Json json
        = programJson(place,
                      words("init --branch decomposed --in-channels 3 --mid-channels 4 "
                            "--out-channels 5 --batch-norm --no-bias --output w.safetensors"));
    QCOMPARE(jsonText(json.at("output")), jsonText("w.safetensors"));
    const Json& tensors = json.at("tensors");
    QCOMPARE(jsonText(tensors.at("branch.0.weight")), jsonText(Json{4, 3, 3, 3}));
    QCOMPARE(jsonText(tensors.at("branch.1.running_var")), jsonText(Json::array({4})));
    QCOMPARE(jsonText(tensors.at("branch.3.weight")), jsonText(Json{5, 4, 3, 3}));
    QCOMPARE(jsonText(tensors.at("branch.4.bias")), jsonText(Json::array({5})));
    QVERIFY(!tensors.contains("branch.0.bias"));
    QCOMPARE(tensors.size(), loaded(place.path("w.safetensors")).size());
}

void TestInit::keepsOldFilesWhenItFails_data()
{
    QTest::addColumn<QString>("output");
    QTest::newRow("full disk") << QStringLiteral("/dev/full");
    QTest::newRow("no folder") << QStringLiteral("none/w.safetensors");
    QTest::newRow("folder") << QStringLiteral(".");
}

void TestInit::keepsOldFilesWhenItFails()
{
    QFETCH(QString, output);
    const Workplace place;
    place.write("w.safetensors", "old");
    QCOMPARE(wrongWithFailure(place, {"init", "--branch", "original", "--output", output}, 1,
                              "'" + output.toStdString() + "'"),
             QString());
}

QTEST_GUILESS_MAIN(TestInit)
#include "test_init.moc"
