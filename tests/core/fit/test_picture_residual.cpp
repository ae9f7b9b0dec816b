#include "core/fit/picture_residual.h"

#include "tests/support/drawn.h"

#include <QTest>

#include <cmath>

using namespace factorscope;

namespace {

SharedTensor shared(Tensor tensor)
{
    return std::make_shared<const Tensor>(std::move(tensor));
}

PictureResidual residual(const Tensor& kernels, const Tensor& approximation,
                         const SharedTensor& input)
{
    ThreadTeam team(2);
    auto result = residualOnPicture(kernels, approximation, input, {.team = team});
    if (!result)
        qFatal("%s", result.error().message().c_str());
    return *std::move(result);
}

} // namespace

class TestPictureResidual : public QObject {
    Q_OBJECT
private slots:
    void anImpulseShowsTheKernels();
    void errorIsRelative();
    void nothingHasNoError();
    void stops();
    void refusesWhatDoesNotFit();
};

/// The map of an impulse is the kernel itself, turned by 180°.
void TestPictureResidual::anImpulseShowsTheKernels()
{
    const Tensor kernels = drawn({2, 1, 5, 5}, 1);
    const Tensor other = drawn({2, 1, 5, 5}, 2);
    Tensor input = Tensor::zeros({1, 1, 9, 9});
    input.data()[4 * 9 + 4] = 1.0F;
    const PictureResidual result = residual(kernels, other, shared(std::move(input)));
    QCOMPARE(result.target->shape(), (Shape{1, 2, 9, 9}));
    double rest = 0.0;
    double squares = 0.0;
    // Transformed engines add up to a few dozen rounded terms of about 1.
    constexpr double kRounding = 256 * 0x1p-24;
    for (std::int64_t i = 0; i < 50; ++i) {
        const std::int64_t at = i / 25 * 81 + (6 - i % 25 / 5) * 9 + 6 - i % 5;
        const double difference = double(kernels.data()[i]) - other.data()[i];
        QVERIFY(std::abs(result.target->data()[at] - kernels.data()[i]) <= kRounding);
        QVERIFY(std::abs(result.approximation->data()[at] - other.data()[i]) <= kRounding);
        rest += difference * difference;
        squares += double(kernels.data()[i]) * kernels.data()[i];
    }
    QVERIFY(std::abs(result.relativeError - std::sqrt(rest / squares)) <= kRounding);
}

void TestPictureResidual::errorIsRelative()
{
    const Tensor kernels = drawn({3, 2, 5, 5}, 1);
    Tensor smaller = kernels.clone();
    for (float& value : smaller.values())
        value *= 0.75F; // exact but for the last bit
    const SharedTensor input = shared(drawn({2, 2, 12, 7}, 3));
    QVERIFY(std::abs(residual(kernels, smaller, input).relativeError - 0.25) <= 1e3 * 0x1p-24);
    QCOMPARE(residual(kernels, kernels, input).relativeError, 0.0);
}

void TestPictureResidual::nothingHasNoError()
{
    const Tensor none = Tensor::zeros({1, 1, 5, 5});
    const SharedTensor input = shared(drawn({1, 1, 6, 6}, 3));
    QCOMPARE(residual(none, none, input).relativeError, 0.0);
    QVERIFY(std::isinf(residual(none, drawn({1, 1, 5, 5}, 1), input).relativeError));
}

void TestPictureResidual::stops()
{
    ThreadTeam team(1);
    std::stop_source stop;
    stop.request_stop();
    const Tensor kernels = drawn({1, 1, 5, 5}, 1);
    const auto result = residualOnPicture(kernels, kernels, shared(Tensor::zeros({1, 1, 64, 64})),
                                          {.team = team, .stop = stop.get_token()});
    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::Cancelled);
}

void TestPictureResidual::refusesWhatDoesNotFit()
{
    ThreadTeam team(1);
    const ComputeContext context{.team = team};
    const Tensor kernels = Tensor::zeros({2, 3, 5, 5});
    const auto codeOf = [&](const Tensor& other, const Shape& input) {
        return residualOnPicture(kernels, other, shared(Tensor::zeros(input)), context)
            .error()
            .code;
    };
    QCOMPARE(codeOf(kernels, {1, 2, 8, 8}), ErrorCode::Shape);
    QCOMPARE(codeOf(kernels, {3, 8, 8}), ErrorCode::Shape);
    QCOMPARE(codeOf(Tensor::zeros({3, 2, 5, 5}), {1, 3, 8, 8}), ErrorCode::Shape);
    const auto large = residualOnPicture(kernels, kernels, shared(Tensor::zeros({1, 3, 64, 64})),
                                         {.team = team, .memoryLimitBytes = 1000});
    QCOMPARE(large.error().code, ErrorCode::Memory);
}

QTEST_APPLESS_MAIN(TestPictureResidual)
#include "test_picture_residual.moc"
