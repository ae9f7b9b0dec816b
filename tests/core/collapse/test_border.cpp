#include "core/collapse/border.h"

#include "core/branch/named_branches.h"
#include "core/collapse/collapse.h"
#include "tests/core/collapse/stacks.h"
#include "tests/support/rounding.h"

#include <QTest>

#include <cmath>

using namespace factorscope;

namespace {

BranchSpec ofLayers(std::vector<Layer> layers)
{
    return {.name = "stack", .inChannels = 2, .mode = Mode::Eval, .layers = std::move(layers)};
}

Layer square(std::int64_t kernel, std::int64_t padding, bool bias = true, std::int64_t stride = 1)
{
    return {Conv2d{.outChannels = 2,
                   .kernel = {kernel, kernel},
                   .padding = {padding, padding},
                   .stride = {stride, stride},
                   .bias = bias}};
}

} // namespace

class TestBorder : public QObject {
    Q_OBJECT
private slots:
    void countsTheRing_data();
    void countsTheRing();
    void ofAnImageFollowsItsStride();
    void tellsWhichPixelsItHolds();
    void validAndOnceAgreeEverywhere();
    void keepsTheSizeWhenItPadsOnce();
    void refusesWhatPaddingCannotMend();
    void explainsEach();
};

void TestBorder::countsTheRing_data()
{
    QTest::addColumn<BranchSpec>("spec");
    QTest::addColumn<int>("ring");
    QTest::newRow("one layer") << ofLayers({square(5, 2)}) << 0;
    QTest::newRow("two 3x3") << ofLayers({square(3, 1), square(3, 1)}) << 1;
    QTest::newRow("three 3x3") << ofLayers({square(3, 1), square(3, 1), square(3, 1)}) << 2;
    QTest::newRow("1x1, 5x5") << ofLayers({square(1, 0), square(5, 2)}) << 2;
    QTest::newRow("1x1 without bias, 5x5") << ofLayers({square(1, 0, false), square(5, 2)}) << 0;
    QTest::newRow("5x5, 1x1") << ofLayers({square(5, 2), square(1, 0)}) << 0;
    QTest::newRow("3x3, valid 3x3") << ofLayers({square(3, 2), square(3, 0)}) << 0;
    QTest::newRow("norm, 3x3") << ofLayers({{BatchNorm{}}, square(3, 1)}) << 1;
    QTest::newRow("3x3, strided 3x3") << ofLayers({square(3, 1), square(3, 1, true, 2)}) << 1;
    QTest::newRow("3x3, strided 7x7") << ofLayers({square(3, 1), square(7, 3, true, 2)}) << 2;
    QTest::newRow("residual") << ofLayers({{Residual{.body = {square(3, 1), square(3, 1)}}}}) << 1;
    QTest::newRow("3x3, residual")
        << ofLayers({square(3, 1), {Residual{.body = {square(3, 1), square(3, 1)}}}}) << 2;
}

void TestBorder::countsTheRing()
{
    QFETCH(BranchSpec, spec);
    QFETCH(int, ring);
    QCOMPARE(borderRing(spec), (Ring{ring, ring, ring, ring}));
}

void TestBorder::ofAnImageFollowsItsStride()
{
    const BranchSpec spec = ofLayers({square(3, 1), square(3, 1, true, 2)});
    QCOMPARE(*borderRing(spec, {9, 9}), (Ring{1, 1, 1, 1}));
    QCOMPARE(*borderRing(spec, {8, 9}), (Ring{1, 1, 0, 1})); // the last row of padding is unseen
    QCOMPARE(*borderRing(ofLayers({square(3, 1), square(3, 1)}), {1, 1}), (Ring{1, 1, 1, 1}));
    QVERIFY(!borderRing(ofLayers({square(9, 0)}), {4, 4}));
}

void TestBorder::tellsWhichPixelsItHolds()
{
    const Ring ring{.top = 1, .left = 0, .bottom = 2, .right = 1};
    const Extent size{6, 5};
    QVERIFY(ring.holds(0, 2, size) && ring.holds(4, 2, size) && ring.holds(2, 4, size));
    QVERIFY(!ring.holds(1, 0, size) && !ring.holds(3, 3, size));
    QCOMPARE(ring.widest(), std::int64_t{2});
}

void TestBorder::validAndOnceAgreeEverywhere()
{
    ThreadTeam team(2);
    int compared = 0;
    for (unsigned seed = 0; seed < 40; ++seed) {
        for (const BorderPadding padding : {BorderPadding::Valid, BorderPadding::Once}) {
            RandomStacks draw(seed);
            const auto spec = withBorderPadding(draw.spec(RandomStacks::Layers::Movable), padding);
            QVERIFY(spec);
            QVERIFY(borderRing(*spec).isEmpty());
            const TensorMap weights = draw.weights(*spec);
            const SharedTensor input = draw.input(spec->inChannels, {24, 27});
            if (!layerShapes(*spec, input->shape()))
                continue;
            const auto one = collapse(*spec, weights, BetweenLayers::Refuse, {.team = team});
            QVERIFY(one);
            const BoundedTensor stack = boundedActivations(*spec, weights, *input).back();
            const BoundedTensor single
                = boundedActivations(one->spec(), *one->tensors, *input).back();
            QCOMPARE(single.shape.text(), stack.shape.text());
            for (std::size_t i = 0; i < stack.values.size(); ++i)
                QVERIFY2(std::abs(stack.values[i] - single.values[i])
                             <= stack.bounds[i] + single.bounds[i],
                         std::to_string(seed).c_str());
            ++compared;
        }
    }
    QVERIFY(compared > 40);
}

void TestBorder::keepsTheSizeWhenItPadsOnce()
{
    const BranchSpec spec = namedBranch(BranchKind::Decomposed, {});
    const auto once = withBorderPadding(spec, BorderPadding::Once);
    QVERIFY(once);
    QCOMPARE(std::get<Conv2d>(once->layers[0].type).padding, (Extent{2, 2}));
    QCOMPARE(std::get<Conv2d>(once->layers[2].type).padding, (Extent{0, 0}));
    QCOMPARE(layerShapes(*once, {1, 64, 9, 7})->back().text(), std::string("1x64x9x7"));
    const auto valid = withBorderPadding(spec, BorderPadding::Valid);
    QCOMPARE(layerShapes(*valid, {1, 64, 9, 7})->back().text(), std::string("1x64x5x3"));
    QCOMPARE(*withBorderPadding(spec, BorderPadding::Same), spec);
}

void TestBorder::refusesWhatPaddingCannotMend()
{
    const BranchSpec residual = ofLayers({square(1, 0), {Residual{.body = {square(3, 1)}}}});
    for (const BorderPadding padding : {BorderPadding::Valid, BorderPadding::Once}) {
        const auto refused = withBorderPadding(residual, padding);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Unsupported);
        QCOMPARE(refused.error().arguments.front(), std::string("1"));
    }
    const BranchSpec shifted = ofLayers({{BatchNorm{}}, square(3, 1)});
    QVERIFY(withBorderPadding(shifted, BorderPadding::Valid));
    QVERIFY(!withBorderPadding(shifted, BorderPadding::Once));
    BranchSpec far = ofLayers({});
    far.layers.assign(5, square(3, 65536, true, 65536));
    QVERIFY(!withBorderPadding(far, BorderPadding::Once));
}

void TestBorder::explainsEach()
{
    for (const auto padding : {BorderPadding::Same, BorderPadding::Valid, BorderPadding::Once})
        QVERIFY(QString(explanation(padding)).endsWith('.'));
}

QTEST_APPLESS_MAIN(TestBorder)
#include "test_border.moc"
