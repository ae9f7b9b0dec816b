#include "core/weights/hand_made.h"

#include "core/branch/executor.h"
#include "core/branch/layer_traits.h"
#include "core/weights/initialize.h"
#include "core/weights/torch_generator.h"
#include "tests/support/rounding.h"
#include "tests/support/same_bits.h"

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace factorscope;

namespace {

constexpr std::array kKinds{HandMade::Identity, HandMade::Box,    HandMade::Binomial,
                            HandMade::Sobel,    HandMade::Log,    HandMade::Gabor,
                            HandMade::Disk,     HandMade::Random, HandMade::Matched};
constexpr std::array kSeparableKinds{HandMade::Identity, HandMade::Box, HandMade::Binomial,
                                     HandMade::Sobel};
constexpr std::array kBranches{BranchKind::Original, BranchKind::Decomposed, BranchKind::Separable,
                               BranchKind::Asymmetric};

TensorMap made(BranchKind branch, const BranchOptions& options, HandMade kind,
               std::uint64_t seed = 3)
{
    auto weights = handMadeWeights(branch, options, {kind, seed});
    if (!weights)
        qFatal("%s", weights.error().message().c_str());
    return *std::move(weights);
}

TensorMap absolute(TensorMap tensors)
{
    for (auto& [name, tensor] : tensors)
        for (float& value : tensor.values())
            value = std::abs(value);
    return tensors;
}

/// A picture whose values are in [0, 1).
SharedTensor image(std::int64_t channels)
{
    Tensor tensor = Tensor::uninitialized({1, channels, 11, 13});
    TorchGenerator(5).uniform(tensor.values(), 0.0F, 1.0F);
    return std::make_shared<const Tensor>(std::move(tensor));
}

/// What the branch makes before its last ReLU, which would hide what is negative.
SharedTensor sumsOf(const BranchSpec& spec, const TensorMap& weights, const SharedTensor& input)
{
    ThreadTeam team(1);
    const auto run = runBranch(spec, weights, input, "reference", Capture::Activations,
                               ComputeContext{.team = team});
    if (!run)
        qFatal("%s", run.error().message().c_str());
    return run->layers[run->layers.size() - 2].activation;
}

/// A branch on a picture, and what rounding its weights and sums to float32 can come to.
struct Outcome {
    SharedTensor sums;
    std::vector<double> bounds;
};

Outcome outcomeOf(BranchKind branch, const BranchOptions& options, HandMade kind)
{
    const BranchSpec spec = namedBranch(branch, options);
    const TensorMap weights = made(branch, options, kind);
    const SharedTensor input = image(options.inChannels);
    const SharedTensor magnitudes = sumsOf(spec, absolute(clone(weights)), input);
    std::int64_t terms = 0;
    for (const Parameter& parameter : parametersOf(spec)) {
        if (parameter.role == ParameterRole::Weight)
            terms += parameter.fanIn + 2; // its sums, the bias and the rounding of the weights
        if (parameter.role == ParameterRole::NormScale)
            terms += 4; // minus mean, over deviation, times scale, plus shift
    }
    Outcome outcome{sumsOf(spec, weights, input), {}};
    for (const float magnitude : magnitudes->values())
        outcome.bounds.push_back(roundingBound(terms, double{magnitude}));
    return outcome;
}

/// The largest difference as a share of what it may be, `ring` pixels at the border left out.
/// `slack`: what else it may be, relative to the magnitudes.
double worstShare(const Outcome& a, const Outcome& b, std::int64_t ring, double slackBound = 0.0)
{
    const Shape& shape = a.sums->shape();
    double worst = 0.0;
    for (std::int64_t i = 0; i < shape.elements(); ++i) {
        const std::int64_t y = i / shape[3] % shape[2];
        const std::int64_t x = i % shape[3];
        if (y < ring || x < ring || y >= shape[2] - ring || x >= shape[3] - ring)
            continue;
        const double difference = std::abs(double{a.sums->data()[i]} - double{b.sums->data()[i]});
        const double bound = a.bounds[std::size_t(i)] + b.bounds[std::size_t(i)] + slackBound;
        worst = std::max(worst, difference / std::max(bound, 1e-300));
    }
    return worst;
}

std::int64_t enoughMidChannels(HandMade kind, const BranchOptions& options)
{
    if (kind == HandMade::Matched)
        return options.outChannels;
    return std::int64_t(separablePairs({kind, 3}).size()) * options.inChannels;
}

/// Ways to dress a branch that hand-made kernels must go through.
struct Variant {
    const char* name;
    BranchOptions options;
    std::int64_t spareMidChannels = 0;
};

std::vector<Variant> variants()
{
    const BranchOptions plain{.inChannels = 3, .outChannels = 5, .between = Between::None};
    BranchOptions noBias = plain;
    noBias.bias = false;
    BranchOptions square = plain;
    square.outChannels = 3;
    square.residual = ResidualKind::Identity;
    BranchOptions shortcut = plain;
    shortcut.residual = ResidualKind::Conv1x1;
    BranchOptions narrow = plain;
    narrow.inChannels = 5;
    narrow.outChannels = 2;
    return {{"plain", plain},      {"spare mid channels", plain, 4},
            {"no bias", noBias},   {"identity", square},
            {"conv1x1", shortcut}, {"fewer outputs", narrow}};
}

/// W5 = the full convolution of the second 3×3 with the first, one output and input channel.
std::array<double, 25> collapsed(const TensorMap& weights, std::int64_t out, std::int64_t in)
{
    const Tensor& first = weights.at("branch.0.weight");
    const Tensor& second = weights.at("branch.2.weight");
    std::array<double, 25> kernel{};
    for (std::int64_t m = 0; m < first.shape()[0]; ++m) {
        const float* a = first.data() + (m * first.shape()[1] + in) * 9;
        const float* b = second.data() + (out * second.shape()[1] + m) * 9;
        for (int i = 0; i < 9; ++i)
            for (int j = 0; j < 9; ++j)
                kernel[std::size_t((i / 3 + j / 3) * 5 + i % 3 + j % 3)]
                    += double{a[i]} * double{b[j]};
    }
    return kernel;
}

bool isZero(std::span<const float> values)
{
    return std::ranges::all_of(values, [](float value) { return value == 0.0F; });
}

} // namespace

class TestHandMadeBank : public QObject {
    Q_OBJECT
private slots:
    void fitsTheBranch_data();
    void fitsTheBranch();
    void originalHoldsTheKernel();
    void linearPairIsTheOriginalInside_data();
    void linearPairIsTheOriginalInside();
    void linearAsymmetricPairIsTheOriginalEverywhere_data();
    void linearAsymmetricPairIsTheOriginalEverywhere();
    void separableKernelsPassTheRelu_data();
    void separableKernelsPassTheRelu();
    void batchNormIsNeutral();
    void shortcutPassesTheChannelOn();
    void fewerMidChannelsAreTheFirstOfMore();
    void matchedIsExactlyTheProduct_data();
    void matchedIsExactlyTheProduct();
    void matchedUsesOneMidChannelForEachOutput();
    void matchedOutputsWithoutAMidChannelAreZero();
    void matchedOutputsDiffer();
    void matchedIsRefusedForTheSeparableBranch();
    void wideBranchesTakeLittleTime();
};

void TestHandMadeBank::fitsTheBranch_data()
{
    QTest::addColumn<HandMade>("kind");
    QTest::addColumn<BranchKind>("branch");
    for (const HandMade kind : kKinds)
        for (const BranchKind branch : kBranches)
            if (kind != HandMade::Matched || branch != BranchKind::Separable)
                QTest::addRow("%s, %s", handMadeName(kind).data(), branchKindName(branch).data())
                    << kind << branch;
}

void TestHandMadeBank::fitsTheBranch()
{
    QFETCH(HandMade, kind);
    QFETCH(BranchKind, branch);
    for (Variant variant : variants()) {
        for (const bool batchNorm : {false, true}) {
            variant.options.midChannels = 7;
            variant.options.batchNorm = batchNorm;
            const BranchSpec spec = namedBranch(branch, variant.options);
            const TensorMap weights = made(branch, variant.options, kind);
            const auto fit = requireWeights(spec, weights);
            QVERIFY2(fit, fit ? "" : fit.error().message().c_str());
            QCOMPARE(countNonFinite(weights), NonFinite{});
            for (const Parameter& parameter : parametersOf(spec))
                if (parameter.role == ParameterRole::Bias)
                    QVERIFY2(isZero(weights.at(parameter.name).values()), parameter.name.c_str());
        }
    }
}

void TestHandMadeBank::originalHoldsTheKernel()
{
    const BranchOptions options{.inChannels = 3, .outChannels = 5};
    for (const HandMade kind : kKinds) {
        if (kind == HandMade::Matched)
            continue;
        const Kernel5x5 kernel = handMadeKernel({kind, 3});
        const TensorMap weights = made(BranchKind::Original, options, kind);
        const float* value = weights.at("branch.0.weight").data();
        for (int o = 0; o < 5; ++o)
            for (int c = 0; c < 3; ++c)
                for (std::size_t i = 0; i < 25; ++i)
                    QCOMPARE(*value++, o % 3 == c ? float(kernel[i]) : 0.0F);
    }
}

void TestHandMadeBank::linearPairIsTheOriginalInside_data()
{
    QTest::addColumn<HandMade>("kind");
    QTest::addColumn<int>("variant");
    for (const HandMade kind : kKinds)
        for (int i = 0; i < int(variants().size()); ++i)
            QTest::addRow("%s, %s", handMadeName(kind).data(), variants()[std::size_t(i)].name)
                << kind << i;
}

void TestHandMadeBank::linearPairIsTheOriginalInside()
{
    QFETCH(HandMade, kind);
    QFETCH(int, variant);
    auto [name, options, spare] = variants()[std::size_t(variant)];
    options.midChannels = enoughMidChannels(kind, options) + spare;
    const Outcome original = outcomeOf(BranchKind::Original, options, kind);
    const Outcome decomposed = outcomeOf(BranchKind::Decomposed, options, kind);
    QVERIFY2(worstShare(original, decomposed, 1) <= 1.0,
             std::to_string(worstShare(original, decomposed, 1)).c_str());
    // At the border the first 3×3 looks beyond the picture and the mid channels end there.
    const bool reachesBeyond = kind != HandMade::Identity;
    QCOMPARE(worstShare(original, decomposed, 0) > 1.0, reachesBeyond);
}

void TestHandMadeBank::linearAsymmetricPairIsTheOriginalEverywhere_data()
{
    linearPairIsTheOriginalInside_data();
}

void TestHandMadeBank::linearAsymmetricPairIsTheOriginalEverywhere()
{
    QFETCH(HandMade, kind);
    QFETCH(int, variant);
    auto [name, options, spare] = variants()[std::size_t(variant)];
    options.midChannels = enoughMidChannels(kind, options) + spare;
    const Outcome original = outcomeOf(BranchKind::Original, options, kind);
    const Outcome asymmetric = outcomeOf(BranchKind::Asymmetric, options, kind);
    QVERIFY(worstShare(original, asymmetric, 0) <= 1.0);
}

void TestHandMadeBank::separableKernelsPassTheRelu_data()
{
    QTest::addColumn<HandMade>("kind");
    QTest::addColumn<BranchKind>("branch");
    for (const HandMade kind : kSeparableKinds)
        for (const BranchKind branch : {BranchKind::Decomposed, BranchKind::Separable})
            QTest::addRow("%s, %s", handMadeName(kind).data(), branchKindName(branch).data())
                << kind << branch;
}

void TestHandMadeBank::separableKernelsPassTheRelu()
{
    QFETCH(HandMade, kind);
    QFETCH(BranchKind, branch);
    const BranchOptions options{
        .inChannels = 3, .midChannels = 3, .outChannels = 5, .between = Between::Relu};
    const Outcome original = outcomeOf(BranchKind::Original, options, kind);
    QVERIFY(worstShare(original, outcomeOf(branch, options, kind), 1) <= 1.0);
}

void TestHandMadeBank::batchNormIsNeutral()
{
    BranchOptions options{.inChannels = 3, .outChannels = 5, .between = Between::None};
    options.midChannels = enoughMidChannels(HandMade::Disk, options);
    for (const BranchKind branch : {BranchKind::Original, BranchKind::Decomposed}) {
        options.batchNorm = false;
        const Outcome without = outcomeOf(branch, options, HandMade::Disk);
        options.batchNorm = true;
        const Outcome with = outcomeOf(branch, options, HandMade::Disk);
        // Each of at most two divides by √(1 + 1e-5).
        const auto values = without.sums->values();
        const double largest = *std::ranges::max_element(values);
        QVERIFY(worstShare(without, with, 0, 1e-5 * largest) <= 1.0);
    }
}

void TestHandMadeBank::shortcutPassesTheChannelOn()
{
    BranchOptions options{.inChannels = 3, .outChannels = 5, .residual = ResidualKind::Conv1x1};
    const Outcome with = outcomeOf(BranchKind::Original, options, HandMade::Sobel);
    options.residual = ResidualKind::None;
    Outcome without = outcomeOf(BranchKind::Original, options, HandMade::Sobel);
    const SharedTensor input = image(3);
    Tensor expected = without.sums->clone();
    const std::int64_t plane = 11 * 13;
    for (std::int64_t i = 0; i < expected.elements(); ++i)
        expected.data()[i] += input->data()[i / plane % 3 * plane + i % plane];
    without.sums = std::make_shared<const Tensor>(std::move(expected));
    QVERIFY(worstShare(with, without, 0) <= 1.0);
}

void TestHandMadeBank::fewerMidChannelsAreTheFirstOfMore()
{
    for (const HandMade kind : kKinds) {
        for (const BranchKind branch : kBranches) {
            if (kind == HandMade::Matched && branch == BranchKind::Separable)
                continue;
            BranchOptions options{.inChannels = 2, .midChannels = 12, .outChannels = 5};
            const TensorMap bank = made(branch, options, kind);
            for (const std::int64_t mid : {1, 2, 3, 6, 11}) {
                options.midChannels = mid;
                const auto first = leadingPart(namedBranch(branch, options), bank);
                QVERIFY(first);
                const TensorMap few = made(branch, options, kind);
                for (const auto& [name, tensor] : few)
                    QVERIFY2(sameBits(tensor, first->at(name)), name.c_str());
            }
        }
    }
}

void TestHandMadeBank::matchedIsExactlyTheProduct_data()
{
    QTest::addColumn<int>("in");
    QTest::addColumn<int>("mid");
    QTest::addColumn<int>("out");
    QTest::addRow("as documented") << 3 << 16 << 16;
    QTest::addRow("spare mid channels") << 3 << 40 << 16;
    QTest::addRow("one channel") << 1 << 16 << 16;
    QTest::addRow("two inputs") << 2 << 24 << 24;
    QTest::addRow("three inputs, many outputs") << 3 << 50 << 50;
    QTest::addRow("article") << 64 << 64 << 64;
    QTest::addRow("GoogLeNet 3a") << 16 << 32 << 32;
    QTest::addRow("more inputs") << 7 << 5 << 5;
}

void TestHandMadeBank::matchedIsExactlyTheProduct()
{
    QFETCH(int, in);
    QFETCH(int, mid);
    QFETCH(int, out);
    const BranchOptions options{.inChannels = in, .midChannels = mid, .outChannels = out};
    const TensorMap original = made(BranchKind::Original, options, HandMade::Matched);
    const TensorMap pair = made(BranchKind::Decomposed, options, HandMade::Matched);
    const float* weight = original.at("branch.0.weight").data();
    for (int o = 0; o < out; ++o) {
        for (int c = 0; c < in; ++c) {
            for (const double expected : collapsed(pair, o, c)) {
                // All taps are short binary fractions, but for the mean of three channels, whose
                // third is rounded in the 5×5 and in the 3×3.
                const double bound = in == 3 ? roundingBound(1, std::abs(expected)) : 0.0;
                QVERIFY(std::abs(double{*weight++} - expected) <= bound);
            }
        }
    }
}

void TestHandMadeBank::matchedUsesOneMidChannelForEachOutput()
{
    const BranchOptions options{.inChannels = 3, .midChannels = 20, .outChannels = 16};
    const TensorMap weights = made(BranchKind::Decomposed, options, HandMade::Matched);
    const auto first = weights.at("branch.0.weight").values();
    const auto second = weights.at("branch.2.weight").values();
    for (std::size_t m = 0; m < 20; ++m)
        QCOMPARE(isZero(first.subspan(m * 3 * 9, 3 * 9)), m >= 16);
    for (std::size_t o = 0; o < 16; ++o)
        for (std::size_t m = 0; m < 20; ++m)
            QCOMPARE(isZero(second.subspan((o * 20 + m) * 9, 9)), o != m);
}

void TestHandMadeBank::matchedOutputsWithoutAMidChannelAreZero()
{
    BranchOptions options{.inChannels = 3, .midChannels = 10, .outChannels = 16};
    for (const BranchKind branch : {BranchKind::Decomposed, BranchKind::Asymmetric}) {
        const TensorMap weights = made(branch, options, HandMade::Matched);
        const auto second = weights.at("branch.2.weight").values();
        const std::size_t each = second.size() / 16;
        for (std::size_t o = 0; o < 16; ++o)
            QCOMPARE(isZero(second.subspan(o * each, each)), o >= 10);
    }
}

void TestHandMadeBank::matchedOutputsDiffer()
{
    const BranchOptions options{.inChannels = 3, .midChannels = 16, .outChannels = 16};
    const TensorMap weights = made(BranchKind::Original, options, HandMade::Matched);
    const auto values = weights.at("branch.0.weight").values();
    for (std::size_t a = 0; a < 16; ++a)
        for (std::size_t b = 0; b < a; ++b)
            QVERIFY(!std::ranges::equal(values.subspan(a * 75, 75), values.subspan(b * 75, 75)));
}

void TestHandMadeBank::matchedIsRefusedForTheSeparableBranch()
{
    const auto weights = handMadeWeights(BranchKind::Separable, {}, {HandMade::Matched, 0});
    QVERIFY(!weights);
    QCOMPARE(weights.error().code, ErrorCode::InvalidArgument);
    QCOMPARE(weights.error().message(),
             std::string("the kernels 'matched' do not exist for the branch 'separable'"));
}

/// Work and memory grow with the weights, not with C_in·C_out where few mid channels stand between.
void TestHandMadeBank::wideBranchesTakeLittleTime()
{
    const BranchOptions options{.inChannels = 65536, .midChannels = 1, .outChannels = 65536};
    for (const HandMade kind : {HandMade::Random, HandMade::Matched}) {
        const TensorMap weights = made(BranchKind::Decomposed, options, kind);
        QVERIFY(!isZero(weights.at("branch.0.weight").values()));
    }
}

QTEST_APPLESS_MAIN(TestHandMadeBank)
#include "test_hand_made_bank.moc"
