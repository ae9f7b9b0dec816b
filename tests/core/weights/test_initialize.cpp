#include "core/weights/initialize.h"

#include "core/branch/executor.h"
#include "core/branch/layer_traits.h"
#include "core/branch/named_branches.h"
#include "core/file/input_file.h"
#include "core/json/json.h"
#include "core/weights/safetensors.h"
#include "tests/support/reference_case.h"
#include "tests/support/rounding.h"
#include "tests/support/same_bits.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

using namespace factorscope;
namespace fs = std::filesystem;

namespace {

const fs::path kGolden = fs::path(FACTORSCOPE_TEST_DATA) / "golden";

// By which our normal numbers differ from PyTorch's, see test_torch_generator.cpp.
constexpr double kNormalTolerance = 1e-6;

BranchSpec branch(BranchKind kind, std::int64_t in, std::int64_t mid, std::int64_t out)
{
    BranchOptions options;
    options.inChannels = in;
    options.midChannels = mid;
    options.outChannels = out;
    return namedBranch(kind, options);
}

TensorMap seeded(const BranchSpec& spec, std::uint64_t seed)
{
    TorchGenerator generator(seed);
    return initialized(spec, generator);
}

BranchKind kindOf(const std::string& name)
{
    return name == "original" ? BranchKind::Original : BranchKind::Decomposed;
}

/// A value, how far it may be off because the input is, and how far a float32 computation may be.
struct Bounded {
    double value = 0.0;
    double inherited = 0.0;
    double bound = 0.0;
};

/// One output of a 3×3 or 5×5 that keeps the size, with ReLU, when each input value may be off by
/// its bound: the definition for a single position, where the whole map would take too long.
template <typename Input>
Bounded outputAt(const Tensor& weights, const Tensor& bias, const std::array<std::int64_t, 3>& at,
                 const Input& input)
{
    const Shape& shape = weights.shape();
    const float* weight = weights.data() + at[0] * shape[1] * shape[2] * shape[3];
    Bounded sum{.value = bias.data()[at[0]]};
    double magnitude = std::abs(sum.value);
    for (std::int64_t c = 0; c < shape[1]; ++c) {
        for (std::int64_t ky = 0; ky < shape[2]; ++ky) {
            for (std::int64_t kx = 0; kx < shape[3]; ++kx) {
                const Bounded in = input({c, at[1] + ky - shape[2] / 2, at[2] + kx - shape[3] / 2});
                const double w = *weight++;
                sum.value += w * in.value;
                sum.inherited += std::abs(w) * in.inherited;
                sum.bound += std::abs(w) * in.bound;
                magnitude += std::abs(w * in.value);
            }
        }
    }
    const std::int64_t terms = shape[1] * shape[2] * shape[3] + 1;
    sum.bound += roundingBound(terms, magnitude, amplificationOf("gemm"));
    sum.value = std::max(sum.value, 0.0);
    return sum;
}

/// The same for a position of the article's branch, whose input is known to the tolerance of
/// normal numbers.
Bounded articleOutput(const TensorMap& weights, const Tensor& input,
                      const std::array<std::int64_t, 3>& at)
{
    const std::int64_t size = input.shape()[2];
    const auto isPadding = [&](const std::array<std::int64_t, 3>& p) {
        return p[1] < 0 || p[1] >= size || p[2] < 0 || p[2] >= size;
    };
    const auto pixel = [&](const std::array<std::int64_t, 3>& p) {
        if (isPadding(p))
            return Bounded{};
        const double value = input.data()[(p[0] * size + p[1]) * size + p[2]];
        return Bounded{value, kNormalTolerance, kNormalTolerance};
    };
    const auto first = [&](const std::array<std::int64_t, 3>& p) {
        if (isPadding(p))
            return Bounded{};
        return outputAt(weights.at("branch.0.weight"), weights.at("branch.0.bias"), p, pixel);
    };
    if (!weights.contains("branch.2.weight"))
        return first(at);
    return outputAt(weights.at("branch.2.weight"), weights.at("branch.2.bias"), at, first);
}

} // namespace

class TestInitialize : public QObject {
    Q_OBJECT
private slots:
    void drawsPyTorchsWeights_data();
    void drawsPyTorchsWeights();
    void drawsNothingForNormalization();
    void drawsABodyBeforeItsShortcut();
    void reproducesTheArticle_data();
    void reproducesTheArticle();
    void nestsTheMidChannels_data();
    void nestsTheMidChannels();
    void takesTheLeadingCornerOfEveryTensor();
    void refusesABankThatDoesNotCover_data();
    void refusesABankThatDoesNotCover();
    void countsWhatIsNotFinite();
};

void TestInitialize::drawsPyTorchsWeights_data()
{
    QTest::addColumn<std::string>("name");
    QTest::addColumn<int>("seed");
    for (const char* name : {"original", "decomposed"}) {
        for (const int seed : {0, 1, 42})
            QTest::addRow("%s %d", name, seed) << std::string(name) << seed;
    }
}

void TestInitialize::drawsPyTorchsWeights()
{
    QFETCH(std::string, name);
    QFETCH(int, seed);
    const auto recorded = readSafetensors(
        kGolden / "init" / (name + "_seed" + std::to_string(seed) + ".safetensors"), 1 << 20);
    QVERIFY2(recorded, recorded ? "" : recorded.error().message().c_str());
    const TensorMap drawn = seeded(branch(kindOf(name), 3, 4, 5), std::uint64_t(seed));
    QCOMPARE(drawn.size(), recorded->size());
    for (const auto& [key, tensor] : *recorded) {
        QVERIFY2(drawn.contains(key), key.c_str());
        QVERIFY2(sameBits(drawn.at(key), tensor), key.c_str());
    }
}

void TestInitialize::drawsNothingForNormalization()
{
    const Layer conv{Conv2d{.outChannels = 3, .kernel = {3, 3}}};
    const TensorMap bare = seeded({.name = "", .inChannels = 3, .layers = {{conv}, {conv}}}, 4);
    const TensorMap normed
        = seeded({.name = "", .inChannels = 3, .layers = {{conv}, {BatchNorm{}}, {conv}}}, 4);
    QVERIFY(sameBits(bare.at("branch.1.weight"), normed.at("branch.2.weight")));
    const auto all = [&](const char* name, float value) {
        return std::ranges::all_of(normed.at(name).values(), [&](float x) { return x == value; });
    };
    QVERIFY(all("branch.1.weight", 1.0F));
    QVERIFY(all("branch.1.bias", 0.0F));
    QVERIFY(all("branch.1.running_mean", 0.0F));
    QVERIFY(all("branch.1.running_var", 1.0F));
}

void TestInitialize::drawsABodyBeforeItsShortcut()
{
    const Layer conv{Conv2d{.outChannels = 5, .kernel = {3, 3}, .padding = {1, 1}}};
    const BranchSpec residual{
        .name = "", .inChannels = 3, .layers = {{Residual{Shortcut::Conv1x1, {{conv}}}}}};
    const BranchSpec sequence{
        .name = "", .inChannels = 3, .layers = {{conv}, {Conv2d{.outChannels = 5}}}};
    const TensorMap drawn = seeded(residual, 4);
    QVERIFY(
        sameBits(drawn.at("branch.0.body.0.weight"), seeded(sequence, 4).at("branch.0.weight")));
    // The shortcut reads 3 channels; a 1×1 after the body would read 5.
    TorchGenerator generator(4);
    BranchSpec bodyOnly{.name = "", .inChannels = 3, .layers = {{conv}}};
    initialized(bodyOnly, generator);
    const BranchSpec shortcut{.name = "", .inChannels = 3, .layers = {{Conv2d{.outChannels = 5}}}};
    const TensorMap next = initialized(shortcut, generator);
    QVERIFY(sameBits(drawn.at("branch.0.shortcut.weight"), next.at("branch.0.weight")));
    QVERIFY(sameBits(drawn.at("branch.0.shortcut.bias"), next.at("branch.0.bias")));
}

void TestInitialize::reproducesTheArticle_data()
{
    QTest::addColumn<std::string>("name");
    QTest::newRow("original") << std::string("original");
    QTest::newRow("decomposed") << std::string("decomposed");
}

void TestInitialize::reproducesTheArticle()
{
    QFETCH(std::string, name);
    const auto text = readText(kGolden / "article_64" / "samples.json", 1 << 20);
    QVERIFY(text);
    const auto json = parseJson(*text, "samples.json");
    QVERIFY(json);
    const Json& recorded = json->at(name);

    const BranchSpec spec = branch(kindOf(name), 64, 64, 64);
    TorchGenerator generator(0);
    const TensorMap weights = initialized(spec, generator);
    auto drawn = std::make_shared<Tensor>(Tensor::uninitialized({1, 64, 224, 224}));
    QVERIFY(generator.normal(drawn->values()));
    const SharedTensor input = drawn;
    for (std::size_t i = 0; i < 8; ++i)
        QVERIFY(std::abs(double{input->data()[i]} - recorded["input_first8"][i].get<double>())
                <= kNormalTolerance);
    const double sum = std::accumulate(input->values().begin(), input->values().end(), 0.0);
    QVERIFY(std::abs(sum - recorded["input_sum"].get<double>())
            <= kNormalTolerance * double(input->elements()));

    ThreadTeam team(0);
    const auto run = runBranch(spec, weights, input, "gemm", Capture::Output, {.team = team});
    QVERIFY(run);
    const Json& samples = recorded["samples"];
    QCOMPARE(samples.size(), std::size_t{144});
    for (const Json& sample : samples) {
        const auto index = sample["index"].get<std::array<std::int64_t, 4>>();
        const std::array<std::int64_t, 3> at{index[1], index[2], index[3]};
        const Bounded exact = articleOutput(weights, *input, at);
        const double found = run->output->data()[(at[0] * 224 + at[1]) * 224 + at[2]];
        const double wanted = sample["value"].get<double>();
        QVERIFY2(
            std::abs(found - wanted) <= exact.bound,
            qPrintable(
                QStringLiteral("%1, not %2, within %3").arg(found).arg(wanted).arg(exact.bound)));
        // In double precision only the difference of the inputs is left.
        QVERIFY(std::abs(exact.value - wanted) <= exact.inherited);
    }
}

void TestInitialize::nestsTheMidChannels_data()
{
    QTest::addColumn<int>("kind");
    for (const BranchKind kind :
         {BranchKind::Decomposed, BranchKind::Separable, BranchKind::Asymmetric})
        QTest::addRow("%s", branchKindName(kind).data()) << int(kind);
}

void TestInitialize::nestsTheMidChannels()
{
    QFETCH(int, kind);
    const TensorMap bank = seeded(branch(BranchKind(kind), 3, 8, 5), 0);
    const BranchSpec wideSpec = branch(BranchKind(kind), 3, 6, 5);
    const BranchSpec narrowSpec = branch(BranchKind(kind), 3, 4, 5);
    const auto wide = leadingPart(wideSpec, bank);
    const auto narrow = leadingPart(narrowSpec, bank);
    QVERIFY(wide && narrow);
    QVERIFY(requireWeights(narrowSpec, *narrow));
    // A part of a part is the part.
    const auto again = leadingPart(narrowSpec, *wide);
    QVERIFY(again);
    for (const auto& [name, tensor] : *narrow)
        QVERIFY2(sameBits(tensor, again->at(name)), name.c_str());
    const auto whole = leadingPart(branch(BranchKind(kind), 3, 8, 5), bank);
    QVERIFY(whole);
    for (const auto& [name, tensor] : bank)
        QVERIFY2(sameBits(tensor, whole->at(name)), name.c_str());
}

void TestInitialize::takesTheLeadingCornerOfEveryTensor()
{
    const TensorMap bank = seeded(branch(BranchKind::Decomposed, 3, 8, 5), 0);
    const auto part = leadingPart(branch(BranchKind::Decomposed, 3, 4, 5), bank);
    QVERIFY(part);
    // Rows of the first and b1, columns of the second, b2 whole.
    const auto at = [](const Tensor& t, std::int64_t oc, std::int64_t c, std::int64_t tap) {
        return t.data()[(oc * t.shape()[1] + c) * 9 + tap];
    };
    for (std::int64_t tap = 0; tap < 9; ++tap) {
        for (std::int64_t mid = 0; mid < 4; ++mid) {
            for (std::int64_t c = 0; c < 3; ++c)
                QCOMPARE(at(part->at("branch.0.weight"), mid, c, tap),
                         at(bank.at("branch.0.weight"), mid, c, tap));
            for (std::int64_t oc = 0; oc < 5; ++oc)
                QCOMPARE(at(part->at("branch.2.weight"), oc, mid, tap),
                         at(bank.at("branch.2.weight"), oc, mid, tap));
        }
    }
    QVERIFY(std::ranges::equal(part->at("branch.0.bias").values(),
                               bank.at("branch.0.bias").values().first(4)));
    QVERIFY(sameBits(part->at("branch.2.bias"), bank.at("branch.2.bias")));
}

void TestInitialize::refusesABankThatDoesNotCover_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("mid");
    QTest::addColumn<std::string>("missing");
    QTest::addColumn<std::string>("message");
    QTest::newRow("too narrow") << int(BranchKind::Decomposed) << 9 << std::string()
                                << std::string(
                                       "the weights have no branch.0.weight of at least 9x3x3x3");
    QTest::newRow("tensor missing")
        << int(BranchKind::Decomposed) << 8 << std::string("branch.2.bias")
        << std::string("the weights have no branch.2.bias of at least 5");
    QTest::newRow("kernel too small")
        << int(BranchKind::Original) << 1 << std::string()
        << std::string("the weights have no branch.0.weight of at least 5x3x5x5");
    QTest::newRow("more than the branch has")
        << -1 << 4 << std::string()
        << std::string("the weights have a tensor 'branch.2.bias' that the branch does not");
}

void TestInitialize::refusesABankThatDoesNotCover()
{
    QFETCH(int, kind);
    QFETCH(int, mid);
    QFETCH(std::string, missing);
    QFETCH(std::string, message);
    TensorMap bank = seeded(branch(BranchKind::Decomposed, 3, 8, 5), 0);
    bank.erase(missing);
    BranchSpec spec = branch(BranchKind(std::max(kind, 0)), 3, mid, 5);
    if (kind < 0)
        spec = {
            .name = "", .inChannels = 3, .layers = {{Conv2d{.outChannels = 8, .kernel = {3, 3}}}}};
    const auto part = leadingPart(spec, bank);
    QVERIFY(!part);
    QCOMPARE(part.error().code, ErrorCode::Shape);
    QCOMPARE(part.error().message(), message);
}

void TestInitialize::countsWhatIsNotFinite()
{
    constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
    constexpr float kInf = std::numeric_limits<float>::infinity();
    TensorMap tensors;
    tensors.emplace("a", Tensor::from({4}, std::vector<float>{kNan, 1.0F, -kInf, kInf}));
    tensors.emplace("b", Tensor::from({2}, std::vector<float>{-kNan, 0.0F}));
    tensors.emplace("c", Tensor());
    QVERIFY((countNonFinite(tensors.at("a")) == NonFinite{1, 2}));
    QVERIFY((countNonFinite(tensors) == NonFinite{2, 2}));
    QVERIFY(countNonFinite(TensorMap()) == NonFinite{});
}

QTEST_APPLESS_MAIN(TestInitialize)
#include "test_initialize.moc"
