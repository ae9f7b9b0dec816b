#include "core/experiment/piece_analysis.h"

#include "core/experiment/fields.h"
#include "core/receptive/local_pass.h"
#include "tests/support/evaluated.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

using namespace factorscope;

namespace {

constexpr Position kMiddle{20, 24};
constexpr double kEpsilon = std::numeric_limits<float>::epsilon();

Experiment with(Between between)
{
    Experiment experiment = smallExperiment();
    experiment.between = between;
    return experiment;
}

double largest(const LocalKernel& kernel)
{
    double most = 0.0;
    for (const double value : kernel.values)
        most = std::max(most, std::abs(value));
    return most;
}

struct Composed {
    std::vector<double> values;
    std::vector<double> magnitudes; ///< sums of the terms' magnitudes
};

/// Composed from the weights of two convolutions, with only those mid values that are on.
Composed composed(const BothEvaluated& both, const PieceQuestion& question, const TapPattern& taps)
{
    const bool hasBetween = both.experiment.between != Between::None;
    const Tensor& first = both.factorised.weights->at("branch.0.weight");
    const Tensor& second
        = both.factorised.weights->at(hasBetween ? "branch.2.weight" : "branch.1.weight");
    const std::int64_t mids = first.shape()[0];
    Composed kernel{std::vector(25, 0.0), std::vector(25, 0.0)};
    for (std::int64_t m = 0; m < mids; ++m) {
        for (std::int64_t tap = 0; tap < 9; ++tap) {
            if (!taps.isOn[static_cast<std::size_t>(m * 9 + tap)])
                continue;
            const double outer = second.data()[(question.outChannel * mids + m) * 9 + tap];
            for (std::int64_t k = 0; k < 9; ++k) {
                const double inner
                    = first.data()[(m * first.shape()[1] + question.inChannel) * 9 + k];
                const auto at = static_cast<std::size_t>((tap / 3 + k / 3) * 5 + tap % 3 + k % 3);
                kernel.values[at] += outer * inner;
                kernel.magnitudes[at] += std::abs(outer * inner);
            }
        }
    }
    return kernel;
}

/// Sums of 9 taps of all mid channels in single precision, of transforms that amplify rounding:
/// F(4×4,3×3), a hundredfold at most.
void verifyAlike(const LocalKernel& kernel, const Composed& wanted)
{
    const double magnitude = *std::ranges::max_element(wanted.magnitudes);
    const double tolerance = 100.0 * kEpsilon * std::max(magnitude, kEpsilon);
    for (std::size_t i = 0; i < wanted.values.size(); ++i)
        QVERIFY(std::abs(kernel.values[i] - wanted.values[i]) <= tolerance);
}

} // namespace

class TestPieceAnalysis : public QObject {
    Q_OBJECT
private slots:
    void theLocalKernelIsComposedOfTheTapsThatAreOn_data();
    void theLocalKernelIsComposedOfTheTapsThatAreOn();
    void agreesWithTheGradient_data();
    void agreesWithTheGradient();
    void pixelsOfOnePieceActAlike();
    void withoutAnActivationAllIsOnePiece();
    void theBorderCutsThePattern();
    void beyondWhatThereIsCountsAsTheLast();
    void theOriginalIsItsOwnKernel();
    void saysWhyThereIsNoKernel();
    void knownPiecesAreTakenOver();
    void worksForAllFactorisations_data();
    void worksForAllFactorisations();
    void stops();
};

void TestPieceAnalysis::theLocalKernelIsComposedOfTheTapsThatAreOn_data()
{
    QTest::addColumn<int>("y");
    QTest::addColumn<int>("x");
    QTest::newRow("middle") << 20 << 24;
    QTest::newRow("elsewhere") << 7 << 31;
    QTest::newRow("near the border") << 2 << 2;
}

void TestPieceAnalysis::theLocalKernelIsComposedOfTheTapsThatAreOn()
{
    QFETCH(int, y);
    QFETCH(int, x);
    const auto both = evaluated(smallExperiment());
    ThreadTeam team(2);
    for (const std::int64_t out : {0, 3, 9}) {
        const PieceQuestion question{{}, {y, x}, out, 1};
        const auto findings = pieceFindings(*both, question, nullptr, {.team = team});
        QVERIFY(findings && findings->kernels);
        QCOMPARE(findings->here.size, (Extent{5, 5}));
        verifyAlike(findings->here, composed(*both, question, findings->taps));
        TapPattern all = findings->taps;
        std::ranges::fill(all.isOn, std::uint8_t{1});
        verifyAlike(findings->kernels->linear, composed(*both, question, all));
    }
}

/// The gradient of the branch itself, wherever no mid value is so near 0 that it may turn.
void TestPieceAnalysis::agreesWithTheGradient_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("between");
    QTest::addColumn<int>("residual");
    for (const BranchKind kind :
         {BranchKind::Decomposed, BranchKind::Separable, BranchKind::Asymmetric}) {
        for (const Between between : {Between::None, Between::Relu, Between::Leaky}) {
            for (const ResidualKind residual : {ResidualKind::None, ResidualKind::Conv1x1})
                QTest::addRow("%s %d %d", branchKindName(kind).data(), int(between), int(residual))
                    << int(kind) << int(between) << int(residual);
        }
    }
}

void TestPieceAnalysis::agreesWithTheGradient()
{
    QFETCH(int, kind);
    QFETCH(int, between);
    QFETCH(int, residual);
    Experiment experiment = smallExperiment();
    experiment.kernels.reset();
    experiment.factorised = BranchKind(kind);
    experiment.between = Between(between);
    experiment.residual = ResidualKind(residual);
    experiment.batchNorm = true;
    const auto both = evaluated(experiment);
    BranchSpec spec = both->factorised.spec;
    spec.layers.pop_back(); // the ReLU that ends it
    ThreadTeam team(2);
    for (const Position at : {Position{0, 0}, Position{1, 3}, kMiddle, Position{39, 20}}) {
        const auto findings = pieceFindings(*both, {{}, at, 1, 2}, nullptr, {.team = team});
        QVERIFY(findings && findings->kernels);
        const auto pass = LocalPass::forward(spec, *both->factorised.weights,
                                             both->factorised.input, at, {.team = team});
        QVERIFY(pass);
        const auto gradient = pass->gradients(1, 1, {.team = team});
        QVERIFY(gradient);
        const PixelBox whole = fieldBox(fieldsOf(experiment).factorised, at.y, at.x);
        const PixelBox box = pass->box();
        LocalKernel wanted{{5, 5}, std::vector(25, 0.0)};
        for (std::int64_t i = 0; i < box.pixels(); ++i) {
            const std::int64_t y = box.y0 + i / box.width() - whole.y0;
            const std::int64_t x = box.x0 + i % box.width() - whole.x0;
            wanted.values[static_cast<std::size_t>(y * 5 + x)]
                = gradient->data()[2 * box.pixels() + i];
        }
        const double magnitude = std::max(largest(findings->kernels->linear), largest(wanted));
        for (std::size_t i = 0; i < wanted.values.size(); ++i)
            QVERIFY(std::abs(findings->here.values[i] - wanted.values[i])
                    <= 1000.0 * kEpsilon * magnitude);
    }
}

void TestPieceAnalysis::pixelsOfOnePieceActAlike()
{
    Experiment experiment = smallExperiment();
    experiment.midChannels = 2;
    const auto both = evaluated(experiment);
    ThreadTeam team(2);
    const auto pieces = piecesOf(*both, {}, {.team = team});
    QVERIFY(pieces);
    std::map<std::int64_t, std::vector<Position>> places; // away from the border
    for (std::int64_t y = 4; y < 36; ++y) {
        for (std::int64_t x = 4; x < 44; ++x)
            places[pieces->pieceAt({y, x})].push_back({y, x});
    }
    int compared = 0;
    for (const auto& [piece, alike] : places) {
        if (alike.size() < 2 || pieces->active[static_cast<std::size_t>(piece)] == 0)
            continue;
        const auto first = pieceFindings(*both, {{}, alike.front(), 1, 0}, nullptr, {.team = team});
        const auto last = pieceFindings(*both, {{}, alike.back(), 1, 0}, nullptr, {.team = team});
        QVERIFY(first && last);
        QCOMPARE(first->here.values, last->here.values);
        ++compared;
    }
    QVERIFY(compared > 3);
}

void TestPieceAnalysis::withoutAnActivationAllIsOnePiece()
{
    const auto both = evaluated(with(Between::None));
    ThreadTeam team(1);
    const auto findings = pieceFindings(*both, {{}, kMiddle, 1, 0}, nullptr, {.team = team});
    QVERIFY(findings && findings->kernels);
    QCOMPARE(findings->pieces->counts, (std::vector<std::int64_t>{40 * 48}));
    QCOMPARE(findings->taps.active(), findings->pieces->taps);
    QCOMPARE(findings->here.values, findings->kernels->linear.values);
    QCOMPARE(deviation(findings->here, findings->kernels->linear), std::optional(0.0));
}

void TestPieceAnalysis::theBorderCutsThePattern()
{
    const auto both = evaluated(with(Between::None));
    ThreadTeam team(1);
    const auto corner = pieceFindings(*both, {{}, {0, 0}, 0, 0}, nullptr, {.team = team});
    QVERIFY(corner);
    QCOMPARE(corner->taps.active(), 4 * corner->taps.channels); // 2×2 of 3×3 lie on the map
    for (std::size_t i = 0; i < 10; ++i) // two rows lie beyond the image
        QCOMPARE(corner->here.values[i], 0.0);
}

void TestPieceAnalysis::beyondWhatThereIsCountsAsTheLast()
{
    const auto both = evaluated(smallExperiment());
    ThreadTeam team(1);
    const auto findings = pieceFindings(*both, {999, {999, -5}, 999, 999}, nullptr, {.team = team});
    QVERIFY(findings);
    QCOMPARE(findings->question.position, (Position{39, 0}));
    QCOMPARE(findings->question.midChannel, std::optional(both->experiment.midChannels - 1));
    QCOMPARE(findings->question.outChannel, both->experiment.outChannels - 1);
    QCOMPARE(findings->question.inChannel, both->experiment.inChannels - 1);
    QVERIFY(findings->piece() >= 0);
}

void TestPieceAnalysis::theOriginalIsItsOwnKernel()
{
    const auto both = evaluated(smallExperiment());
    ThreadTeam team(1);
    const auto kernels = pieceKernels(*both, 5, 2, {.team = team});
    QVERIFY(kernels);
    const Tensor& weight = both->original.weights->at("branch.0.weight");
    for (std::int64_t i = 0; i < 25; ++i) {
        const double wanted = weight.data()[(5 * weight.shape()[1] + 2) * 25 + i];
        const double found = kernels->original.values[static_cast<std::size_t>(i)];
        QVERIFY(std::abs(found - wanted) <= 100.0 * kEpsilon * largest(kernels->original));
    }
}

void TestPieceAnalysis::saysWhyThereIsNoKernel()
{
    Experiment experiment = smallExperiment();
    experiment.batchNorm = true;
    experiment.mode = Mode::Train;
    const auto both = evaluated(experiment);
    ThreadTeam team(1);
    const auto findings = pieceFindings(*both, {{}, kMiddle, 0, 0}, nullptr, {.team = team});
    QVERIFY(findings);
    QVERIFY(!findings->kernels);
    QVERIFY(findings->whyNoKernels);
    QVERIFY(!findings->pieces->counts.empty());
}

void TestPieceAnalysis::knownPiecesAreTakenOver()
{
    const auto both = evaluated(smallExperiment());
    ThreadTeam team(1);
    const auto first = pieceFindings(*both, {{}, kMiddle, 0, 0}, nullptr, {.team = team});
    const auto second = pieceFindings(*both, {{}, {3, 4}, 0, 0}, &*first, {.team = team});
    QCOMPARE(second->pieces, first->pieces);
    QCOMPARE(second->kernels, first->kernels);
    const auto alone = pieceFindings(*both, {{}, {3, 4}, 0, 0}, nullptr, {.team = team});
    QCOMPARE(second->here.values, alone->here.values);
    const auto other = pieceFindings(*both, {2, {3, 4}, 1, 0}, &*first, {.team = team});
    QVERIFY(other->pieces != first->pieces && other->kernels != first->kernels);
    QCOMPARE(second->taps.active(), second->active());
}

void TestPieceAnalysis::worksForAllFactorisations_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("residual");
    for (const BranchKind kind :
         {BranchKind::Decomposed, BranchKind::Separable, BranchKind::Asymmetric}) {
        for (const ResidualKind residual : {ResidualKind::None, ResidualKind::Conv1x1})
            QTest::addRow("%s %d", branchKindName(kind).data(), static_cast<int>(residual))
                << static_cast<int>(kind) << static_cast<int>(residual);
    }
}

void TestPieceAnalysis::worksForAllFactorisations()
{
    QFETCH(int, kind);
    QFETCH(int, residual);
    Experiment experiment = smallExperiment();
    experiment.kernels.reset();
    experiment.factorised = BranchKind(kind);
    experiment.residual = ResidualKind(residual);
    experiment.batchNorm = true;
    const auto both = evaluated(experiment);
    ThreadTeam team(2);
    const auto findings = pieceFindings(*both, {{}, kMiddle, 1, 1}, nullptr, {.team = team});
    QVERIFY(findings && findings->kernels);
    QVERIFY(largest(findings->kernels->linear) > 0.0);
    QCOMPARE(findings->taps.active(), findings->active());
}

void TestPieceAnalysis::stops()
{
    const auto both = evaluated(smallExperiment());
    ThreadTeam team(1);
    std::stop_source source;
    source.request_stop();
    const auto findings = pieceFindings(*both, {{}, kMiddle, 0, 0}, nullptr,
                                        {.team = team, .stop = source.get_token()});
    QVERIFY(!findings);
    QCOMPARE(findings.error().code, ErrorCode::Cancelled);
}

QTEST_APPLESS_MAIN(TestPieceAnalysis)
#include "test_piece_analysis.moc"
