#include "core/experiment/presets.h"
#include "ui/cost/network_page.h"
#include "ui/cost/network_text.h"
#include "ui/cost/text_table_widget.h"
#include "ui/panel/number_box.h"

#include <QAbstractButton>
#include <QLabel>
#include <QSignalSpy>
#include <QTest>

using namespace factorscope;

namespace {

/// A page on the screen.
struct Shown {
    Shown()
    {
        page.resize(900, 500);
        page.setPalette(paletteOf(lightTheme()));
        page.show();
        Experiment experiment;
        page.show(CostQuestion{experiment, {224, 224}});
    }
    TextTableWidget& table() const { return *page.findChild<TextTableWidget*>(); }
    WholeNumberBox& box(int row) const
    {
        return *qobject_cast<WholeNumberBox*>(table().cellWidget(row, kNetworkMidColumn));
    }
    QString text(int row, int column) const { return table().item(row, column)->text(); }
    void choose(const QString& text) const
    {
        for (QAbstractButton* button : page.findChildren<QAbstractButton*>()) {
            if (button->text() == text)
                QTest::mouseClick(button, Qt::LeftButton);
        }
    }

    ViewState state;
    NetworkPage page{state};
};

} // namespace

class TestNetworkPage : public QObject {
    Q_OBJECT
private slots:
    void sumsTheNineModules_data();
    void sumsTheNineModules();
    void followsTheNetwork();
    void aModuleHasItsOwnMidChannels();
    void loadsTheModuleThatIsPicked();
    void marksTheModuleOfTheExperiment();
    void saysWhatTheClaimAssumes();
};

void TestNetworkPage::sumsTheNineModules_data()
{
    QTest::addColumn<QString>("rule");
    QTest::addColumn<QString>("weights");
    QTest::addColumn<QString>("macs");
    QTest::newRow("C_out") << "C_out"
                           << "1.479"
                           << "1.433";
    QTest::newRow("mean") << "√(C_in·C_out)"
                          << "0.837"
                          << "0.827";
    QTest::newRow("C_in") << "C_in"
                          << "0.482"
                          << "0.486";
}

void TestNetworkPage::sumsTheNineModules()
{
    QFETCH(QString, rule);
    QFETCH(QString, weights);
    QFETCH(QString, macs);
    const Shown it;
    it.choose(rule);
    QCOMPARE(it.table().rowCount(), 10);
    QCOMPARE(it.text(9, 3), QStringLiteral("595,200"));
    QCOMPARE(it.text(9, 6), QStringLiteral("131,712,000"));
    QCOMPARE(it.text(9, 5), weights);
    QCOMPARE(it.text(9, 8), macs);
    QVERIFY(it.table().item(9, 5)->font().bold());
    QCOMPARE(it.table().item(9, 5)->foreground().color() == lightTheme().warning,
             rule == QStringLiteral("C_out"));
    QCOMPARE(it.text(0, 10), QStringLiteral("28 × 28"));
    QCOMPARE(it.text(0, 11), QStringLiteral("29.63"));
    QCOMPARE(it.text(0, 9), QStringLiteral("7.6 %")); // 10,035,200 of 131,712,000
}

void TestNetworkPage::followsTheNetwork()
{
    const Shown it;
    it.choose(QStringLiteral("Inception v2"));
    QCOMPARE(it.table().rowCount(), 9);
    QCOMPARE(it.text(0, 1), QStringLiteral("64 → 96"));
    QCOMPARE(it.text(0, 5), QStringLiteral("0.900"));
    QCOMPARE(it.text(0, 7), QStringLiteral("108,380,160"));
    QCOMPARE(it.box(7).value(), 224);
    QVERIFY(!it.table().cellWidget(8, kNetworkMidColumn));
    it.choose(QStringLiteral("GoogLeNet"));
    QCOMPARE(it.table().rowCount(), 10);
    QCOMPARE(it.box(8).value(), 128);
    QCOMPARE(it.text(9, 3), QStringLiteral("595,200"));
}

void TestNetworkPage::aModuleHasItsOwnMidChannels()
{
    Shown it;
    QCOMPARE(it.box(1).value(), 96);
    it.box(1).setValue(7);
    const CostLook& look = it.state.settings().cost;
    QCOMPARE(look.moduleMids, std::vector<ModuleMid>({{"3b", 7}}));
    QCOMPARE(it.text(1, 4), QStringLiteral("8,064")); // 9·7·(32 + 96)
    QCOMPARE(it.box(0).value(), 32);
    it.box(1).setValue(96); // as by the rule
    QVERIFY(it.state.settings().cost.moduleMids.empty());
    it.box(1).setValue(7);
    it.choose(QStringLiteral("C_in"));
    QCOMPARE(it.box(1).value(), 32);
    QVERIFY(it.box(1).accessibleName().contains(QStringLiteral("3b")));
}

void TestNetworkPage::loadsTheModuleThatIsPicked()
{
    Shown it;
    QSignalSpy picked(&it.page, &NetworkPage::presetPicked);
    const QRect cell = it.table().visualItemRect(it.table().item(4, 0));
    QTest::mouseClick(it.table().viewport(), Qt::LeftButton, {}, cell.center());
    QCOMPARE(picked.takeLast().at(0).toString(), QStringLiteral("googlenet-4c"));
    it.table().selectRow(7);
    QTest::keyClick(&it.table(), Qt::Key_Return);
    QCOMPARE(picked.takeLast().at(0).toString(), QStringLiteral("googlenet-5a"));
    it.table().selectRow(9); // the sum
    QTest::keyClick(&it.table(), Qt::Key_Return);
    QVERIFY(picked.isEmpty());
}

void TestNetworkPage::marksTheModuleOfTheExperiment()
{
    Shown it;
    QVERIFY(it.table().selectedItems().isEmpty());
    Experiment experiment;
    apply(*findPreset("googlenet-4d"), experiment);
    it.page.show(CostQuestion{experiment, experiment.size});
    QCOMPARE(it.table().currentRow(), 5);
    experiment.outChannels = 3;
    it.page.show(CostQuestion{experiment, experiment.size});
    QVERIFY(it.table().selectedItems().isEmpty());
}

void TestNetworkPage::saysWhatTheClaimAssumes()
{
    const Shown it;
    QStringList all;
    for (const QLabel* label : it.page.findChildren<QLabel*>())
        all << label->text();
    const QString words = all.join(u'\n');
    for (const char* part : {"+47.9 % weights", "+43.3 % MACs", "dearer in 9 of them",
                             "−28 % assumes C_in = C_mid = C_out"})
        QVERIFY2(words.contains(QString::fromUtf8(part)), qPrintable(words));
}

QTEST_MAIN(TestNetworkPage)
#include "test_network_page.moc"
