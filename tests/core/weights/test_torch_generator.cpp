#include "core/weights/torch_generator.h"

#include "tests/support/reference_case.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

using namespace factorscope;
namespace fs = std::filesystem;

namespace {

const fs::path kTestData = FACTORSCOPE_TEST_DATA;

// PyTorch's vector library and ours round logarithm, sine and cosine differently in float32: by a
// few units in the last place of numbers up to 6.
constexpr double kNormalTolerance = 1e-6;

std::vector<float> normals(TorchGenerator& generator, std::size_t count)
{
    std::vector<float> values(count);
    if (!generator.normal(values))
        values.clear();
    return values;
}

std::vector<float> uniforms(TorchGenerator& generator, std::size_t count, float low = 0.0F,
                            float high = 1.0F)
{
    std::vector<float> values(count);
    generator.uniform(values, low, high);
    return values;
}

bool sameBits(const std::vector<float>& a, const Tensor& b)
{
    return std::int64_t(a.size()) == b.elements()
        && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

double largestDifference(const std::vector<float>& a, std::span<const float> b)
{
    if (a.size() != b.size())
        return INFINITY;
    double largest = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i)
        largest = std::max(largest, std::abs(double{a[i]} - double{b[i]}));
    return largest;
}

// torch.randn(15) after seed 0, by PyTorch 1.13.1; shorter ones are its beginning.
constexpr float kShortNormals[]
    = {1.54099607F,   -0.293428898F, -2.17878938F,  0.568431258F,  -1.08452237F,
       -1.39859545F,  0.403346837F,  0.838026345F,  -0.719257593F, -0.403343529F,
       -0.596635342F, 0.182036489F,  -0.856674612F, 1.10060418F,   -1.07118738F};

} // namespace

class TestTorchGenerator : public QObject {
    Q_OBJECT
private slots:
    void drawsPyTorchsUniformNumbers_data();
    void drawsPyTorchsUniformNumbers();
    void stretchesToARange();
    void drawsPyTorchsNormalNumbers_data();
    void drawsPyTorchsNormalNumbers();
    void drawsShortTensorsAsPyTorchDoes_data();
    void drawsShortTensorsAsPyTorchDoes();
    void keepsTheSecondOfAPair();
    void keepsTheLow32BitsOfTheSeed();
    void stopsOnRequest();
};

void TestTorchGenerator::drawsPyTorchsUniformNumbers_data()
{
    QTest::addColumn<int>("seed");
    for (const int seed : {0, 1, 42})
        QTest::addRow("seed %d", seed) << seed;
}

void TestTorchGenerator::drawsPyTorchsUniformNumbers()
{
    QFETCH(int, seed);
    const std::string name = "golden/init/rand_seed" + std::to_string(seed) + ".npy";
    const Tensor recorded = loadedNpy(kTestData / name);
    QCOMPARE(recorded.elements(), std::int64_t{50});
    TorchGenerator whole(seed);
    QVERIFY(sameBits(uniforms(whole, 50), recorded));
    // However the numbers are cut into tensors, they are the same.
    TorchGenerator parts(seed);
    std::vector<float> values = uniforms(parts, 13);
    std::ranges::copy(uniforms(parts, 37), std::back_inserter(values));
    QVERIFY(sameBits(values, recorded));
}

void TestTorchGenerator::stretchesToARange()
{
    // torch.empty(4).uniform_(-3, 5) after seed 0, by PyTorch 1.13.1.
    TorchGenerator generator(0);
    QCOMPARE(uniforms(generator, 4, -3.0F, 5.0F),
             (std::vector<float>{0.9700527191162109F, 3.1457743644714355F, -2.2921805381774902F,
                                 -1.943756103515625F}));
}

void TestTorchGenerator::drawsPyTorchsNormalNumbers_data()
{
    QTest::addColumn<int>("seed");
    QTest::addColumn<std::string>("file");
    for (const int seed : {0, 1, 42})
        QTest::addRow("1003, seed %d", seed)
            << seed << "golden/init/randn_seed" + std::to_string(seed) + ".npy";
    for (const int count : {16, 17, 31, 32})
        QTest::addRow("%d, seed 7", count)
            << 7 << "recordings/normals/randn_" + std::to_string(count) + ".npy";
}

void TestTorchGenerator::drawsPyTorchsNormalNumbers()
{
    QFETCH(int, seed);
    QFETCH(std::string, file);
    const Tensor recorded = loadedNpy(kTestData / file);
    QVERIFY(recorded.elements() >= 16);
    TorchGenerator generator(seed);
    const std::vector<float> drawn = normals(generator, std::size_t(recorded.elements()));
    QVERIFY(largestDifference(drawn, recorded.values()) <= kNormalTolerance);
}

void TestTorchGenerator::drawsShortTensorsAsPyTorchDoes_data()
{
    QTest::addColumn<int>("count");
    for (const int count : {0, 1, 2, 3, 7, 14, 15})
        QTest::addRow("%d", count) << count;
}

void TestTorchGenerator::drawsShortTensorsAsPyTorchDoes()
{
    QFETCH(int, count);
    TorchGenerator generator(0);
    const std::vector<float> drawn = normals(generator, std::size_t(count));
    const auto expected = std::span(kShortNormals).first(std::size_t(count));
    QVERIFY(largestDifference(drawn, expected) <= kNormalTolerance);
}

void TestTorchGenerator::keepsTheSecondOfAPair()
{
    // torch.randn(3), torch.randn(16), torch.randn(1): the last is the fourth short one.
    TorchGenerator generator(0);
    QVERIFY(largestDifference(normals(generator, 3), std::span(kShortNormals).first(3))
            <= kNormalTolerance);
    std::vector<float> longer = normals(generator, 16);
    longer.resize(3);
    const float recorded[] = {-0.356128365F, 0.437222719F, 0.491304964F};
    QVERIFY(largestDifference(longer, recorded) <= kNormalTolerance);
    QVERIFY(largestDifference(normals(generator, 1), std::span(kShortNormals).subspan(3, 1))
            <= kNormalTolerance);
    // torch.randn(3), torch.rand(2): uniform numbers know nothing of it.
    TorchGenerator other(0);
    normals(other, 3);
    QCOMPARE(uniforms(other, 2), (std::vector<float>{0.455627978F, 0.632306278F}));
}

void TestTorchGenerator::keepsTheLow32BitsOfTheSeed()
{
    TorchGenerator small(5);
    TorchGenerator large((std::uint64_t{1} << 32) + 5);
    // torch.rand(3) after seed 2^32 + 5, by PyTorch 1.13.1.
    const std::vector<float> recorded{0.830251873F, 0.126110911F, 0.907469690F};
    QCOMPARE(uniforms(small, 3), recorded);
    QCOMPARE(uniforms(large, 3), recorded);
}

void TestTorchGenerator::stopsOnRequest()
{
    std::stop_source stop;
    stop.request_stop();
    TorchGenerator generator(0);
    std::vector<float> values(1000);
    QVERIFY(!generator.normal(values, stop.get_token()));
}

QTEST_APPLESS_MAIN(TestTorchGenerator)
#include "test_torch_generator.moc"
