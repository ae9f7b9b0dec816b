#include "core/receptive/linear_pieces.h"

#include "tests/support/drawn.h"

#include <QTest>

#include <map>
#include <string>

using namespace factorscope;

namespace {

constexpr TheoreticalField kWindow{{3, 3}, {1, 1}, {1, 1}};

/// The pattern of an output spelled out.
std::string spelled(const Tensor& mid, std::int64_t first, std::int64_t count, std::int64_t y,
                    std::int64_t x)
{
    std::string text;
    const Shape& shape = mid.shape();
    for (std::int64_t c = first; c < first + count; ++c)
        for (std::int64_t dy = -1; dy <= 1; ++dy)
            for (std::int64_t dx = -1; dx <= 1; ++dx) {
                const bool isInside
                    = y + dy >= 0 && x + dx >= 0 && y + dy < shape[2] && x + dx < shape[3];
                const bool isOn
                    = isInside && mid.data()[(c * shape[2] + y + dy) * shape[3] + x + dx] > 0.0F;
                text += isOn ? '1' : '0';
            }
    return text;
}

} // namespace

class TestLinearPieces : public QObject {
    Q_OBJECT
private slots:
    void agreesWithThePatternsSpelledOut_data();
    void agreesWithThePatternsSpelledOut();
    void isOnePieceWhereAllAreOn();
    void seesTheChosenChannelOnly();
    void isTheSameOnAnyNumberOfThreads();
    void stops();
};

void TestLinearPieces::agreesWithThePatternsSpelledOut_data()
{
    QTest::addColumn<int>("channels");
    QTest::addColumn<float>("shift");
    QTest::newRow("one channel") << 1 << 0.0F;
    QTest::newRow("two channels, mostly off") << 2 << -2.0F;
    QTest::newRow("seven channels, mostly on") << 7 << 2.5F;
}

void TestLinearPieces::agreesWithThePatternsSpelledOut()
{
    QFETCH(int, channels);
    QFETCH(float, shift);
    Tensor mid = drawn({1, channels, 23, 31}, 4);
    for (float& value : mid.values())
        value += shift;
    ThreadTeam team(2);
    const auto pieces = linearPieces(mid, kWindow, {23, 31}, {}, {.team = team});
    QVERIFY(pieces);
    std::map<std::string, std::int64_t> counts;
    for (std::int64_t y = 0; y < 23; ++y)
        for (std::int64_t x = 0; x < 31; ++x)
            ++counts[spelled(mid, 0, channels, y, x)];
    QCOMPARE(pieces->counts.size(), counts.size());
    QCOMPARE(pieces->taps, std::int64_t{9 * channels});
    QVERIFY(std::ranges::is_sorted(pieces->counts, std::greater()));
    for (std::int64_t y = 0; y < 23; ++y) {
        for (std::int64_t x = 0; x < 31; ++x) {
            const auto piece = static_cast<std::size_t>(pieces->pieceAt({y, x}));
            const std::string own = spelled(mid, 0, channels, y, x);
            const Position example = pieces->examples[piece];
            QCOMPARE(pieces->counts[piece], counts[own]);
            QCOMPARE(spelled(mid, 0, channels, example.y, example.x), own);
            QCOMPARE(pieces->active[piece], std::int64_t(std::ranges::count(own, '1')));
        }
    }
}

void TestLinearPieces::isOnePieceWhereAllAreOn()
{
    const Tensor mid = Tensor::filled({1, 5, 12, 10}, 1.0F);
    ThreadTeam team(1);
    const auto pieces = linearPieces(mid, kWindow, {12, 10}, {}, {.team = team});
    // Inside all are on; each side and each corner has its own pattern of padding.
    QCOMPARE(pieces->counts.size(), std::size_t{9});
    QCOMPARE(pieces->counts.front(), std::int64_t{10 * 8});
    QCOMPARE(pieces->active.front(), pieces->taps);
    QCOMPARE(pieces->counts.back(), std::int64_t{1});
}

void TestLinearPieces::seesTheChosenChannelOnly()
{
    const Tensor mid = drawn({1, 4, 15, 14}, 4);
    const Tensor one
        = Tensor::from({1, 1, 15, 14}, mid.values().subspan(std::size_t{2 * 15 * 14}, 15 * 14));
    ThreadTeam team(2);
    const auto chosen = linearPieces(mid, kWindow, {15, 14}, 2, {.team = team});
    const auto alone = linearPieces(one, kWindow, {15, 14}, {}, {.team = team});
    QCOMPARE(chosen->pieces, alone->pieces);
    QCOMPARE(chosen->taps, std::int64_t{9});
}

void TestLinearPieces::isTheSameOnAnyNumberOfThreads()
{
    const Tensor mid = drawn({1, 3, 40, 41}, 4);
    ThreadTeam one(1);
    const auto expected = linearPieces(mid, kWindow, {40, 41}, {}, {.team = one});
    for (const int threads : {2, 3}) {
        ThreadTeam team(threads);
        QCOMPARE(linearPieces(mid, kWindow, {40, 41}, {}, {.team = team})->pieces,
                 expected->pieces);
    }
}

void TestLinearPieces::stops()
{
    const Tensor mid = drawn({1, 3, 40, 41}, 4);
    ThreadTeam team(2);
    std::stop_source source;
    source.request_stop();
    const auto pieces
        = linearPieces(mid, kWindow, {40, 41}, {}, {.team = team, .stop = source.get_token()});
    QVERIFY(!pieces && pieces.error().code == ErrorCode::Cancelled);
}

QTEST_APPLESS_MAIN(TestLinearPieces)
#include "test_linear_pieces.moc"
