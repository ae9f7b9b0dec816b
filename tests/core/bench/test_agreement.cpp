#include "core/bench/agreement.h"

#include "core/branch/executor.h"

#include <QTest>

#include <limits>
#include <set>

using namespace factorscope;

namespace {

constexpr Workload kSmall{"small", 3, 5, {21, 26}};

std::shared_ptr<const BenchBranch> small(BranchKind kind)
{
    return benchBranch(kSmall, kind, benchInput(kSmall, 7, {}), 7);
}

SharedTensor run(const BenchBranch& branch, const char* algorithm, const ComputeContext& context)
{
    const auto ran
        = runBranch(branch.spec, branch.weights, branch.input, algorithm, Capture::Output, context);
    return ran ? ran->output : nullptr;
}

PixelBox whole(Extent size)
{
    return {0, 0, size.height - 1, size.width - 1};
}

} // namespace

class TestAgreement : public QObject {
    Q_OBJECT
private slots:
    void windowsAreThoseOfTheWholeReference_data();
    void windowsAreThoseOfTheWholeReference();
    void aSmallOutputIsComparedWhole();
    void aLargeOneInWindowsWithTheBorders();
    void findsTheLargestErrorInItsWindows();
    void takesANumberThatIsNoneForTheLargestError();
    void refusesWhatDisagrees();
};

void TestAgreement::windowsAreThoseOfTheWholeReference_data()
{
    QTest::addColumn<int>("kind");
    for (const BranchKind kind : {BranchKind::Original, BranchKind::Decomposed,
                                  BranchKind::Separable, BranchKind::Asymmetric})
        QTest::newRow(branchKindName(kind).data()) << static_cast<int>(kind);
}

void TestAgreement::windowsAreThoseOfTheWholeReference()
{
    QFETCH(int, kind);
    ThreadTeam team(2);
    const ComputeContext context{.team = team};
    const auto branch = small(static_cast<BranchKind>(kind));
    const SharedTensor all = run(*branch, "reference", context);
    QVERIFY(all);
    const std::vector<PixelBox> windows{
        {0, 0, 4, 4}, {16, 21, 20, 25}, {8, 9, 12, 14}, {0, 10, 0, 10}, whole(kSmall.size)};
    const auto reference = referenceOf(*branch, windows, context);
    QVERIFY(reference);
    QCOMPARE(reference->size(), windows.size());
    for (const ReferenceWindow& window : *reference)
        QCOMPARE(window.values.shape(), (Shape{1, 5, window.box.height(), window.box.width()}));
    QCOMPARE(maxRelativeError(*all, *reference), 0.0); // the same bits
}

void TestAgreement::aSmallOutputIsComparedWhole()
{
    const Extent size{512, 512};
    QCOMPARE(comparedWindows(size, kWholeMacs, 0), std::vector{whole(size)});
    const Extent flat{7, 100'000};
    QCOMPARE(comparedWindows(flat, kWholeMacs + 1, 0), std::vector{whole(flat)});
}

void TestAgreement::aLargeOneInWindowsWithTheBorders()
{
    const Extent size{300, 200};
    const std::vector<PixelBox> windows = comparedWindows(size, kWholeMacs + 1, 5);
    QCOMPARE(windows.size(), std::size_t{64});
    std::set<std::pair<std::int64_t, std::int64_t>> corners;
    for (const PixelBox& box : windows) {
        QCOMPARE(box.height(), 8);
        QCOMPARE(box.width(), 8);
        QCOMPARE(clippedTo(box, size), box);
        corners.emplace(box.y0, box.x0);
    }
    QVERIFY(corners.size() > 55); // some may meet, most do not
    for (const auto& corner : {std::pair{0, 0}, {0, 192}, {292, 0}, {292, 192}})
        QVERIFY(corners.contains(corner));
    QCOMPARE(comparedWindows(size, kWholeMacs + 1, 5), windows);
    QVERIFY(comparedWindows(size, kWholeMacs + 1, 6) != windows);
}

void TestAgreement::findsTheLargestErrorInItsWindows()
{
    Reference reference;
    reference.push_back({{1, 1, 1, 2}, Tensor::from({1, 1, 1, 2}, std::vector{1.0F, -4.0F})});
    reference.push_back({{0, 0, 0, 0}, Tensor::from({1, 1, 1, 1}, std::vector{2.0F})});
    const std::vector output{2.0F, 90.0F, 90.0F, 90.0F, 1.25F, -3.0F};
    QCOMPARE(maxRelativeError(Tensor::from({1, 1, 2, 3}, output), reference), 1.0 / 4.0);
}

void TestAgreement::takesANumberThatIsNoneForTheLargestError()
{
    Reference reference;
    reference.push_back({{0, 0, 0, 1}, Tensor::from({1, 1, 1, 2}, std::vector{1.0F, 2.0F})});
    const std::vector output{std::numeric_limits<float>::quiet_NaN(), 2.0F};
    const double error = maxRelativeError(Tensor::from({1, 1, 1, 2}, output), reference);
    QCOMPARE(error, std::numeric_limits<double>::infinity());
}

void TestAgreement::refusesWhatDisagrees()
{
    ThreadTeam team(1);
    const ComputeContext context{.team = team};
    const auto branch = small(BranchKind::Original);
    const auto reference = referenceOf(*branch, std::vector{whole(kSmall.size)}, context);
    QVERIFY(reference);
    const SharedTensor right = run(*branch, "gemm", context);
    QVERIFY(right);
    Candidate candidate;
    candidate.branch = branch;
    candidate.algorithm = "gemm";
    candidate.variant = "V";
    QVERIFY(requireAgreement(candidate, maxRelativeError(*right, *reference)));

    Tensor wrong = right->clone();
    float& last = wrong.values().back();
    last += 0.01F * (1.0F + last);
    const auto refused = requireAgreement(candidate, maxRelativeError(wrong, *reference));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Unsupported);
    const std::string sentence = refused.error().message();
    for (const char* part : {"gemm V on original of small", "0.0001"})
        QVERIFY2(sentence.find(part) != std::string::npos, sentence.c_str());
}

QTEST_GUILESS_MAIN(TestAgreement)
#include "test_agreement.moc"
