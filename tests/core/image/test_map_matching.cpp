#include "core/image/map_matching.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <random>

using namespace factorscope;

namespace {

PairScores drawn(std::int64_t rows, std::int64_t columns, unsigned seed)
{
    PairScores scores{rows, columns, std::vector<double>(static_cast<std::size_t>(rows * columns))};
    std::mt19937 generator(seed);
    std::uniform_real_distribution<double> values(-1.0, 1.0);
    for (double& value : scores.values)
        value = values(generator);
    return scores;
}

double total(const PairScores& scores, const std::vector<std::optional<std::int64_t>>& columns)
{
    double sum = 0.0;
    for (std::size_t row = 0; row < columns.size(); ++row) {
        if (columns[row])
            sum += scores.at(static_cast<std::int64_t>(row), *columns[row]);
    }
    return sum;
}

/// Tries all assignments of as many as there can be.
double bestTotal(const PairScores& scores)
{
    const std::int64_t longer = std::max(scores.rows, scores.columns);
    const std::int64_t shorter = std::min(scores.rows, scores.columns);
    std::vector<std::int64_t> order(static_cast<std::size_t>(longer));
    std::iota(order.begin(), order.end(), std::int64_t{0});
    double best = -HUGE_VAL;
    do {
        double sum = 0.0;
        for (std::int64_t i = 0; i < shorter; ++i) {
            const std::int64_t other = order[static_cast<std::size_t>(i)];
            sum += scores.rows <= scores.columns ? scores.at(i, other) : scores.at(other, i);
        }
        best = std::max(best, sum);
    } while (std::ranges::next_permutation(order).found);
    return best;
}

ChannelCovariance covarianceOf(const Tensor& a, const Tensor& b)
{
    ThreadTeam team(2);
    return *channelCovariance(a, b, {.team = team});
}

} // namespace

class TestMapMatching : public QObject {
    Q_OBJECT
private slots:
    void findsTheGreatestTotal_data();
    void findsTheGreatestTotal();
    void noColumnIsTakenTwice();
    void greedIsNotBest();
    void findsAHiddenPermutation();
    void nothingHasNoPairs();
    void stopsWhenAsked();
    void correlationIsPearsons();
    void theSameMapsCorrelateWhateverTheirScale();
    void aMapThatDoesNotVaryIsLikeNone();
};

void TestMapMatching::findsTheGreatestTotal_data()
{
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("columns");
    for (const auto& [rows, columns] :
         {std::pair(1, 1), {1, 5}, {5, 1}, {4, 4}, {7, 7}, {3, 7}, {7, 4}})
        QTest::addRow("%d x %d", rows, columns) << rows << columns;
}

void TestMapMatching::findsTheGreatestTotal()
{
    QFETCH(int, rows);
    QFETCH(int, columns);
    for (unsigned seed = 0; seed < 8; ++seed) {
        const PairScores scores = drawn(rows, columns, seed);
        const auto assigned = bestAssignment(scores);
        QCOMPARE(std::ssize(assigned), rows);
        const auto pairs
            = std::ranges::count_if(assigned, [](const auto& one) { return one.has_value(); });
        QCOMPARE(pairs, std::min(rows, columns)); // bad ones too
        QVERIFY(std::abs(total(scores, assigned) - bestTotal(scores)) < 1e-12);
    }
}

void TestMapMatching::noColumnIsTakenTwice()
{
    for (const auto& [rows, columns] : {std::pair(90, 90), {60, 90}, {90, 60}}) {
        std::vector<std::int64_t> taken;
        for (const auto& column : bestAssignment(drawn(rows, columns, 3))) {
            if (column)
                taken.push_back(*column);
        }
        QCOMPARE(std::ssize(taken), std::min(rows, columns));
        std::ranges::sort(taken);
        QVERIFY(std::ranges::adjacent_find(taken) == taken.end());
        QVERIFY(taken.front() >= 0 && taken.back() < columns);
    }
}

void TestMapMatching::greedIsNotBest()
{
    const PairScores scores{2, 2, {0.9, 0.8, 0.8, -0.9}};
    QCOMPARE(bestAssignment(scores), (std::vector<std::optional<std::int64_t>>{1, 0}));
}

void TestMapMatching::findsAHiddenPermutation()
{
    constexpr std::int64_t kCount = 200;
    std::vector<std::int64_t> hidden(kCount);
    std::iota(hidden.begin(), hidden.end(), std::int64_t{0});
    std::ranges::shuffle(hidden, std::mt19937(5));
    PairScores scores = drawn(kCount, kCount, 6);
    for (double& value : scores.values)
        value *= 0.5;
    for (std::int64_t row = 0; row < kCount; ++row)
        scores
            .values[static_cast<std::size_t>(row * kCount + hidden[static_cast<std::size_t>(row)])]
            = 0.99;
    const auto assigned = bestAssignment(scores);
    for (std::size_t row = 0; row < hidden.size(); ++row)
        QCOMPARE(assigned[row], std::optional(hidden[row]));
}

void TestMapMatching::nothingHasNoPairs()
{
    QVERIFY(bestAssignment({0, 5, {}}).empty());
    QCOMPARE(bestAssignment({3, 0, {}}), std::vector<std::optional<std::int64_t>>(3));
}

void TestMapMatching::stopsWhenAsked()
{
    std::stop_source source;
    source.request_stop();
    QVERIFY(bestAssignment(drawn(5, 5, 1), source.get_token()).empty());
    QVERIFY(bestAssignment(drawn(6, 5, 1), source.get_token()).empty());
}

void TestMapMatching::correlationIsPearsons()
{
    const Tensor a = Tensor::from({1, 1, 1, 4}, std::array{1.0F, 2.0F, 3.0F, 4.0F});
    const Tensor b = Tensor::from({1, 2, 1, 4},
                                  std::array{1.0F, 3.0F, 2.0F, 4.0F, //
                                             4.0F, 3.0F, 2.0F, 1.0F});
    const PairScores scores = correlations(covarianceOf(a, b));
    QVERIFY(std::abs(scores.at(0, 0) - 0.8) < 1e-12);
    QVERIFY(std::abs(scores.at(0, 1) + 1.0) < 1e-12);
}

void TestMapMatching::theSameMapsCorrelateWhateverTheirScale()
{
    Tensor a = Tensor::zeros({1, 3, 8, 8});
    std::mt19937 generator(2);
    std::normal_distribution<float> values;
    for (float& value : a.values())
        value = values(generator);
    Tensor b = a.clone();
    for (float& value : b.values())
        value = 1000.0F * value + 64.0F;
    const PairScores scores = correlations(covarianceOf(a, b));
    for (std::int64_t c = 0; c < 3; ++c)
        QVERIFY(scores.at(c, c) > 0.99999 && scores.at(c, (c + 1) % 3) < 0.5);
}

void TestMapMatching::aMapThatDoesNotVaryIsLikeNone()
{
    Tensor a = Tensor::filled({1, 3, 6, 6}, 0.1F);
    for (std::int64_t i = 0; i < 36; ++i)
        a.data()[i] = static_cast<float>(i);
    a.data()[72] = HUGE_VALF;
    const PairScores scores = correlations(covarianceOf(a, a));
    QCOMPARE(scores.at(0, 0), 1.0);
    for (const auto& [row, column] : {std::pair(0, 1), {1, 1}, {1, 2}, {2, 2}, {0, 2}})
        QCOMPARE(scores.at(row, column), 0.0);
}

QTEST_APPLESS_MAIN(TestMapMatching)
#include "test_map_matching.moc"
