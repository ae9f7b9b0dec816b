#include "ui/cost/convention_text.h"
#include "ui/cost/conventions_page.h"
#include "ui/cost/text_table_widget.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QTest>

#include <algorithm>

using namespace factorscope;

namespace {

/// 64 → 64 → 64 with biases on 28×28, as in the table of conventions.
CostQuestion question()
{
    return {Experiment(), {28, 28}};
}

ConventionAnswer answerTo(const char* number)
{
    CostLook look;
    look.number = number;
    const auto answer = conventionAnswer(question(), look);
    EXPECTS(answer);
    return *answer;
}

struct Shown {
    Shown()
    {
        page.resize(900, 600);
        page.setPalette(paletteOf(lightTheme()));
        page.show();
        page.show(question());
    }
    QString words() const
    {
        for (const QLabel* label : page.findChildren<QLabel*>()) {
            if (label->wordWrap())
                return label->text();
        }
        return {};
    }
    void type(const char* text) const
    {
        auto* edit = page.findChildren<QLineEdit*>().front();
        edit->selectAll();
        QTest::keyClicks(edit, QString::fromUtf8(text));
    }

    ViewState state;
    ConventionsPage page{state};
};

} // namespace

class TestConventionsPage : public QObject {
    Q_OBJECT
private slots:
    void everyToolsNumberIsExplained_data();
    void everyToolsNumberIsExplained();
    void saysWhatIsNearest();
    void theDifferenceAddsUp();
    void aLayerHasItsColumn();
    void aToolIsChosen();
    void aNumberIsTyped();
    void whatIsNoNumberIsSaid();
    void aRuleIsPickedInTheTable();
};

void TestConventionsPage::everyToolsNumberIsExplained_data()
{
    QTest::addColumn<QByteArray>("number");
    QTest::addColumn<QString>("tool");
    QTest::addColumn<QString>("branch");
    const auto row = [](const char* number, const char* tool, const char* branch) {
        QTest::newRow(number) << QByteArray(number) << QString::fromUtf8(tool)
                              << QString::fromUtf8(branch);
    };
    row("80,281,600", "fvcore, thop, netscope", "original 5×5");
    row("80,331,776", "torchinfo, ptflops", "original 5×5");
    row("80,381,952", "ptflops (PyTorch backend)", "original 5×5"); // and ReLU's 50,176
    row("160,563,200", "torch", "original 5×5");
    row("160,613,376", "calflops", "original 5×5");
    row("102,464", "p.numel(), netscope, torchinfo", "original 5×5");
    row("102,400", "article", "original 5×5");
    row("57,802,752", "fvcore, thop, netscope", "decomposed 3×3∘3×3");
    row("57,903,104", "torchinfo, ptflops", "decomposed 3×3∘3×3");
    row("115,605,504", "torch", "decomposed 3×3∘3×3");
    row("80.28 M", "fvcore, thop, netscope", "original 5×5");
}

void TestConventionsPage::everyToolsNumberIsExplained()
{
    QFETCH(QByteArray, number);
    QFETCH(QString, tool);
    QFETCH(QString, branch);
    const ConventionAnswer answer = answerTo(number.constData());
    QVERIFY(!answer.matches.exact.empty());
    const QString words = conventionWords(answer).front();
    QVERIFY2(words.contains(tool), qPrintable(words));
    QVERIFY2(words.contains(branch), qPrintable(words));
    const TextTable table = ruleTable(answer, lightTheme());
    int marked = 0;
    for (const TextTable::Row& row : table.rows) {
        for (std::size_t i = 0; i + 2 < row.cells.size(); ++i)
            marked += row.cells[i].colour == lightTheme().accent;
    }
    QVERIFY(marked >= 1);
}

void TestConventionsPage::saysWhatIsNearest()
{
    const ConventionAnswer answer = answerTo("80,281,601");
    const QStringList words = conventionWords(answer);
    QVERIFY(words.front().contains(QStringLiteral("No rule gives this number")));
    QVERIFY(words[1].contains(QStringLiteral("80,281,600")));
    QCOMPARE(answer.rule->id, std::string_view("macs"));
}

/// From fvcore's number to that of ptflops: the biases and the activations.
void TestConventionsPage::theDifferenceAddsUp()
{
    CostLook look;
    look.rule = "macs";
    look.otherRule = "macs-bias-relu";
    const auto answer = conventionAnswer(question(), look);
    QVERIFY(answer);
    const TextTable table = ruleDifference(*answer, lightTheme());
    QCOMPARE(table.rows.size(), std::size_t(4)); // MACs, biases, activations, in all
    QCOMPARE(table.rows[0].cells[3].text, QStringLiteral("0"));
    QCOMPARE(table.rows[1].cells[3].text, QStringLiteral("+50,176"));
    QCOMPARE(table.rows[2].cells[3].text, QStringLiteral("+50,176"));
    QCOMPARE(table.rows[3].cells[3].text, QStringLiteral("+100,352"));
    QCOMPARE(table.rows[3].cells[4].text, QStringLiteral("+200,704"));
    QVERIFY(table.rows[3].isStrong);
    std::swap(look.rule, look.otherRule);
    QCOMPARE(
        ruleDifference(*conventionAnswer(question(), look), lightTheme()).rows[3].cells[3].text,
        QStringLiteral("−100,352"));
}

/// One 3×3 of the stack has half of its MACs.
void TestConventionsPage::aLayerHasItsColumn()
{
    const ConventionAnswer answer = answerTo("28,901,376");
    QVERIFY(!answer.matches.exact.empty());
    const TextTable table = ruleTable(answer, lightTheme());
    QCOMPARE(table.columns.size(), std::size_t(5));
    QCOMPARE(table.rows[0].cells[2].text, QStringLiteral("28,901,376"));
    QVERIFY(table.columns[2].title.contains(QStringLiteral("layer 0")));
    QCOMPARE(table.columns[2].colour, lightTheme().factorised);
}

void TestConventionsPage::aToolIsChosen()
{
    const Shown it;
    auto* tools = it.page.findChildren<QComboBox*>().front();
    tools->setCurrentIndex(tools->findText(QStringLiteral("calflops")));
    emit tools->activated(tools->currentIndex());
    QCOMPARE(it.state.settings().cost.rule, std::string("flops-bias"));
    QCOMPARE(tools->currentText(), QStringLiteral("calflops"));
    QVERIFY(it.words().contains(QStringLiteral("160,613,376")));
}

void TestConventionsPage::aNumberIsTyped()
{
    const Shown it;
    it.type("160613376");
    QCOMPARE(it.state.settings().cost.number, std::string("160613376"));
    QVERIFY(it.words().contains(QStringLiteral("calflops")));
    QCOMPARE(it.page.findChildren<QComboBox*>().front()->currentText(), QStringLiteral("calflops"));
}

void TestConventionsPage::whatIsNoNumberIsSaid()
{
    const Shown it;
    it.type("many");
    QVERIFY(it.words().contains(QStringLiteral("many")));
    QVERIFY(it.state.settings().cost.number.empty());
    QCOMPARE(it.page.findChildren<QLineEdit*>().front()->text(), QStringLiteral("many"));
}

void TestConventionsPage::aRuleIsPickedInTheTable()
{
    const Shown it;
    it.type("80281600");
    TextTableWidget* rules = nullptr;
    for (TextTableWidget* table : it.page.findChildren<TextTableWidget*>()) {
        if (table->rowCount() == int(countRules().size()))
            rules = table;
    }
    QVERIFY(rules);
    rules->selectRow(3);
    QTest::keyClick(rules, Qt::Key_Enter);
    QCOMPARE(it.state.settings().cost.rule, std::string("flops"));
    QVERIFY(it.state.settings().cost.number.empty());
    QVERIFY(it.page.findChildren<QLineEdit*>().front()->text().isEmpty());
    QCOMPARE(rules->item(3, 2)->text(), QStringLiteral("A"));
    QCOMPARE(rules->item(1, 2)->text(), QStringLiteral("B"));
}

QTEST_MAIN(TestConventionsPage)
#include "test_conventions_page.moc"
