#include "ui/export/export_dialog.h"

#include <QAccessible>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>

using namespace factorscope;

namespace {

const ExportChoice kChoice{.format = FigureFormat::Png,
                           .scale = 2.0,
                           .theme = FigureTheme::AsOnScreen,
                           .path = QStringLiteral("/tmp/photo-cost.png")};

QComboBox* box(const ExportDialog& dialog, int index)
{
    return dialog.findChildren<QComboBox*>()[index]; // format, scale, theme
}

QLineEdit* file(const ExportDialog& dialog)
{
    return dialog.findChild<QLineEdit*>();
}

QString sizeText(const ExportDialog& dialog)
{
    for (const QLabel* label : dialog.findChildren<QLabel*>()) {
        if (!label->accessibleName().isEmpty())
            return label->text();
    }
    return {};
}

QPushButton* exportButton(const ExportDialog& dialog)
{
    for (QPushButton* button : dialog.findChildren<QPushButton*>()) {
        if (button->isDefault())
            return button;
    }
    return nullptr;
}

} // namespace

class TestExportDialog : public QObject {
    Q_OBJECT
private slots:
    void givesBackWhatItIsGiven();
    void endingFollowsFormat();
    void formatFollowsEnding();
    void namesWithoutFolderStayInIt();
    void onlyPngHasAScale();
    void saysHowLargeItWillBe();
    void numbersAreOfferedWhereThereAreSome();
    void wantsAName();
    void everyControlHasAName();
    void themesAreThoseOfTheWindow();
};

void TestExportDialog::givesBackWhatItIsGiven()
{
    const ExportChoice given{.format = FigureFormat::Pdf,
                             .scale = 4.0,
                             .theme = FigureTheme::Dark,
                             .path = QStringLiteral("/tmp/a b.pdf")};
    const ExportDialog dialog(given, {.size = {100, 50}});
    const ExportChoice choice = dialog.choice();
    QVERIFY(choice.format == given.format);
    QCOMPARE(choice.scale, given.scale);
    QVERIFY(choice.theme == given.theme);
    QCOMPARE(choice.path, given.path);
}

void TestExportDialog::endingFollowsFormat()
{
    const ExportDialog dialog(kChoice, {.size = {100, 50}});
    box(dialog, 0)->setCurrentIndex(1);
    QCOMPARE(dialog.choice().path, QStringLiteral("/tmp/photo-cost.svg"));
    QVERIFY(dialog.choice().format == ViewFormat(FigureFormat::Svg));
    QCOMPARE(file(dialog)->text(), QStringLiteral("/tmp/photo-cost.svg"));
    file(dialog)->setText(QStringLiteral("/tmp/photo.v2"));
    box(dialog, 0)->setCurrentIndex(2);
    QCOMPARE(dialog.choice().path, QStringLiteral("/tmp/photo.v2.pdf"));
}

void TestExportDialog::formatFollowsEnding()
{
    const ExportDialog dialog(kChoice, {.size = {100, 50}});
    file(dialog)->setText(QStringLiteral("/tmp/x.PDF"));
    QVERIFY(dialog.choice().format == ViewFormat(FigureFormat::Pdf));
    QCOMPARE(dialog.choice().path, QStringLiteral("/tmp/x.PDF"));
    file(dialog)->setText(QStringLiteral("/tmp/x"));
    QVERIFY(dialog.choice().format == ViewFormat(FigureFormat::Pdf));
    QCOMPARE(dialog.choice().path, QStringLiteral("/tmp/x.pdf"));
}

void TestExportDialog::namesWithoutFolderStayInIt()
{
    const ExportDialog dialog(kChoice, {.size = {100, 50}});
    file(dialog)->setText(QStringLiteral(" other "));
    QCOMPARE(dialog.choice().path, QStringLiteral("/tmp/other.png"));
}

void TestExportDialog::onlyPngHasAScale()
{
    const ExportDialog dialog(kChoice, {.size = {100, 50}});
    QVERIFY(box(dialog, 1)->isEnabled());
    box(dialog, 0)->setCurrentIndex(1);
    QVERIFY(!box(dialog, 1)->isEnabled());
}

void TestExportDialog::saysHowLargeItWillBe()
{
    const ExportDialog dialog(kChoice, {.size = {960, 480}});
    QCOMPARE(sizeText(dialog), QStringLiteral("1,920 × 960 pixels"));
    box(dialog, 1)->setCurrentIndex(0);
    QCOMPARE(sizeText(dialog), QStringLiteral("960 × 480 pixels"));
    box(dialog, 0)->setCurrentIndex(2);
    QCOMPARE(sizeText(dialog), QStringLiteral("254 × 127 mm"));
}

void TestExportDialog::numbersAreOfferedWhereThereAreSome()
{
    QCOMPARE(box(ExportDialog(kChoice, {.size = {100, 50}}), 0)->count(), 3);
    const ExportDialog dialog(kChoice, {.size = {100, 50}, .hasNumbers = true});
    QCOMPARE(box(dialog, 0)->count(), 5);
    file(dialog)->setText(QStringLiteral("/tmp/a.json"));
    QVERIFY(dialog.choice().format == ViewFormat(TableFormat::JsonFile));
    QVERIFY(!box(dialog, 1)->isEnabled());
    QVERIFY(!box(dialog, 2)->isEnabled());
    QCOMPARE(sizeText(dialog), QStringLiteral("one file with all tables"));
    box(dialog, 0)->setCurrentIndex(3);
    QCOMPARE(dialog.choice().path, QStringLiteral("/tmp/a.csv"));
    QCOMPARE(sizeText(dialog), QStringLiteral("one file for each table"));
    box(dialog, 0)->setCurrentIndex(0);
    QVERIFY(box(dialog, 2)->isEnabled());
    QCOMPARE(dialog.choice().path, QStringLiteral("/tmp/a.png"));
}

void TestExportDialog::wantsAName()
{
    const ExportDialog dialog(kChoice, {.size = {100, 50}});
    QVERIFY(exportButton(dialog)->isEnabled());
    file(dialog)->setText(QStringLiteral("  "));
    QVERIFY(!exportButton(dialog)->isEnabled());
}

void TestExportDialog::everyControlHasAName()
{
    const ExportDialog dialog(kChoice, {.size = {100, 50}});
    QList<QWidget*> controls;
    controls.append(file(dialog));
    for (QWidget* widget : dialog.findChildren<QComboBox*>())
        controls.append(widget);
    for (QWidget* widget : dialog.findChildren<QPushButton*>())
        controls.append(widget);
    for (QWidget* widget : controls) {
        QAccessibleInterface* accessible = QAccessible::queryAccessibleInterface(widget);
        QVERIFY(accessible);
        QVERIFY(!accessible->text(QAccessible::Name).isEmpty());
    }
}

void TestExportDialog::themesAreThoseOfTheWindow()
{
    QWidget window;
    for (const Theme* theme : {&lightTheme(), &darkTheme()}) {
        window.setPalette(paletteOf(*theme));
        QCOMPARE(&themeFor(FigureTheme::AsOnScreen, window), theme);
        QCOMPARE(&themeFor(FigureTheme::Light, window), &lightTheme());
        QCOMPARE(&themeFor(FigureTheme::Dark, window), &darkTheme());
    }
}

QTEST_MAIN(TestExportDialog)
#include "test_export_dialog.moc"
