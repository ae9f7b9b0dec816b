#include "core/receptive/local_pass.h"

#include "core/branch/backward.h"
#include "core/branch/executor.h"
#include "core/branch/layer_traits.h"
#include "tests/support/reference_case.h"

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace factorscope;
namespace fs = std::filesystem;

namespace {

const fs::path kTestData = FACTORSCOPE_TEST_DATA;

bool trains(const BranchSpec& spec)
{
    return spec.mode == Mode::Train;
}

/// The whole branch's gradient of one output of the first image.
Tensor wholeGradient(const ReferenceCase& c, const BranchRun& run, std::int64_t channel,
                     const Position& at, const ComputeContext& context)
{
    Tensor cotangent = Tensor::zeros(run.output->shape());
    const Shape& shape = cotangent.shape();
    cotangent.data()[(channel * shape[2] + at.y) * shape[3] + at.x] = 1.0F;
    auto back = runBackward(c.spec, c.weights, c.input, run, cotangent, Gradients::OfInput,
                            "reference", context);
    EXPECTS(back);
    return std::move(back->input);
}

} // namespace

class TestLocalPass : public QObject {
    Q_OBJECT
private slots:
    void agreesWithTheWholeBranch_data();
    void agreesWithTheWholeBranch();
    void refusesWhatSeesEverything();
    void refusesAPositionOutside();
    void stops();
};

void TestLocalPass::agreesWithTheWholeBranch_data()
{
    QTest::addColumn<QString>("name");
    for (const fs::path& folder : referenceCases(kTestData))
        QTest::newRow(folder.filename().c_str())
            << QString::fromStdString(fs::relative(folder, kTestData).string());
}

/// Output and gradients at corners, borders and in the middle; zero outside the box.
void TestLocalPass::agreesWithTheWholeBranch()
{
    QFETCH(QString, name);
    const auto c = loadReferenceCase(kTestData / name.toStdString());
    QVERIFY(c);
    if (trains(c->spec))
        QSKIP("every output depends on the whole picture");
    ThreadTeam team(2);
    const ComputeContext context{.team = team};
    const auto run
        = runBranch(c->spec, c->weights, c->input, "reference", Capture::Activations, context);
    const Shape& out = run->output->shape();
    const Shape& in = c->input->shape();
    for (const Position at : {Position{0, 0}, Position{out[2] / 2, out[3] / 2},
                              Position{out[2] - 1, 0}, Position{out[2] - 1, out[3] - 1},
                              Position{std::min<std::int64_t>(1, out[2] - 1), out[3] / 3}}) {
        const auto pass = LocalPass::forward(c->spec, c->weights, c->input, at, context);
        QVERIFY(pass);
        QCOMPARE(pass->output().shape(), (Shape{1, out[1], 1, 1}));
        for (std::int64_t o = 0; o < out[1]; ++o) {
            const float whole = run->output->data()[(o * out[2] + at.y) * out[3] + at.x];
            QVERIFY(std::abs(pass->output().data()[o] - whole) < 1e-5F * (1.0F + std::abs(whole)));
        }
        const PixelBox box = pass->box();
        if (box.isEmpty())
            continue;
        const std::int64_t first = out[1] > 1 ? 1 : 0;
        const auto local = pass->gradients(first, out[1] - first, context);
        QVERIFY(local);
        for (const std::int64_t o : {first, (first + out[1]) / 2, out[1] - 1}) {
            const Tensor whole = wholeGradient(*c, *run, o, at, context);
            float largest = 1e-3F;
            for (const float value : whole.values())
                largest = std::max(largest, std::abs(value));
            for (std::int64_t i = 0; i < in[1] * in[2] * in[3]; ++i) {
                const std::int64_t y = i / in[3] % in[2];
                const std::int64_t x = i % in[3];
                const std::int64_t channel = i / in[3] / in[2];
                const float expected = whole.data()[i];
                const float actual = box.contains(y, x)
                    ? local->data()[(((o - first) * in[1] + channel) * box.height() + y - box.y0)
                                        * box.width()
                                    + x - box.x0]
                    : 0.0F;
                QVERIFY2(std::abs(actual - expected) <= 1e-5F * largest,
                         qPrintable(QStringLiteral("%1 for %2 at %3,%4 of %5,%6")
                                        .arg(actual)
                                        .arg(expected)
                                        .arg(y)
                                        .arg(x)
                                        .arg(at.y)
                                        .arg(at.x)));
            }
        }
    }
}

void TestLocalPass::refusesWhatSeesEverything()
{
    const auto c = loadReferenceCase(kTestData / "golden/batch_norm_train");
    ThreadTeam team(1);
    const auto pass = LocalPass::forward(c->spec, c->weights, c->input, {0, 0}, {.team = team});
    QVERIFY(!pass && pass.error().code == ErrorCode::Unsupported);
}

void TestLocalPass::refusesAPositionOutside()
{
    const auto c = loadReferenceCase(kTestData / "golden/original_rgb");
    ThreadTeam team(1);
    const auto pass = LocalPass::forward(c->spec, c->weights, c->input, {5, 4000}, {.team = team});
    QVERIFY(!pass && pass.error().code == ErrorCode::InvalidArgument);
    QVERIFY(pass.error().message().find("5,4000") != std::string::npos);
}

void TestLocalPass::stops()
{
    const auto c = loadReferenceCase(kTestData / "golden/original_rgb");
    ThreadTeam team(1);
    std::stop_source source;
    source.request_stop();
    const auto pass = LocalPass::forward(c->spec, c->weights, c->input, {2, 2},
                                         {.team = team, .stop = source.get_token()});
    QVERIFY(!pass && pass.error().code == ErrorCode::Cancelled);
}

QTEST_APPLESS_MAIN(TestLocalPass)
#include "test_local_pass.moc"
