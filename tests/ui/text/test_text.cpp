#include "ui/text/text.h"

#include <QTest>
#include <QTranslator>

#include <cmath>
#include <limits>

using namespace factorscope;

namespace {

/// Another locale for a while.
class LocaleFor {
public:
    explicit LocaleFor(const QLocale& locale) { QLocale::setDefault(locale); }
    ~LocaleFor() { QLocale::setDefault(m_before); }
    Q_DISABLE_COPY_MOVE(LocaleFor)

private:
    QLocale m_before;
};

/// Says texts of core in another order.
class Reversed : public QTranslator {
public:
    QString translate(const char* context, const char* text, const char*, int) const override
    {
        if (QByteArray(context) == "core" && QByteArray(text) == "%1 of %2")
            return QStringLiteral("von %2 %1");
        return {};
    }
    bool isEmpty() const override { return false; }
};

Experiment with(Between between)
{
    Experiment experiment;
    experiment.between = between;
    return experiment;
}

} // namespace

class TestText : public QObject {
    Q_OBJECT
private slots:
    void init() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void groupsNumbers_data();
    void groupsNumbers();
    void groupsNumbersWithoutALocale();
    void followsTheLocale();
    void shortensNumbers_data();
    void shortensNumbers();
    void roundsToDecimals_data();
    void roundsToDecimals();
    void keepsSignificantDigits_data();
    void keepsSignificantDigits();
    void percentsHaveASign_data();
    void percentsHaveASign();
    void bytesHaveAUnit_data();
    void bytesHaveAUnit();
    void errorsAreSentences();
    void errorsAreTranslatedBeforeTheyAreFilledIn();
    void namesStagesForEachActivation_data();
    void namesStagesForEachActivation();
    void namesBranches();
    void namesMaps();
};

void TestText::groupsNumbers_data()
{
    QTest::addColumn<qint64>("number");
    QTest::addColumn<QString>("text");
    QTest::newRow("0") << qint64(0) << QStringLiteral("0");
    QTest::newRow("999") << qint64(999) << QStringLiteral("999");
    QTest::newRow("1000") << qint64(1000) << QStringLiteral("1,000");
    QTest::newRow("article") << qint64(5138022400) << QStringLiteral("5,138,022,400");
    QTest::newRow("negative") << qint64(-73728) << QStringLiteral("−73,728");
    QTest::newRow("largest") << std::numeric_limits<qint64>::max()
                             << QStringLiteral("9,223,372,036,854,775,807");
}

void TestText::groupsNumbers()
{
    QFETCH(qint64, number);
    QTEST(grouped(number), "text");
}

void TestText::groupsNumbersWithoutALocale()
{
    const LocaleFor none(QLocale::c());
    QCOMPARE(grouped(102400), QStringLiteral("102,400"));
    QCOMPARE(fixed(1234.5, 1), QStringLiteral("1,234.5"));
    QCOMPARE(numberLocale().language(), QLocale::English);
}

void TestText::followsTheLocale()
{
    const LocaleFor german(QLocale(QLocale::German, QLocale::Germany));
    QCOMPARE(grouped(102400), QStringLiteral("102.400"));
    QCOMPARE(fixed(-0.5, 2), QStringLiteral("−0,50"));
    QCOMPARE(shortNumber(73728), QStringLiteral("73,7 k"));
}

void TestText::shortensNumbers_data()
{
    QTest::addColumn<double>("number");
    QTest::addColumn<QString>("text");
    const std::pair<double, const char*> rows[]
        = {{0, "0"},           {128, "128"},        {999, "999"},       {999.4, "999"},
           {999.5, "1.00 k"},  {1000, "1.00 k"},    {9994, "9.99 k"},   {9995, "10.0 k"},
           {73728, "73.7 k"},  {99949, "99.9 k"},   {99950, "100 k"},   {102400, "102 k"},
           {999499, "999 k"},  {999500, "1.00 M"},  {1e6, "1.00 M"},    {5138022400, "5.14 G"},
           {2.5e12, "2.50 T"}, {1e16, "10,000 T"},  {0.5, "0.50"},      {12.34, "12.3"},
           {-1500, "−1.50 k"}, {-999.5, "−1.00 k"}, {-73728, "−73.7 k"}};
    for (const auto& [number, text] : rows)
        QTest::addRow("%.10g", number) << number << QString::fromUtf8(text);
}

void TestText::shortensNumbers()
{
    QFETCH(double, number);
    QTEST(shortNumber(number), "text");
}

void TestText::roundsToDecimals_data()
{
    QTest::addColumn<double>("number");
    QTest::addColumn<int>("decimals");
    QTest::addColumn<QString>("text");
    QTest::newRow("one") << 12.34 << 1 << QStringLiteral("12.3");
    QTest::newRow("zeros stay") << 0.5 << 2 << QStringLiteral("0.50");
    QTest::newRow("none") << 1234.4 << 0 << QStringLiteral("1,234");
    QTest::newRow("negative") << -0.5 << 2 << QStringLiteral("−0.50");
    QTest::newRow("nearly zero") << -0.004 << 2 << QStringLiteral("0.00");
    QTest::newRow("not zero any more") << -0.006 << 2 << QStringLiteral("−0.01");
}

void TestText::roundsToDecimals()
{
    QFETCH(double, number);
    QFETCH(int, decimals);
    QTEST(fixed(number, decimals), "text");
}

void TestText::keepsSignificantDigits_data()
{
    QTest::addColumn<double>("number");
    QTest::addColumn<int>("digits");
    QTest::addColumn<QString>("text");
    QTest::newRow("small") << 0.01234 << 3 << QStringLiteral("0.0123");
    QTest::newRow("zero") << 0.0 << 3 << QStringLiteral("0");
    QTest::newRow("negative zero") << -0.0 << 3 << QStringLiteral("0");
    QTest::newRow("negative") << -1.5 << 3 << QStringLiteral("−1.5");
    QTest::newRow("very small") << -1.2e-7 << 3 << QStringLiteral("−1.2e−7");
    QTest::newRow("very large") << 1.25e12 << 3 << QStringLiteral("1.25e12");
    QTest::newRow("NaN") << std::nan("") << 3 << QStringLiteral("NaN");
    QTest::newRow("infinity") << HUGE_VAL << 3 << QStringLiteral("∞");
    QTest::newRow("minus infinity") << -HUGE_VAL << 3 << QStringLiteral("−∞");
}

void TestText::keepsSignificantDigits()
{
    QFETCH(double, number);
    QFETCH(int, digits);
    QTEST(significant(number, digits), "text");
}

void TestText::percentsHaveASign_data()
{
    QTest::addColumn<double>("fraction");
    QTest::addColumn<int>("decimals");
    QTest::addColumn<QString>("text");
    QTest::newRow("less") << -0.28 << 1 << QStringLiteral("−28.0 %");
    QTest::newRow("more") << 0.44 << 1 << QStringLiteral("+44.0 %");
    QTest::newRow("same") << 0.0 << 1 << QStringLiteral("0.0 %");
    QTest::newRow("about the same") << 0.0004 << 1 << QStringLiteral("0.0 %");
    QTest::newRow("a bit less") << -0.0004 << 1 << QStringLiteral("0.0 %");
    QTest::newRow("just more") << 0.0006 << 1 << QStringLiteral("+0.1 %");
    QTest::newRow("whole") << 12.0 << 0 << QStringLiteral("+1,200 %");
}

void TestText::percentsHaveASign()
{
    QFETCH(double, fraction);
    QFETCH(int, decimals);
    QTEST(signedPercent(fraction, decimals), "text");
}

void TestText::bytesHaveAUnit_data()
{
    QTest::addColumn<qint64>("bytes");
    QTest::addColumn<QString>("text");
    QTest::newRow("0") << qint64(0) << QStringLiteral("0 B");
    QTest::newRow("999") << qint64(999) << QStringLiteral("999 B");
    QTest::newRow("1000") << qint64(1000) << QStringLiteral("1.00 kB");
    QTest::newRow("article") << qint64(12845056) << QStringLiteral("12.8 MB");
    QTest::newRow("GB") << qint64(2'000'000'000) << QStringLiteral("2.00 GB");
}

void TestText::bytesHaveAUnit()
{
    QFETCH(qint64, bytes);
    QTEST(bytesInWords(bytes), "text");
}

void TestText::errorsAreSentences()
{
    const Error error{ErrorCode::File, "cannot open %1: %2", {"größe.png", "100 %1"}};
    QCOMPARE(sentence(error), QStringLiteral("cannot open größe.png: 100 %1"));
    QCOMPARE(sentence(cancelled()), QString::fromStdString(cancelled().message()));
}

void TestText::errorsAreTranslatedBeforeTheyAreFilledIn()
{
    Reversed translator;
    QCoreApplication::installTranslator(&translator);
    QCOMPARE(sentence({ErrorCode::Format, "%1 of %2", {"3", "5"}}), QStringLiteral("von 5 3"));
    QCOMPARE(translated("%1 of %2"), QStringLiteral("von %2 %1"));
    QCoreApplication::removeTranslator(&translator);
    QCOMPARE(translated("%1 of %2"), QStringLiteral("%1 of %2"));
}

void TestText::namesStagesForEachActivation_data()
{
    QTest::addColumn<int>("between");
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("after");
    QTest::addColumn<QString>("shortBefore");
    QTest::newRow("none") << int(Between::None) << QStringLiteral("mid") << QString()
                          << QStringLiteral("mid");
    QTest::newRow("ReLU") << int(Between::Relu) << QStringLiteral("mid, before ReLU")
                          << QStringLiteral("mid, after ReLU") << QStringLiteral("mid before");
    QTest::newRow("leaky") << int(Between::Leaky) << QStringLiteral("mid, before leaky ReLU")
                           << QStringLiteral("mid, after leaky ReLU")
                           << QStringLiteral("mid before");
}

void TestText::namesStagesForEachActivation()
{
    QFETCH(int, between);
    QFETCH(QString, after);
    const Experiment experiment = with(static_cast<Between>(between));
    QTEST(stageTitle(Stage::MidBefore, experiment), "before");
    QTEST(shortStageTitle(Stage::MidBefore, experiment), "shortBefore");
    if (!after.isEmpty())
        QCOMPARE(stageTitle(Stage::MidAfter, experiment), after);
    QStringList titles;
    QStringList shortTitles;
    for (const Stage stage : kStages) {
        titles << stageTitle(stage, experiment);
        shortTitles << shortStageTitle(stage, experiment);
        QVERIFY(!titles.back().isEmpty() && !shortTitles.back().isEmpty());
        QVERIFY(shortTitles.back().size() <= titles.back().size());
    }
    titles.removeDuplicates();
    shortTitles.removeDuplicates();
    QCOMPARE(titles.size(), qsizetype(kStages.size()));
    QCOMPARE(shortTitles.size(), qsizetype(kStages.size()));
}

void TestText::namesBranches()
{
    QStringList titles;
    Experiment experiment;
    for (const BranchKind kind :
         {BranchKind::Decomposed, BranchKind::Separable, BranchKind::Asymmetric}) {
        experiment.factorised = kind;
        titles << branchTitle(kind);
        QCOMPARE(stageTitle(Stage::Factorised, experiment), branchTitle(kind));
        QCOMPARE(shortStageTitle(Stage::Factorised, experiment),
                 QString::fromUtf8(branchKindName(kind).data()));
    }
    titles << branchTitle(BranchKind::Original);
    QVERIFY(titles.back().contains(QStringLiteral("5×5")));
    titles.removeDuplicates();
    QCOMPARE(titles.size(), 4);
}

void TestText::namesMaps()
{
    const Experiment relu = with(Between::Relu);
    QCOMPARE(mapTitle(Stage::MidAfter, relu, 11, 64),
             QStringLiteral("decomposed, mid channel 12 of 64, after ReLU"));
    QCOMPARE(mapTitle(Stage::MidBefore, with(Between::Leaky), 0, 3),
             QStringLiteral("decomposed, mid channel 1 of 3, before leaky ReLU"));
    QCOMPARE(mapTitle(Stage::MidBefore, with(Between::None), 0, 3),
             QStringLiteral("decomposed, mid channel 1 of 3"));
    QCOMPARE(mapTitle(Stage::Input, relu, 2, 3), QStringLiteral("input, channel 3 of 3"));
    QCOMPARE(mapTitle(Stage::Original, relu, 0, 16),
             QStringLiteral("original, output channel 1 of 16, after ReLU"));
    QCOMPARE(mapTitle(Stage::Difference, relu, 0, 16),
             QStringLiteral("difference, output channel 1 of 16"));
    Experiment separable = relu;
    separable.factorised = BranchKind::Separable;
    QVERIFY(mapTitle(Stage::Factorised, separable, 0, 16).startsWith(QStringLiteral("separable")));
}

QTEST_MAIN(TestText)
#include "test_text.moc"
