#include "core/timing/timing.h"

#include <QTest>

using namespace factorscope;

class TestTiming : public QObject {
    Q_OBJECT
private slots:
    void takesTheMiddleValue();
};

void TestTiming::takesTheMiddleValue()
{
    QCOMPARE(median({3.0}), 3.0);
    QCOMPARE(median({9.0, 1.0, 2.0}), 2.0);
    QCOMPARE(median({8.0, 1.0, 2.0, 4.0}), 3.0);
}

QTEST_APPLESS_MAIN(TestTiming)
#include "test_timing.moc"
