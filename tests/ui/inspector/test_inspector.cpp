#include "ui/inspector/inspector.h"

#include "tests/support/evaluated.h"
#include "ui/inspector/histogram_plot.h"
#include "ui/inspector/warnings.h"
#include "ui/text/text.h"
#include "ui/theme/theme.h"

#include <QAccessible>
#include <QGridLayout>
#include <QLabel>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>

using namespace factorscope;

namespace {

constexpr int kPatienceMs = 60'000; // on a busy machine, under a sanitizer

QString nameOf(QWidget* widget)
{
    QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
    return face ? face->text(QAccessible::Name) : QString();
}

/// An inspector of an answer.
struct Inspected {
    ViewState view;
    Inspector inspector{view};
    std::shared_ptr<const BothEvaluated> both;

    explicit Inspected(const Experiment& experiment = smallExperiment())
        : both(evaluated(experiment))
    {
        inspector.show(both);
    }
    QSpinBox* box(const QString& name)
    {
        for (auto* box : inspector.findChildren<QSpinBox*>()) {
            if (nameOf(box) == name)
                return box;
        }
        return nullptr;
    }
    QSpinBox* outputMap() { return box(QStringLiteral("Output map")); }
    QSpinBox* midMap() { return box(QStringLiteral("Mid map")); }
    /// What stands to the right of a label.
    QStringList beside(const QString& text)
    {
        for (const auto* grid : inspector.findChildren<QGridLayout*>()) {
            for (int row = 0; row < grid->rowCount(); ++row) {
                if (textAt(*grid, row, 0) != text)
                    continue;
                QStringList texts;
                for (int column = 1; column < grid->columnCount(); ++column)
                    texts << textAt(*grid, row, column);
                return texts;
            }
        }
        return {};
    }
    QString valueOf(Stage stage, std::int64_t channel)
    {
        const QString name = QStringLiteral("%1 %2")
                                 .arg(shortStageTitle(stage, both->experiment))
                                 .arg(channel + 1);
        return beside(name).value(0);
    }
    bool says(const QString& text)
    {
        const auto labels = inspector.findChildren<QLabel*>();
        return std::any_of(labels.begin(), labels.end(),
                           [&](const QLabel* label) { return label->text() == text; });
    }
    const MapStatistics& statistics(Stage stage, std::size_t channel) const
    {
        return both->stages[stage].statistics.at(channel);
    }

private:
    static QString textAt(const QGridLayout& grid, int row, int column)
    {
        const QLayoutItem* item = grid.itemAtPosition(row, column);
        const auto* label = item ? qobject_cast<QLabel*>(item->widget()) : nullptr;
        return label ? label->text() : QString();
    }
};

const QString kNone = QStringLiteral("–");

} // namespace

class TestInspector : public QObject {
    Q_OBJECT
private slots:
    void showsTheValuesUnderTheCursor();
    void showsTheChosenChannels();
    void showsNothingWithoutACursor();
    void aPositionOfAnotherPictureHasNoValues();
    void aStageWithoutMapsHasNoValues();
    void saysWhereTheCursorIs();
    void showsTheStatistics();
    void anOriginalOfFewerMapsHasNoStatistics();
    void whenThereAreFewerMapsTheLastIsShown();
    void theBoxesChooseMaps();
    void theBoxesFollowTheChoice();
    void theBoxesKnowHowManyMapsThereAre();
    void showingDoesNotChoose();
    void showsTheNotes();
    void theHistogramIsOfTheChosenMap();
    void besideOneMapItIsNotSaidTwice();
    void everyControlHasAName();
    void branchesBearTheirColoursInBothThemes();
};

void TestInspector::showsTheValuesUnderTheCursor()
{
    Inspected inspected;
    for (const Position& at : {Position{0, 0}, Position{20, 31}, Position{39, 47}}) {
        inspected.view.pin(at);
        for (const Stage stage : kStages)
            QCOMPARE(inspected.valueOf(stage, 0),
                     significant(inspected.both->stages[stage].at(0, at.y, at.x), 4));
    }
}

void TestInspector::showsTheChosenChannels()
{
    Inspected inspected;
    ViewSettings settings;
    settings.inChannel = 2;
    settings.midChannel = 5;
    settings.outChannel = 9;
    settings.cursor = Position{11, 7};
    inspected.view.set(settings);
    for (const Stage stage : kStages) {
        const std::int64_t channel = settings.channel(stage);
        QCOMPARE(inspected.valueOf(stage, channel),
                 significant(inspected.both->stages[stage].at(channel, 11, 7), 4));
    }
}

void TestInspector::showsNothingWithoutACursor()
{
    Inspected inspected;
    for (const Stage stage : kStages)
        QCOMPARE(inspected.valueOf(stage, 0), kNone);
    inspected.view.hover(Position{1, 1});
    QVERIFY(inspected.valueOf(Stage::Input, 0) != kNone);
    inspected.view.hover({});
    for (const Stage stage : kStages)
        QCOMPARE(inspected.valueOf(stage, 0), kNone);
}

void TestInspector::aPositionOfAnotherPictureHasNoValues()
{
    Inspected inspected;
    for (const Position& at : {Position{40, 0}, Position{0, 48}}) {
        inspected.view.pin(at);
        for (const Stage stage : kStages)
            QCOMPARE(inspected.valueOf(stage, 0), kNone);
    }
}

void TestInspector::aStageWithoutMapsHasNoValues()
{
    Experiment experiment = smallExperiment();
    experiment.between = Between::None;
    experiment.originalOutChannels = 8;
    Inspected inspected(experiment);
    inspected.view.pin({3, 3});
    QCOMPARE(inspected.valueOf(Stage::MidAfter, 0), kNone);
    QCOMPARE(inspected.valueOf(Stage::Difference, 0), kNone);
    QVERIFY(inspected.valueOf(Stage::Original, 0) != kNone);
}

void TestInspector::saysWhereTheCursorIs()
{
    Inspected inspected;
    QVERIFY(inspected.says(QStringLiteral("Under the cursor")));
    inspected.view.hover(Position{3, 4});
    QVERIFY(inspected.says(QStringLiteral("At x 4, y 3")));
    inspected.view.pin({5, 6});
    QVERIFY(inspected.says(QStringLiteral("Pinned at x 6, y 5")));
    inspected.view.letGo();
    QVERIFY(inspected.says(QStringLiteral("Under the cursor")));
}

void TestInspector::showsTheStatistics()
{
    Inspected inspected;
    for (const std::size_t channel : {0, 7}) {
        ViewSettings settings;
        settings.outChannel = static_cast<std::int64_t>(channel);
        inspected.view.set(settings);
        const auto texts = [&](const auto& text) {
            return QStringList{text(inspected.statistics(Stage::Original, channel)),
                               text(inspected.statistics(Stage::Factorised, channel))};
        };
        using Map = const MapStatistics&;
        QCOMPARE(inspected.beside(QStringLiteral("least")),
                 texts([](Map map) { return significant(map.least, 4); }));
        QCOMPARE(inspected.beside(QStringLiteral("most")),
                 texts([](Map map) { return significant(map.most, 4); }));
        QCOMPARE(inspected.beside(QStringLiteral("mean")),
                 texts([](Map map) { return significant(map.mean, 4); }));
        QCOMPARE(inspected.beside(QStringLiteral("deviation")),
                 texts([](Map map) { return significant(map.deviation, 4); }));
        QCOMPARE(inspected.beside(QStringLiteral("zeros")), texts([](Map map) {
                     return fixed(100.0 * static_cast<double>(map.zeros) / 1920.0, 1)
                         + QStringLiteral(" %");
                 }));
    }
}

void TestInspector::anOriginalOfFewerMapsHasNoStatistics()
{
    Experiment experiment = smallExperiment();
    experiment.originalOutChannels = 8;
    Inspected inspected(experiment);
    ViewSettings settings;
    settings.outChannel = 12;
    inspected.view.set(settings);
    const QStringList most = inspected.beside(QStringLiteral("most"));
    QCOMPARE(most.value(0), kNone);
    QCOMPARE(most.value(1), significant(inspected.statistics(Stage::Factorised, 12).most, 4));
}

void TestInspector::whenThereAreFewerMapsTheLastIsShown()
{
    Inspected inspected;
    ViewSettings settings;
    settings.outChannel = 60; // from an experiment with more
    settings.cursor = Position{3, 4};
    inspected.view.set(settings);
    QCOMPARE(inspected.outputMap()->value(), 16);
    QVERIFY(inspected.valueOf(Stage::Original, 15) != kNone);
    QCOMPARE(inspected.beside(QStringLiteral("most")),
             (QStringList{significant(inspected.statistics(Stage::Original, 15).most, 4),
                          significant(inspected.statistics(Stage::Factorised, 15).most, 4)}));
}

void TestInspector::theBoxesChooseMaps()
{
    Inspected inspected;
    inspected.outputMap()->setValue(5);
    QCOMPARE(inspected.view.settings().outChannel, 4);
    inspected.midMap()->setValue(16);
    QCOMPARE(inspected.view.settings().midChannel, 15);
    QCOMPARE(inspected.view.settings().outChannel, 4);
    inspected.outputMap()->stepUp();
    QCOMPARE(inspected.view.settings().outChannel, 5);
    QCOMPARE(inspected.beside(QStringLiteral("most")).value(0),
             significant(inspected.statistics(Stage::Original, 5).most, 4));
}

void TestInspector::theBoxesFollowTheChoice()
{
    Inspected inspected;
    QSignalSpy changed(&inspected.view, &ViewState::changed);
    ViewSettings settings;
    settings.outChannel = 6;
    settings.midChannel = 2;
    inspected.view.set(settings);
    QCOMPARE(inspected.outputMap()->value(), 7);
    QCOMPARE(inspected.midMap()->value(), 3);
    QCOMPARE(changed.count(), 1); // the boxes do not answer back
}

void TestInspector::theBoxesKnowHowManyMapsThereAre()
{
    Experiment experiment = smallExperiment();
    experiment.midChannels = 5;
    experiment.outChannels = 7;
    Inspected inspected(experiment);
    QCOMPARE(inspected.outputMap()->maximum(), 7);
    QCOMPARE(inspected.midMap()->maximum(), 5);
    QCOMPARE(inspected.outputMap()->minimum(), 1);
    QCOMPARE(inspected.outputMap()->text(), QStringLiteral("1 of 7"));
}

void TestInspector::showingDoesNotChoose()
{
    Inspected inspected;
    ViewSettings settings;
    settings.outChannel = 12;
    settings.midChannel = 12;
    inspected.view.set(settings);
    Experiment experiment = smallExperiment();
    experiment.midChannels = experiment.outChannels = 4;
    inspected.inspector.show(evaluated(experiment));
    QVERIFY(inspected.view.settings() == settings);
    inspected.inspector.show(evaluated(smallExperiment())); // and back
    QCOMPARE(inspected.outputMap()->value(), 13);
}

void TestInspector::showsTheNotes()
{
    Inspected inspected;
    QVERIFY(inspected.says(QStringLiteral("None.")));
    Experiment drawn = smallExperiment();
    drawn.kernels.reset();
    Inspected warned(drawn);
    const QStringList warnings = warningsOf(*warned.both);
    QVERIFY(!warnings.isEmpty());
    QVERIFY(warned.says(QStringLiteral("⚠ ") + warnings.join(QStringLiteral("\n⚠ "))));
    warned.inspector.show(inspected.both);
    QVERIFY(warned.says(QStringLiteral("None.")));
}

void TestInspector::theHistogramIsOfTheChosenMap()
{
    Inspected inspected;
    auto* plot = inspected.inspector.findChild<HistogramPlot*>();
    QVERIFY(plot);
    QSignalSpy counted(plot, &HistogramPlot::counted);
    ViewSettings settings;
    settings.outChannel = 9;
    inspected.view.set(settings);
    QTRY_VERIFY_WITH_TIMEOUT(!counted.isEmpty(), kPatienceMs);
    const QString words = QStringLiteral("%1 zeros of 1,920, %2 zeros of 1,920")
                              .arg(grouped(inspected.statistics(Stage::Original, 9).zeros),
                                   grouped(inspected.statistics(Stage::Factorised, 9).zeros));
    QCOMPARE(plot->accessibleDescription(), words);
}

void TestInspector::besideOneMapItIsNotSaidTwice()
{
    Inspected inspected;
    const auto* histogram = inspected.inspector.findChild<HistogramPlot*>();
    const auto isTold = [&] { return histogram->isVisibleTo(&inspected.inspector); };
    inspected.inspector.setBesideMaps(true);
    QVERIFY(isTold()); // of all maps none has its own
    ViewSettings settings;
    settings.isAlone = true;
    inspected.view.set(settings);
    QVERIFY(!isTold());
    inspected.inspector.setBesideMaps(false);
    QVERIFY(isTold());
}

void TestInspector::everyControlHasAName()
{
    Inspected inspected;
    inspected.view.pin({1, 1});
    QVERIFY(inspected.outputMap() && inspected.midMap());
    for (QWidget* child : inspected.inspector.findChildren<QWidget*>()) {
        if (child->objectName() == QStringLiteral("qt_spinbox_lineedit"))
            continue; // speaks as its box
        QVERIFY2(!nameOf(child).isEmpty(), child->metaObject()->className());
    }
    for (const QSpinBox* box : inspected.inspector.findChildren<QSpinBox*>())
        QVERIFY(!box->toolTip().isEmpty());
    QVERIFY(!inspected.inspector.accessibleName().isEmpty());
}

void TestInspector::branchesBearTheirColoursInBothThemes()
{
    Inspected inspected;
    for (const Theme& theme : {darkTheme(), lightTheme()}) {
        inspected.inspector.setPalette(paletteOf(theme));
        for (const auto* label : inspected.inspector.findChildren<QLabel*>()) {
            const QColor colour = label->palette().color(QPalette::WindowText);
            if (label->text() == QStringLiteral("original"))
                QCOMPARE(colour, theme.original);
            else if (label->text() == QStringLiteral("decomposed"))
                QCOMPARE(colour, theme.factorised);
            else if (label->text() == QStringLiteral("least"))
                QCOMPARE(colour, theme.text);
        }
    }
}

QTEST_MAIN(TestInspector)
#include "test_inspector.moc"
