// Times the gemm engine against the textbook form of the same idea, im2col of one output row and
// one Eigen product, on the article's two branches; alternating, and each result checked against
// the reference engine first.
//
//   build/release/tests/bench_gemm [RUNS] [THREADS]
//
// The peer is compiled for this machine (-march=native), the engine dispatches at run time.
#include "core/conv/conv_engine.h"

#include <Eigen/Core>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

using namespace factorscope;

namespace {

Tensor normal(const Shape& shape, unsigned seed, float scale)
{
    std::mt19937 generator(seed);
    std::normal_distribution<float> distribution(0.0F, scale);
    Tensor tensor = Tensor::uninitialized(shape);
    std::ranges::generate(tensor.values(), [&] { return distribution(generator); });
    return tensor;
}

void rowByRow(const ConvProblem& p, const ConvData& data, ThreadTeam& team, std::vector<float>& scratch)
{
    using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    const Extent out = p.outSize();
    const std::int64_t k = p.patchElements();
    scratch.resize(static_cast<std::size_t>(k * out.width * team.size()));
    team.forEach(out.height, [&](std::int64_t oy, int thread) {
        float* columns = scratch.data() + thread * k * out.width;
        float* to = columns;
        for (std::int64_t c = 0; c < p.inChannels; ++c)
            for (std::int64_t ky = 0; ky < p.kernel.height; ++ky)
                for (std::int64_t kx = 0; kx < p.kernel.width; ++kx) {
                    const std::int64_t y = oy - p.padding.height + ky;
                    const std::int64_t shift = kx - p.padding.width;
                    std::fill_n(to, out.width, 0.0F);
                    if (y >= 0 && y < p.inSize.height)
                        std::copy_n(data.input + (c * p.inSize.height + y) * p.inSize.width
                                        + std::max<std::int64_t>(shift, 0),
                                    out.width - std::abs(shift),
                                    to + std::max<std::int64_t>(-shift, 0));
                    to += out.width;
                }
        Eigen::Map<Matrix, 0, Eigen::OuterStride<>> c(
            data.output + oy * out.width, p.outChannels, out.width,
            Eigen::OuterStride<>(out.height * out.width));
        c.noalias() = Eigen::Map<const Matrix>(data.weights, p.outChannels, k)
            * Eigen::Map<const Matrix>(columns, k, out.width);
        for (std::int64_t oc = 0; oc < p.outChannels; ++oc)
            c.row(oc).array() += data.bias[oc];
    });
}

double largestRelativeError(const Tensor& got, const Tensor& expected)
{
    double error = 0.0;
    double magnitude = 0.0;
    for (std::int64_t i = 0; i < got.elements(); ++i) {
        error = std::max(error, std::abs(double{got.data()[i]} - expected.data()[i]));
        magnitude = std::max(magnitude, std::abs(double{expected.data()[i]}));
    }
    return error / magnitude;
}

double median(std::vector<double> values)
{
    std::ranges::sort(values);
    return values[values.size() / 2];
}

template <typename Function>
double millisecondsOf(Function&& function)
{
    const auto start = std::chrono::steady_clock::now();
    function();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

} // namespace

int main(int argc, char** argv)
{
    const int runs = argc > 1 ? std::atoi(argv[1]) : 15;
    ThreadTeam team(argc > 2 ? std::atoi(argv[2]) : 0);
    const auto pool = TensorPool::create(std::size_t{256} << 20);
    ComputeContext context{.team = team, .pool = pool.get()};
    const std::string_view isa = instructionSetName(context.instructionSet);
    std::printf("threads %d, %.*s\n", team.size(), static_cast<int>(isa.size()), isa.data());
    for (const std::int64_t kernel : {5, 3}) {
        const ConvProblem problem{.inChannels = 64,
                                  .inSize = {224, 224},
                                  .outChannels = 64,
                                  .kernel = {kernel, kernel},
                                  .padding = {kernel / 2, kernel / 2}};
        const Tensor input = normal(problem.inShape(), 1, 1.0F);
        const Tensor weights = normal(problem.weightShape(), 2, 0.05F);
        const Tensor bias = normal({64}, 3, 0.05F);
        Tensor peerOutput = Tensor::zeros(problem.outShape());
        const ConvData data{input.data(), weights.data(), bias.data(), peerOutput.data()};
        std::vector<float> scratch;
        const auto engine = [&] {
            return *convolve("gemm", problem, input, {.weights = weights, .bias = &bias}, context);
        };
        rowByRow(problem, data, team, scratch);
        const Tensor expected = *convolve("reference", problem, input, {.weights = weights, .bias = &bias}, context);
        std::printf("%dx%d error against reference: gemm %.1e, peer %.1e\n", int(kernel), int(kernel),
                    largestRelativeError(engine(), expected),
                    largestRelativeError(peerOutput, expected));
        std::vector<double> engineMs;
        std::vector<double> peerMs;
        std::vector<double> ratios;
        for (int run = 0; run < runs; ++run) {
            engineMs.push_back(millisecondsOf(engine));
            peerMs.push_back(millisecondsOf([&] { rowByRow(problem, data, team, scratch); }));
            ratios.push_back(engineMs.back() / peerMs.back());
        }
        std::printf("%dx%d medians: gemm %.1f ms, im2col by row %.1f ms, ratio %.2f, %.1f GFLOP/s\n",
                    int(kernel), int(kernel), median(engineMs), median(peerMs), median(ratios),
                    2e-6 * double(problem.macs()) / median(engineMs));
    }
}
