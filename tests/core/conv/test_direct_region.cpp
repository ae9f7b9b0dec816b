#include "core/conv/direct_region.h"
#include "core/conv/engines.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

using namespace factorscope;

namespace {

std::vector<float> normals(std::int64_t count, unsigned seed)
{
    std::mt19937 engine(seed);
    std::normal_distribution<float> normal;
    std::vector<float> values(static_cast<std::size_t>(count));
    std::ranges::generate(values, [&] { return normal(engine); });
    return values;
}

std::vector<float> nothing(std::int64_t count)
{
    return std::vector<float>(static_cast<std::size_t>(count),
                              std::numeric_limits<float>::quiet_NaN());
}

} // namespace

class TestDirectRegion : public QObject {
    Q_OBJECT
private slots:
    void makesTheSameBitsInAnyRectangle_data();
    void makesTheSameBitsInAnyRectangle();
    void gathersNoMoreThanIsSeen();
    void readsWideMapsInPlace();
};

void TestDirectRegion::makesTheSameBitsInAnyRectangle_data()
{
    QTest::addColumn<int>("stride");
    QTest::addColumn<int>("dilation");
    QTest::addColumn<int>("padding");
    QTest::addColumn<int>("height");
    QTest::addColumn<int>("width");
    for (const int stride : {1, 2, 3}) {
        for (const int dilation : {1, 2, 9}) {
            for (const int padding : {0, 2}) {
                for (const Extent size : {Extent{1, 1}, Extent{4, 4}, Extent{2, 16}, Extent{3, 19},
                                          Extent{50, 7}, Extent{5, 80}})
                    QTest::addRow("stride %d, dilation %d, padding %d, rectangles of %s", stride,
                                  dilation, padding, size.text().c_str())
                        << stride << dilation << padding << int(size.height) << int(size.width);
            }
        }
    }
}

void TestDirectRegion::makesTheSameBitsInAnyRectangle()
{
    QFETCH(int, stride);
    QFETCH(int, dilation);
    QFETCH(int, padding);
    QFETCH(int, height);
    QFETCH(int, width);
    const ConvProblem p{.batch = 2,
                        .inChannels = 4,
                        .inSize = {29, 53},
                        .outChannels = 10,
                        .kernel = {3, 3},
                        .padding = {padding, padding},
                        .stride = {stride, stride},
                        .dilation = {dilation, dilation},
                        .groups = 2};
    const Extent out = p.outSize();
    const auto input = normals(p.inShape().elements(), 1);
    const auto weights = normals(p.weightShape().elements(), 2);
    const auto bias = normals(p.outChannels, 3);
    ThreadTeam team(1);
    for (const InstructionSet set : availableInstructionSets()) {
        const ComputeContext context{.team = team, .instructionSet = set};
        auto whole = nothing(p.outShape().elements());
        auto pieces = whole;
        ConvData data{.input = input.data(),
                      .weights = weights.data(),
                      .bias = bias.data(),
                      .negativeSlope = 0.25F,
                      .output = whole.data()};
        auto scratch = nothing(directEngine().scratchFloats(p));
        QVERIFY(directEngine().run(p, data, scratch, context));

        data.output = pieces.data();
        const Extent largest{height, std::min<std::int64_t>(width, out.width)};
        scratch = nothing(DirectRegions::scratchFloats(p, largest));
        const DirectRegions regions(p, largest);
        for (std::int64_t image = 0; image < p.batch; ++image) {
            for (std::int64_t y = 0; y < out.height; y += largest.height) {
                for (std::int64_t x = 0; x < out.width; x += largest.width) {
                    for (std::int64_t group = 0; group < p.groups; ++group)
                        regions.run(data,
                                    {.image = image,
                                     .group = group,
                                     .region = {.y0 = y,
                                                .y1 = std::min(y + largest.height, out.height),
                                                .x0 = x,
                                                .x1 = std::min(x + largest.width, out.width)},
                                     .firstChannel = 0,
                                     .endChannel = p.outChannelsPerGroup()},
                                    scratch.data(), context);
                }
            }
        }
        QVERIFY(std::ranges::none_of(whole, [](float x) { return std::isnan(x); }));
        QVERIFY(pieces == whole);
    }
}

void TestDirectRegion::gathersNoMoreThanIsSeen()
{
    const auto floats
        = [](const ConvProblem& p, Extent rectangle) { return directInput(p, rectangle).floats; };
    ConvProblem p{.inChannels = 5, .inSize = {300, 300}, .kernel = {3, 3}, .padding = {1, 1}};
    QCOMPARE(floats(p, {4, 20}), std::int64_t{5 * 6 * 22});
    // Each tap sees inputs of its own.
    p.dilation = {100, 100};
    QCOMPARE(floats(p, {4, 20}), std::int64_t{5 * 12 * 60});
    p.dilation = {1, 1};
    p.stride = {7, 7};
    QCOMPARE(floats(p, {4, 20}), std::int64_t{5 * 12 * 60});
    // Of whole rows, the zeros behind one are those before the next.
    p.stride = {1, 1};
    QCOMPARE(floats(p, {4, 300}), std::int64_t{5 * (6 * 301 + 1)});
}

void TestDirectRegion::readsWideMapsInPlace()
{
    ConvProblem p{.inChannels = 8, .inSize = {20, 33}, .kernel = {3, 3}};
    QVERIFY(directInput(p, {6, 31}).isInPlace);
    QCOMPARE(DirectRegions::scratchFloats(p, {6, 31}), std::int64_t{0});
    QVERIFY(!directInput(p, {6, 30}).isInPlace); // the last column is no vector
    p.padding = {1, 1};
    QVERIFY(!directInput(p, {6, 33}).isInPlace);
}

QTEST_APPLESS_MAIN(TestDirectRegion)
#include "test_direct_region.moc"
