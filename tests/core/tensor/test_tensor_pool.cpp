#include "core/tensor/tensor.h"

#include <QTest>

#include <algorithm>
#include <cstdint>
#include <thread>
#include <vector>

using namespace factorscope;

namespace {

constexpr std::size_t kFloats = 1024; // a size that is not rounded
constexpr std::size_t kBytes = kFloats * sizeof(float);

} // namespace

class TestTensorPool : public QObject {
    Q_OBJECT
private slots:
    void handsOutAlignedMemory();
    void reusesABlock();
    void reusesABlockForAboutTheSameSize();
    void givesNoBlockTwice();
    void keepsNoMoreThanItsLimit();
    void dropsTheOldestFirst();
    void keepsNothingWithoutALimit();
    void livesAsLongAsItsTensors();
    void servesSeveralThreads();
    void clonesAndReshapes();
    void keepsWhatIsMadeOfATensor();
    void sharesTheBeginningOfATensor();
};

void TestTensorPool::handsOutAlignedMemory()
{
    const auto pool = TensorPool::create(1 << 20);
    for (const std::size_t floats : {0, 1, 15, 16, 17, 1000, 4097}) {
        TensorPool::Block block = pool->acquire(floats);
        QCOMPARE(reinterpret_cast<std::uintptr_t>(block.get()) % 64, std::uintptr_t{0});
        std::fill_n(block.get(), floats, 1.0F);
        QVERIFY(block.get_deleter().capacity >= floats);
        TensorPool::Block other = TensorPool::allocate(floats);
        QCOMPARE(reinterpret_cast<std::uintptr_t>(other.get()) % 64, std::uintptr_t{0});
    }
}

void TestTensorPool::reusesABlock()
{
    const auto pool = TensorPool::create(1 << 20);
    const float* first = pool->acquire(kFloats).get();
    QCOMPARE(pool->unusedBytes(), kBytes);
    const TensorPool::Block again = pool->acquire(kFloats);
    QCOMPARE(again.get(), first);
    QCOMPARE(pool->unusedBytes(), std::size_t{0});
}

void TestTensorPool::reusesABlockForAboutTheSameSize()
{
    const auto pool = TensorPool::create(1 << 20);
    const float* first = pool->acquire(kFloats - 50).get();
    QCOMPARE(pool->acquire(kFloats).get(), first);
    // Twice as much would waste half of it.
    QVERIFY(pool->acquire(kFloats / 2).get() != first);
}

void TestTensorPool::givesNoBlockTwice()
{
    const auto pool = TensorPool::create(1 << 20);
    std::vector<TensorPool::Block> blocks;
    std::vector<const float*> places;
    for (int round = 0; round < 2; ++round) {
        blocks.clear();
        places.clear();
        for (int i = 0; i < 5; ++i) {
            blocks.push_back(pool->acquire(kFloats));
            places.push_back(blocks.back().get());
        }
        std::ranges::sort(places);
        QVERIFY(std::ranges::adjacent_find(places) == places.end());
    }
}

void TestTensorPool::keepsNoMoreThanItsLimit()
{
    const auto pool = TensorPool::create(3 * kBytes);
    std::vector<TensorPool::Block> blocks;
    for (int i = 0; i < 5; ++i)
        blocks.push_back(pool->acquire(kFloats));
    for (std::size_t returned = 1; returned <= 5; ++returned) {
        blocks.pop_back();
        QCOMPARE(pool->unusedBytes(), std::min<std::size_t>(returned, 3) * kBytes);
    }
}

void TestTensorPool::dropsTheOldestFirst()
{
    const auto pool = TensorPool::create(2 * kBytes);
    TensorPool::Block old = pool->acquire(kFloats);
    TensorPool::Block middle = pool->acquire(kFloats);
    TensorPool::Block young = pool->acquire(kFloats);
    const float* const middleAt = middle.get();
    const float* const youngAt = young.get();
    old.reset();
    middle.reset();
    young.reset();
    const TensorPool::Block first = pool->acquire(kFloats);
    const TensorPool::Block second = pool->acquire(kFloats);
    QCOMPARE(first.get(), youngAt);
    QCOMPARE(second.get(), middleAt);
}

void TestTensorPool::keepsNothingWithoutALimit()
{
    const auto pool = TensorPool::create(0);
    pool->acquire(kFloats).reset();
    QCOMPARE(pool->unusedBytes(), std::size_t{0});
}

void TestTensorPool::livesAsLongAsItsTensors()
{
    auto pool = TensorPool::create(1 << 20);
    const std::weak_ptr<TensorPool> watch = pool;
    Tensor tensor = Tensor::uninitialized({4, 4}, pool.get());
    pool.reset();
    QVERIFY(!watch.expired());
    std::ranges::fill(tensor.values(), 2.0F);
    tensor = Tensor();
    QVERIFY(watch.expired());
}

void TestTensorPool::servesSeveralThreads()
{
    const auto pool = TensorPool::create(4 * kBytes);
    std::vector<int> wrong(4, 0); // one for each thread
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&, t] {
                for (int round = 0; round < 500; ++round) {
                    const TensorPool::Block block = pool->acquire(kFloats);
                    std::fill_n(block.get(), kFloats, float(t));
                    wrong[std::size_t(t)]
                        += int(std::count(block.get(), block.get() + kFloats, float(t)))
                        != int(kFloats);
                }
            });
        }
    }
    QCOMPARE(wrong, std::vector<int>(4, 0));
    QVERIFY(pool->unusedBytes() <= 4 * kBytes);
}

void TestTensorPool::clonesAndReshapes()
{
    const auto pool = TensorPool::create(1 << 20);
    Tensor tensor = Tensor::from({2, 3}, std::vector<float>{1, 2, 3, 4, 5, 6});
    Tensor copy = tensor.clone(pool.get());
    tensor.data()[0] = 9.0F;
    QCOMPARE(copy.data()[0], 1.0F);
    copy.reshape({3, 2});
    QCOMPARE(copy.shape(), (Shape{3, 2}));
    QCOMPARE(copy.data()[5], 6.0F);
    QCOMPARE(copy.bytes(), std::int64_t{24});
    QCOMPARE(Tensor().elements(), std::int64_t{0});

    TensorMap map;
    map.emplace("a", Tensor::filled({2}, 3.0F));
    const TensorMap copies = clone(map);
    map.at("a").data()[0] = 0.0F;
    QCOMPARE(copies.at("a").data()[0], 3.0F);
}

void TestTensorPool::keepsWhatIsMadeOfATensor()
{
    Tensor tensor = Tensor::filled({2, 3}, 1.0F);
    int made = 0;
    const auto twice = [&]() -> std::optional<Tensor> {
        ++made;
        return Tensor::filled({6}, 2.0F * std::as_const(tensor).data()[0]);
    };
    const auto nothing = []() -> std::optional<Tensor> { return {}; };
    QVERIFY(!tensor.derived("twice", nothing));
    const SharedTensor first = tensor.derived("twice", twice);
    QCOMPARE(first->data()[0], 2.0F);
    QVERIFY(tensor.derived("twice", twice) == first);
    QVERIFY(tensor.derived("other", twice) != first);
    QCOMPARE(made, 2);

    const Tensor moved = std::move(tensor);
    tensor = moved.clone();
    QVERIFY(moved.derived("twice", twice) == first);
    QVERIFY(tensor.derived("twice", twice) != first);

    tensor.data()[0] = 5.0F; // what was made of the old numbers is gone
    QCOMPARE(tensor.derived("twice", twice)->data()[0], 10.0F);
    QCOMPARE(first->data()[0], 2.0F);
}

void TestTensorPool::sharesTheBeginningOfATensor()
{
    const auto pool = TensorPool::create(1 << 20);
    auto whole = std::make_shared<Tensor>(Tensor::uninitialized({4, 3}, pool.get()));
    std::ranges::fill(whole->values(), 1.0F);
    SharedTensor part = Tensor::leading(whole, {2, 3});
    QCOMPARE(part->shape(), (Shape{2, 3}));
    QCOMPARE(part->data(), std::as_const(*whole).data());
    whole->data()[11] = 7.0F; // behind the part
    whole = nullptr;
    QCOMPARE(pool->unusedBytes(), std::size_t{0}); // the part holds on to it
    QCOMPARE(part->values().back(), 1.0F);
    part = nullptr;
    QVERIFY(pool->unusedBytes() > 0);
}

QTEST_APPLESS_MAIN(TestTensorPool)
#include "test_tensor_pool.moc"
