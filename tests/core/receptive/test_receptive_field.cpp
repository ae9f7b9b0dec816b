#include "core/receptive/receptive_field.h"

#include "core/branch/executor.h"
#include "core/branch/layer_traits.h"
#include "core/branch/named_branches.h"

#include <QTest>

#include <algorithm>
#include <numeric>

using namespace factorscope;

namespace {

Layer conv(Extent kernel, Extent padding, Extent stride = {1, 1}, Extent dilation = {1, 1})
{
    return {Conv2d{.outChannels = 1,
                   .kernel = kernel,
                   .padding = padding,
                   .stride = stride,
                   .dilation = dilation,
                   .bias = false}};
}

BranchSpec branch(std::vector<Layer> layers)
{
    return {.name = "", .inChannels = 1, .layers = std::move(layers)};
}

/// All weights one: then a pixel of 1 alone makes each output the number of paths to it.
TensorMap ones(const BranchSpec& spec)
{
    TensorMap weights;
    for (const Parameter& parameter : parametersOf(spec)) {
        const bool isWeight = parameter.role == ParameterRole::Weight;
        weights.emplace(parameter.name, Tensor::filled(parameter.shape, isWeight ? 1.0F : 0.0F));
    }
    return weights;
}

/// The map that the branch makes of one lit pixel. Small whole numbers, so exact in float.
Tensor lit(const BranchSpec& spec, const TensorMap& weights, Extent size, std::int64_t y,
           std::int64_t x, ThreadTeam& team)
{
    auto input = std::make_shared<Tensor>(Tensor::zeros({1, 1, size.height, size.width}));
    input->data()[y * size.width + x] = 1.0F;
    const auto run = runBranch(spec, weights, input, "reference", Capture::Output, {.team = team});
    EXPECTS(run);
    return run->output->clone();
}

struct Probe {
    const char* name;
    BranchSpec spec;
    Extent size;
};

std::vector<Probe> probes()
{
    const Layer three = conv({3, 3}, {1, 1});
    const Layer relu{Relu{}};
    return {
        {"5x5", branch({conv({5, 5}, {2, 2}), relu}), {7, 8}},
        {"two 3x3", branch({three, relu, three, relu}), {7, 8}},
        {"two 3x3 valid", branch({conv({3, 3}, {0, 0}), conv({3, 3}, {0, 0})}), {7, 8}},
        {"two 3x3 on a sliver", branch({three, three}), {2, 9}},
        {"two 3x3 on one pixel", branch({three, three}), {1, 1}},
        {"k3 s3 p1 then k2", branch({conv({3, 3}, {1, 1}, {3, 3}), conv({2, 2}, {0, 0})}), {9, 10}},
        {"stride 2,1",
         branch({conv({3, 3}, {1, 1}, {2, 1}), conv({3, 2}, {1, 0}, {1, 2})}),
         {10, 9}},
        {"stride beyond the kernel", branch({conv({1, 2}, {0, 0}, {3, 3}), three}), {9, 9}},
        {"dilation", branch({conv({3, 3}, {2, 2}, {1, 1}, {2, 2}), three}), {8, 9}},
        {"dilation 1,3", branch({conv({2, 3}, {1, 2}, {1, 1}, {1, 3})}), {6, 9}},
        {"wide padding", branch({conv({3, 3}, {4, 5})}), {3, 4}},
        {"wide padding twice", branch({conv({1, 1}, {2, 2}), conv({5, 3}, {3, 1})}), {4, 3}},
        {"padding seen through a kernel",
         branch({conv({5, 5}, {2, 2}), conv({1, 1}, {3, 3})}),
         {4, 4}},
        {"padding seen through a residual",
         branch({{Residual{Shortcut::Identity, {three}}}, conv({1, 1}, {2, 2})}),
         {4, 4}},
        {"identity", branch({{Residual{Shortcut::Identity, {three, relu, three}}}, relu}), {6, 7}},
        {"conv1x1", branch({{Residual{Shortcut::Conv1x1, {three, relu, three}}}, three}), {6, 7}},
        {"shifted body",
         branch(
             {{Residual{Shortcut::Identity, {conv({3, 3}, {2, 0}), conv({3, 3}, {0, 2})}}}, three}),
         {6, 7}},
        {"body that looks aside",
         branch({{Residual{Shortcut::Identity, {conv({1, 1}, {2, 2}), conv({5, 5}, {0, 0})}}}}),
         {3, 3}},
    };
}

} // namespace

class TestReceptiveField : public QObject {
    Q_OBJECT
private slots:
    void followsTheFormula_data();
    void followsTheFormula();
    void alignsTheTwoBranches();
    void placesTheWindow();
    void cutsTheWindowAtTheImage();
    void countsPathsThroughTwo3x3();
    void losesThePathsThroughPadding();
    void countsAsManyPathsAsPixelsShow_data();
    void countsAsManyPathsAsPixelsShow();
    void boxHoldsEveryPixelThatMatters_data();
    void boxHoldsEveryPixelThatMatters();
    void refusesPositionsOutside();
    void refusesWhatDoesNotFit();
};

void TestReceptiveField::followsTheFormula_data()
{
    QTest::addColumn<std::shared_ptr<BranchSpec>>("spec");
    QTest::addColumn<Extent>("size");
    QTest::addColumn<Extent>("stride");
    QTest::addColumn<Extent>("padding");
    const auto row = [](const char* name, std::vector<Layer> layers, Extent size, Extent stride,
                        Extent padding) {
        QTest::addRow("%s", name) << std::make_shared<BranchSpec>(branch(std::move(layers))) << size
                                  << stride << padding;
    };
    const Layer three = conv({3, 3}, {1, 1});
    row("pointwise", {{Relu{}}, {BatchNorm{}}}, {1, 1}, {1, 1}, {0, 0});
    row("5x5", {conv({5, 5}, {2, 2})}, {5, 5}, {1, 1}, {2, 2});
    row("two 3x3", {three, {Relu{}}, three}, {5, 5}, {1, 1}, {2, 2});
    row("three 3x3", {three, three, three}, {7, 7}, {1, 1}, {3, 3});
    row("1x5 then 5x1", {conv({1, 5}, {0, 2}), conv({5, 1}, {2, 0})}, {5, 5}, {1, 1}, {2, 2});
    row("k3 s3 p1 then k2", {conv({3, 3}, {1, 1}, {3, 3}), conv({2, 2}, {0, 0})}, {6, 6}, {3, 3},
        {1, 1});
    row("stride 2 twice", {conv({3, 3}, {1, 1}, {2, 2}), conv({3, 3}, {1, 1}, {2, 2})}, {7, 7},
        {4, 4}, {3, 3});
    row("dilation 2", {conv({3, 3}, {2, 2}, {1, 1}, {2, 2})}, {5, 5}, {1, 1}, {2, 2});
    row("mixed", {conv({3, 1}, {0, 1}, {2, 1}, {3, 1}), conv({1, 4}, {1, 0}, {1, 3})}, {7, 4},
        {2, 3}, {2, 1});
    row("identity", {{Residual{Shortcut::Identity, {three, three}}}}, {5, 5}, {1, 1}, {2, 2});
    row("3x3 about a residual", {three, {Residual{Shortcut::Conv1x1, {three}}}}, {5, 5}, {1, 1},
        {2, 2});
}

void TestReceptiveField::followsTheFormula()
{
    QFETCH(std::shared_ptr<BranchSpec>, spec);
    QFETCH(Extent, size);
    QFETCH(Extent, stride);
    QFETCH(Extent, padding);
    const TheoreticalField field = theoreticalField(*spec);
    QCOMPARE(field.size, size);
    QCOMPARE(field.stride, stride);
    QCOMPARE(field.padding, padding);
}

void TestReceptiveField::alignsTheTwoBranches()
{
    const TheoreticalField one = theoreticalField(namedBranch(BranchKind::Original, {}));
    QVERIFY((one == TheoreticalField{{5, 5}, {1, 1}, {2, 2}}));
    for (const BranchKind kind :
         {BranchKind::Decomposed, BranchKind::Separable, BranchKind::Asymmetric})
        QVERIFY(theoreticalField(namedBranch(kind, {})) == one);
}

void TestReceptiveField::placesTheWindow()
{
    const TheoreticalField strided
        = theoreticalField(branch({conv({3, 3}, {1, 1}, {3, 3}), conv({2, 2}, {0, 0})}));
    QVERIFY((fieldBox(strided, 0, 0) == PixelBox{-1, -1, 4, 4}));
    QVERIFY((fieldBox(strided, 2, 1) == PixelBox{5, 2, 10, 7}));
}

void TestReceptiveField::cutsTheWindowAtTheImage()
{
    QVERIFY((clippedTo({-1, -1, 4, 4}, {10, 3}) == PixelBox{0, 0, 4, 2}));
    QVERIFY((clippedTo({2, 3, 4, 5}, {10, 10}) == PixelBox{2, 3, 4, 5}));
    const PixelBox nothing = clippedTo({-5, 0, -1, 4}, {10, 10});
    QVERIFY(nothing.y1 < nothing.y0 || nothing.x1 < nothing.x0);
}

void TestReceptiveField::countsPathsThroughTwo3x3()
{
    const auto paths = pathCounts(namedBranch(BranchKind::Decomposed, {}), {9, 9}, 4, 4);
    QVERIFY(paths);
    QVERIFY((paths->box == PixelBox{2, 2, 6, 6}));
    const double axis[] = {1, 2, 3, 2, 1};
    for (int dy = 0; dy < 5; ++dy)
        for (int dx = 0; dx < 5; ++dx)
            QCOMPARE(paths->at(2 + dy, 2 + dx), axis[dy] * axis[dx]);
    QCOMPARE(std::accumulate(paths->counts.begin(), paths->counts.end(), 0.0), 81.0);
    QCOMPARE(paths->at(1, 4), 0.0);
    QCOMPARE(paths->at(-1, 0), 0.0);

    const auto single = pathCounts(namedBranch(BranchKind::Original, {}), {9, 9}, 4, 4);
    QVERIFY(single);
    QVERIFY(single->box == paths->box);
    QCOMPARE(single->counts, std::vector<double>(25, 1.0));
}

void TestReceptiveField::losesThePathsThroughPadding()
{
    const auto corner = pathCounts(namedBranch(BranchKind::Decomposed, {}), {9, 9}, 0, 0);
    QVERIFY(corner);
    QVERIFY((corner->box == PixelBox{0, 0, 2, 2}));
    // Along an axis 3 2 1 would be left if the mid plane did not end; its row −1 is padding, too.
    QCOMPARE(corner->counts, (std::vector<double>{4, 4, 2, 4, 4, 2, 2, 2, 1}));
    const auto border = pathCounts(namedBranch(BranchKind::Decomposed, {}), {9, 9}, 0, 4);
    QVERIFY(border);
    QVERIFY((border->box == PixelBox{0, 2, 2, 6}));
    QCOMPARE(border->at(0, 4), 6.0);
}

void TestReceptiveField::countsAsManyPathsAsPixelsShow_data()
{
    QTest::addColumn<int>("probe");
    const auto all = probes();
    for (std::size_t i = 0; i < all.size(); ++i)
        QTest::addRow("%s", all[i].name) << int(i);
}

void TestReceptiveField::countsAsManyPathsAsPixelsShow()
{
    QFETCH(int, probe);
    const auto [name, spec, size] = probes()[std::size_t(probe)];
    const TensorMap weights = ones(spec);
    const auto out = outputSize(spec, size);
    QVERIFY(out);
    ThreadTeam team(1);
    for (std::int64_t y = 0; y < size.height; ++y) {
        for (std::int64_t x = 0; x < size.width; ++x) {
            const Tensor map = lit(spec, weights, size, y, x, team);
            QCOMPARE(map.shape(), (Shape{1, 1, out->height, out->width}));
            for (std::int64_t oy = 0; oy < out->height; ++oy) {
                for (std::int64_t ox = 0; ox < out->width; ++ox) {
                    const auto paths = pathCounts(spec, size, oy, ox);
                    QVERIFY(paths);
                    QCOMPARE(paths->at(y, x), double{map.data()[oy * out->width + ox]});
                }
            }
        }
    }
}

void TestReceptiveField::boxHoldsEveryPixelThatMatters_data()
{
    countsAsManyPathsAsPixelsShow_data();
}

void TestReceptiveField::boxHoldsEveryPixelThatMatters()
{
    QFETCH(int, probe);
    const auto [name, spec, size] = probes()[std::size_t(probe)];
    const TheoreticalField field = theoreticalField(spec);
    const auto out = outputSize(spec, size);
    QVERIFY(out);
    for (std::int64_t oy = 0; oy < out->height; ++oy) {
        for (std::int64_t ox = 0; ox < out->width; ++ox) {
            const auto paths = pathCounts(spec, size, oy, ox);
            QVERIFY(paths);
            QCOMPARE(std::int64_t(paths->counts.size()), paths->box.height() * paths->box.width());
            const PixelBox window = clippedTo(fieldBox(field, oy, ox), size);
            for (std::int64_t y = 0; y < size.height; ++y) {
                for (std::int64_t x = 0; x < size.width; ++x)
                    QVERIFY(paths->at(y, x) == 0.0 || window.contains(y, x));
            }
            const bool sees = std::ranges::any_of(paths->counts, [](double n) { return n > 0.0; });
            QVERIFY2(sees || paths->counts.empty(), "a box about pixels none of which is seen");
        }
    }
}

void TestReceptiveField::refusesPositionsOutside()
{
    const BranchSpec spec = branch({conv({3, 3}, {0, 0})});
    QVERIFY(pathCounts(spec, {7, 8}, 4, 5));
    const std::pair<std::int64_t, std::int64_t> outside[] = {{5, 0}, {0, 6}, {-1, 0}, {0, -1}};
    for (const auto& [y, x] : outside) {
        const auto paths = pathCounts(spec, {7, 8}, y, x);
        QVERIFY(!paths);
        QCOMPARE(paths.error().code, ErrorCode::InvalidArgument);
        QCOMPARE(paths.error().message(),
                 "position " + std::to_string(y) + "," + std::to_string(x)
                     + " is outside the output of 5x6");
    }
}

void TestReceptiveField::refusesWhatDoesNotFit()
{
    const auto paths = pathCounts(branch({conv({3, 3}, {0, 0})}), {2, 8}, 0, 0);
    QVERIFY(!paths);
    QCOMPARE(paths.error().code, ErrorCode::Shape);
    QCOMPARE(paths.error().message(),
             std::string("kernel 3x3 exceeds padded input 2x8 at layer 0"));
}

QTEST_APPLESS_MAIN(TestReceptiveField)
#include "test_receptive_field.moc"
