#include "core/experiment/evaluate.h"

#include <QTest>

#include <random>

using namespace factorscope;

namespace {

/// A small experiment on a bank of nested mid channels.
Experiment experiment(std::int64_t midChannels)
{
    Experiment e;
    e.inChannels = 5;
    e.midChannels = midChannels;
    e.outChannels = 7;
    e.midBank = 40;
    e.size = {21, 18};
    e.lift = Lift::Randn;
    e.seed = 3;
    e.algorithm = "direct"; // the others' own errors are larger than those of a step
    return e;
}

using SharedAnswer = std::shared_ptr<const Answer>;

struct Asker {
    ThreadTeam team{2};
    std::shared_ptr<TensorPool> pool = TensorPool::create(std::size_t{64} << 20);

    SharedAnswer ask(const Experiment& e, bool mayPreview, const SharedAnswer& earlier)
    {
        auto result = answer(e, EvaluateBoth{.mayPreview = mayPreview},
                             {.team = team, .pool = pool.get()}, earlier);
        return result ? *result : nullptr;
    }
};

const BothEvaluated& both(const SharedAnswer& answer)
{
    return std::get<BothEvaluated>(*answer);
}

/// The largest difference, relative to the largest value.
double difference(const Tensor& a, const Tensor& b)
{
    if (a.shape() != b.shape())
        return 1e30;
    double most = 0.0;
    double largest = 1e-30;
    for (std::int64_t i = 0; i < a.elements(); ++i) {
        most = std::max(most, std::abs(double{a.data()[i]} - double{b.data()[i]}));
        largest = std::max(largest, std::abs(double{b.data()[i]}));
    }
    return most / largest;
}

/// Largest of all stages.
double difference(const Stages& a, const Stages& b)
{
    double most = 0.0;
    for (const Stage stage : kStages) {
        if (bool(a[stage].maps) != bool(b[stage].maps))
            return 1e30;
        if (a[stage].maps)
            most = std::max(most, difference(*a[stage].maps, *b[stage].maps));
    }
    return most;
}

// Of the sums, in units of the largest value: some hundred terms in float, in another order.
constexpr double kRounding = 1e-5;

} // namespace

class TestMidStep : public QObject {
    Q_OBJECT
private slots:
    void previewsAStep_data();
    void previewsAStep();
    void fillsInWhatAJumpLeftOut();
    void isWholeWhereItDoesNotApply_data();
    void isWholeWhereItDoesNotApply();
    void isWholeWhenNotAskedForAPreview();
    void isWholeWhenSomethingIsNotFinite();
    void staysCloseOverTenThousandMoves();
    void leavesEarlierAnswersAsTheyWere();
    void tellsStatisticsOfItsOwnMaps();
};

void TestMidStep::previewsAStep_data()
{
    QTest::addColumn<int>("factorised");
    QTest::addColumn<int>("between");
    QTest::addColumn<bool>("batchNorm");
    QTest::addColumn<int>("from");
    QTest::addColumn<int>("to");
    for (const auto& [from, to] : {std::pair{8, 9}, {9, 8}, {8, 12}, {12, 6}, {1, 2}, {39, 40}}) {
        for (const Between between : {Between::None, Between::Relu, Between::Leaky})
            QTest::addRow("decomposed %d, %d to %d", int(between), from, to)
                << int(BranchKind::Decomposed) << int(between) << false << from << to;
        QTest::addRow("batch norm, %d to %d", from, to)
            << int(BranchKind::Decomposed) << int(Between::Relu) << true << from << to;
        QTest::addRow("asymmetric, %d to %d", from, to)
            << int(BranchKind::Asymmetric) << int(Between::Relu) << false << from << to;
    }
}

void TestMidStep::previewsAStep()
{
    QFETCH(int, factorised);
    QFETCH(int, between);
    QFETCH(bool, batchNorm);
    QFETCH(int, from);
    QFETCH(int, to);
    Experiment e = experiment(from);
    e.factorised = BranchKind(factorised);
    e.between = Between(between);
    e.batchNorm = batchNorm;
    Asker asker;
    const SharedAnswer before = asker.ask(e, false, nullptr);
    QVERIFY(before && !both(before).isPreview());
    e.midChannels = to;
    const SharedAnswer preview = asker.ask(e, true, before);
    const SharedAnswer whole = asker.ask(e, false, preview);
    QVERIFY(preview && both(preview).isPreview() && whole && !both(whole).isPreview());
    QVERIFY(both(preview).experiment == e);
    QVERIFY(both(preview).factorised.spec == both(whole).factorised.spec);
    QVERIFY(both(preview).factorised.cost.total.macs == both(whole).factorised.cost.total.macs);
    QCOMPARE(both(preview).factorised.run.layers.size(), both(whole).factorised.run.layers.size());
    QVERIFY(difference(both(preview).stages, both(whole).stages) < kRounding);
    QVERIFY(difference(both(preview).stages, both(before).stages) > 0.001); // it has moved
}

void TestMidStep::fillsInWhatAJumpLeftOut()
{
    Asker asker;
    SharedAnswer latest = asker.ask(experiment(4), false, nullptr);
    for (const int mid : {5, 30, 31, 33, 12, 11, 13, 34, 35}) { // steps and jumps
        latest = asker.ask(experiment(mid), true, latest);
        const SharedAnswer whole = asker.ask(experiment(mid), false, nullptr);
        QVERIFY(difference(both(latest).stages, both(whole).stages) < kRounding);
    }
    QVERIFY(both(latest).isPreview());
}

void TestMidStep::isWholeWhereItDoesNotApply_data()
{
    QTest::addColumn<std::function<void(Experiment&)>>("change");
    using Change = std::function<void(Experiment&)>;
    const auto add = [](const char* name, const Change& change) { QTest::newRow(name) << change; };
    add("a large jump", [](Experiment& e) { e.midChannels = 30; });
    add("another seed", [](Experiment& e) { e.seed = 4; });
    add("another activation", [](Experiment& e) { e.between = Between::Leaky; });
    add("another size", [](Experiment& e) { e.size = {20, 18}; });
    add("another branch", [](Experiment& e) { e.factorised = BranchKind::Asymmetric; });
    add("separable", [](Experiment& e) { e.factorised = BranchKind::Separable; });
    add("weights that are not nested", [](Experiment& e) { e.midBank = 0; });
}

void TestMidStep::isWholeWhereItDoesNotApply()
{
    QFETCH(std::function<void(Experiment&)>, change);
    Asker asker;
    const SharedAnswer before = asker.ask(experiment(8), false, nullptr);
    Experiment e = experiment(9);
    change(e);
    const SharedAnswer after = asker.ask(e, true, before);
    QVERIFY(after && !both(after).isPreview());
    for (const auto& set : {std::function<void(Experiment&)>([](Experiment& x) {
                                x.batchNorm = true;
                                x.mode = Mode::Train;
                            }),
                            std::function<void(Experiment&)>(
                                [](Experiment& x) { x.residual = ResidualKind::Conv1x1; }),
                            std::function<void(Experiment&)>(
                                [](Experiment& x) { x.factorised = BranchKind::Separable; })}) {
        Experiment from = experiment(8);
        Experiment to = experiment(9);
        set(from);
        set(to);
        const SharedAnswer moved = asker.ask(to, true, asker.ask(from, false, nullptr));
        QVERIFY(moved && !both(moved).isPreview());
    }
}

void TestMidStep::isWholeWhenNotAskedForAPreview()
{
    Asker asker;
    const SharedAnswer before = asker.ask(experiment(8), false, nullptr);
    const SharedAnswer preview = asker.ask(experiment(9), true, before);
    const SharedAnswer whole = asker.ask(experiment(9), false, preview);
    const SharedAnswer fresh = asker.ask(experiment(9), false, nullptr);
    const Tensor& a = *both(whole).factorised.run.output;
    const Tensor& b = *both(fresh).factorised.run.output;
    QVERIFY(std::memcmp(a.data(), b.data(), std::size_t(a.bytes())) == 0);
}

void TestMidStep::isWholeWhenSomethingIsNotFinite()
{
    Asker asker;
    Experiment e = experiment(8);
    Tensor input = Tensor::filled({1, 5, 21, 18}, 1.0F);
    input.data()[40] = std::numeric_limits<float>::infinity();
    e.inputTensor = std::make_shared<const Tensor>(std::move(input));
    const SharedAnswer before = asker.ask(e, false, nullptr);
    e.midChannels = 7;
    const SharedAnswer after = asker.ask(e, true, before);
    QVERIFY(before && after && !both(after).isPreview());
}

void TestMidStep::staysCloseOverTenThousandMoves()
{
    Asker asker;
    std::mt19937 engine(1);
    std::uniform_int_distribution<int> step(-6, 6);
    Experiment e = experiment(20);
    e.size = {8, 8};
    SharedAnswer latest = asker.ask(e, false, nullptr);
    double drift = 0.0;
    int previews = 0;
    for (int moves = 0; moves < 10000;) {
        const std::int64_t from = e.midChannels;
        e.midChannels = std::clamp<std::int64_t>(from + step(engine), 1, 40);
        if (e.midChannels == from)
            continue;
        latest = asker.ask(e, true, latest);
        QVERIFY(latest);
        previews += both(latest).isPreview() ? 1 : 0;
        if (++moves % 49 == 0) {
            const SharedAnswer whole = asker.ask(e, false, nullptr);
            drift = std::max(drift, difference(both(latest).stages, both(whole).stages));
        }
    }
    qInfo("over 10,000 moves previews were off by at most %.1e of the largest value", drift);
    QVERIFY(drift < kRounding);
    QVERIFY(previews > 9850);
}

void TestMidStep::leavesEarlierAnswersAsTheyWere()
{
    Asker asker;
    const SharedAnswer first
        = asker.ask(experiment(9), true, asker.ask(experiment(8), false, nullptr));
    const Stages& stages = both(first).stages;
    std::vector<Tensor> copies;
    for (const Stage stage : kStages)
        copies.push_back(stages[stage].maps->clone());
    SharedAnswer latest = first;
    for (const int mid : {10, 14, 12, 7, 9, 13})
        latest = asker.ask(experiment(mid), true, latest);
    for (const Stage stage : kStages) {
        const Tensor& before = copies[std::size_t(stage)];
        QVERIFY(std::memcmp(before.data(), stages[stage].maps->data(), std::size_t(before.bytes()))
                == 0);
    }
}

void TestMidStep::tellsStatisticsOfItsOwnMaps()
{
    Asker asker;
    SharedAnswer latest = asker.ask(experiment(8), false, nullptr);
    for (const int mid : {9, 11, 10, 16, 12}) {
        latest = asker.ask(experiment(mid), true, latest);
        QVERIFY(both(latest).isPreview());
        for (const Stage stage : kStages) {
            const StageMaps& maps = both(latest).stages[stage];
            QVERIFY(maps.statistics
                    == mapStatistics(*maps.maps, {.team = asker.team, .pool = asker.pool.get()}));
        }
    }
}

QTEST_APPLESS_MAIN(TestMidStep)
#include "test_mid_step.moc"
