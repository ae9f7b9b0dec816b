#include "core/conv/instruction_set.h"

#include <QTest>

#include <algorithm>

using namespace factorscope;

class TestInstructionSet : public QObject {
    Q_OBJECT
private slots:
    void namesAreReadBack();
    void everyProcessorHasTheBaseline();
    void theEnvironmentLowersTheBest();
};

void TestInstructionSet::namesAreReadBack()
{
    for (const InstructionSet set :
         {InstructionSet::Baseline, InstructionSet::Sse4, InstructionSet::Avx2,
          InstructionSet::Avx512})
        QVERIFY(instructionSetFromName(instructionSetName(set)) == set);
    QVERIFY(!instructionSetFromName("AVX2"));
    QVERIFY(!instructionSetFromName(""));
}

void TestInstructionSet::everyProcessorHasTheBaseline()
{
    const auto sets = availableInstructionSets();
    QVERIFY(!sets.empty());
    QVERIFY(sets.front() == InstructionSet::Baseline);
    QVERIFY(std::ranges::is_sorted(sets));
}

void TestInstructionSet::theEnvironmentLowersTheBest()
{
    // Read once in a process, so this is the only test that may ask.
    qputenv("FACTORSCOPE_ISA", "baseline");
    QVERIFY(bestInstructionSet() == InstructionSet::Baseline);
}

QTEST_APPLESS_MAIN(TestInstructionSet)
#include "test_instruction_set.moc"
