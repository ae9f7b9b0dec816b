#include "core/conv/conv_problem.h"

#include <QTest>

#include <limits>

#include <vector>

using namespace factorscope;

namespace {

/// The positions along one axis at which a kernel fits, tried one by one.
std::int64_t placesOf(std::int64_t in, std::int64_t kernel, std::int64_t padding,
                      std::int64_t stride, std::int64_t dilation)
{
    std::int64_t places = 0;
    for (std::int64_t start = -padding; start + (kernel - 1) * dilation < in + padding;
         start += stride)
        ++places;
    return places;
}

} // namespace

class TestConvProblem : public QObject {
    Q_OBJECT
private slots:
    void outSizeCountsThePlacesOfTheKernel();
    void describesItsTensors();
    void countsOperations();
};

void TestConvProblem::outSizeCountsThePlacesOfTheKernel()
{
    for (std::int64_t in = 1; in <= 12; ++in) {
        for (std::int64_t kernel = 1; kernel <= 5; ++kernel) {
            for (std::int64_t padding = 0; padding <= 6; ++padding) {
                for (std::int64_t stride = 1; stride <= 4; ++stride) {
                    for (std::int64_t dilation = 1; dilation <= 3; ++dilation) {
                        if (reach(kernel, dilation) > in + 2 * padding)
                            continue;
                        const ConvProblem tall{.inSize = {in, 1},
                                               .kernel = {kernel, 1},
                                               .padding = {padding, 0},
                                               .stride = {stride, 1},
                                               .dilation = {dilation, 1}};
                        const std::int64_t places = placesOf(in, kernel, padding, stride, dilation);
                        QCOMPARE(tall.outSize(), (Extent{places, 1}));
                        const ConvProblem wide{.inSize = {1, in},
                                               .kernel = {1, kernel},
                                               .padding = {0, padding},
                                               .stride = {1, stride},
                                               .dilation = {1, dilation}};
                        QCOMPARE(wide.outSize(), (Extent{1, places}));
                    }
                }
            }
        }
    }
}

void TestConvProblem::describesItsTensors()
{
    const ConvProblem problem{.batch = 2,
                              .inChannels = 6,
                              .inSize = {10, 11},
                              .outChannels = 9,
                              .kernel = {3, 5},
                              .groups = 3};
    QCOMPARE(problem.inShape(), (Shape{2, 6, 10, 11}));
    QCOMPARE(problem.weightShape(), (Shape{9, 2, 3, 5}));
    QCOMPARE(problem.outShape(), (Shape{2, 9, 8, 7}));
    QCOMPARE(problem.patchElements(), std::int64_t{2 * 3 * 5});
}

void TestConvProblem::countsOperations()
{
    const ConvProblem article{.inChannels = 64,
                              .inSize = {224, 224},
                              .outChannels = 64,
                              .kernel = {5, 5},
                              .padding = {2, 2}};
    QCOMPARE(article.macs(), std::int64_t{5138022400});
    ConvProblem twice = article;
    twice.batch = 2;
    QCOMPARE(twice.macs(), 2 * article.macs());
    ConvProblem depthwise = article;
    depthwise.groups = 64;
    QCOMPARE(depthwise.macs(), article.macs() / 64);
    const ConvProblem huge{1, 65536, {65536, 65536}, 65536, {3, 3}, {1, 1}};
    QCOMPARE(huge.macs(), std::numeric_limits<std::int64_t>::max());
}

QTEST_APPLESS_MAIN(TestConvProblem)
#include "test_conv_problem.moc"
