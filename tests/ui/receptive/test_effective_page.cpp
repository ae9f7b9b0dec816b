#include "ui/receptive/effective_page.h"

#include "tests/support/shown_page.h"
#include "ui/chart/line_chart_view.h"
#include "ui/kernels/kernel_picture_widget.h"
#include "ui/receptive/field_pictures.h"
#include "ui/receptive/field_tool_row.h"
#include "ui/receptive/receptive_view.h"

#include <QAbstractScrollArea>
#include <QAccessible>
#include <QScrollBar>
#include <QSlider>
#include <QTest>
#include <QToolButton>

using namespace factorscope;

namespace {

ViewSettings effectiveSettings()
{
    ViewSettings settings;
    settings.field.isEffective = true;
    settings.cursor = Position{20, 24};
    settings.isPinned = true;
    return settings;
}

/// The small one with few channels, since twelve blocks of it are computed again and again.
Experiment fewChannels()
{
    Experiment experiment = smallExperiment();
    experiment.midChannels = 8;
    experiment.outChannels = 6;
    return experiment;
}

/// The view with the effective field, shown and computed.
struct Shown : ShownPage<ReceptiveView> {
    ReceptiveView& view = ShownPage::page;

    explicit Shown(const Experiment& experiment = fewChannels())
        : ShownPage(experiment, {900, 700}, effectiveSettings())
    {}
    EffectivePage& page() { return view.effective(); }
    QList<KernelPictureWidget*> pictures() const
    {
        return view.findChildren<KernelPictureWidget*>();
    }
    QList<LineChartView*> charts() const { return view.findChildren<LineChartView*>(); }
    QString words() const { return wordsOf(QStringLiteral("The effective fields in words")); }
};

/// One in which the second half of the factorised branch lets nothing pass.
Experiment silentExperiment()
{
    Experiment experiment = smallExperiment();
    experiment.kernels.reset();
    const auto both = evaluated(experiment);
    WeightFile file{
        "", clone(*(both->factorised.bank ? both->factorised.bank : both->factorised.weights))};
    for (auto& [name, tensor] : file.tensors) {
        if (name.ends_with(".bias"))
            tensor = Tensor::filled(tensor.shape(), -1000.0F);
    }
    experiment.weightFile = std::make_shared<const WeightFile>(std::move(file));
    return experiment;
}

} // namespace

class TestEffectivePage : public QObject {
    Q_OBJECT
private slots:
    void showsBothFieldsOnOneScale();
    void scalesEachOnItsOwn();
    void saysWhereAFieldIsFaint();
    void followsTheCursor();
    void theAverageDoesNotFollowTheCursor();
    void channelsAreChosenOrAveraged();
    void fieldsGrowWithTheBlocks();
    void curveOverDepthIsOfTheQuestion();
    void aBlockIsPickedInTheChart();
    void tellsOfSilenceAndProposes();
    void whatWasShownStaysUntilTheNewIsThere();
    void stopKeepsWhatIsShown();
    void anErrorIsSaid();
    void computesNothingWhileHidden();
    void everyControlIsReachedByKeyboard();
    void choicesFitSmallWindows();
    void everythingHasAName();
};

void TestEffectivePage::showsBothFieldsOnOneScale()
{
    Shown shown;
    const auto pictures = shown.pictures();
    QCOMPARE(pictures.size(), 2);
    const KernelPicture& original = pictures[0]->picture();
    const KernelPicture& factorised = pictures[1]->picture();
    QCOMPARE(original.limit, factorised.limit);
    QCOMPARE(original.limit,
             std::max(largestMagnitude(original.values), largestMagnitude(factorised.values)));
    QCOMPARE(original.rows, 7); // 5 and a border for the frame
    QCOMPARE(*original.marked, (PixelBox{1, 1, 5, 5}));
    const BothFields& fields = shown.page().findings()->fields;
    QCOMPARE(original.values[3 * 7 + 3], fields.original.field.at(2, 2));
    QCOMPARE(factorised.values[1 * 7 + 1], fields.factorised.field.at(0, 0));
    QCOMPARE(original.values[0], 0.0);
    QVERIFY(original.note.contains(QStringLiteral("1.414")));
    QVERIFY(factorised.note.contains(QStringLiteral("1.155")));
    const LinePlot& mass = shown.charts()[0]->plot();
    QCOMPARE(mass.series.back().points.size(), 3);
    QCOMPARE(mass.series.back().points[1].y(), 100.0 * fields.factorised.spread.mass[1]);
}

void TestEffectivePage::scalesEachOnItsOwn()
{
    Shown shown;
    shown.change([](ViewSettings& s) { s.field.hasOwnScales = true; });
    const BothFields& fields = shown.page().findings()->fields;
    QCOMPARE(shown.pictures()[0]->picture().limit, largestMagnitude(fields.original.field.values));
    QCOMPARE(shown.pictures()[1]->picture().limit,
             largestMagnitude(fields.factorised.field.values));
    QVERIFY(shown.pictures()[0]->picture().limit != shown.pictures()[1]->picture().limit);
}

void TestEffectivePage::saysWhereAFieldIsFaint()
{
    Shown shown;
    FieldFindings findings = *shown.page().findings();
    QVERIFY(!findingsInWords(findings, {}).contains(QStringLiteral("faint")));
    for (double& value : findings.fields.original.field.values)
        value *= 0.01;
    const QString words = findingsInWords(findings, {});
    QVERIFY2(words.contains(QStringLiteral("the original field is faint")), qPrintable(words));
    QVERIFY(!findingsInWords(findings, {.hasOwnScales = true}).contains(QStringLiteral("faint")));
}

void TestEffectivePage::followsTheCursor()
{
    Shown shown;
    const auto before = shown.pictures()[0]->picture().values;
    shown.change([](ViewSettings& s) { s.cursor = Position{0, 0}; });
    shown.settle();
    QCOMPARE(shown.page().findings()->question().position, Position(0, 0));
    QVERIFY(shown.pictures()[0]->picture().values != before); // cut by the border
    QVERIFY(shown.words().contains(QStringLiteral("x 0, y 0")));
    shown.state.moveCursor(5, 7, {40, 48});
    shown.settle();
    QCOMPARE(shown.page().findings()->question().position, Position(5, 7));
}

void TestEffectivePage::theAverageDoesNotFollowTheCursor()
{
    Shown shown;
    shown.change([](ViewSettings& s) { s.field.isAveraged = true; });
    shown.settle();
    const auto findings = shown.page().findings();
    QVERIFY(findings->question().isAveraged);
    QVERIFY(findings->fields.original.field.outputs > 1);
    QVERIFY(shown.words().startsWith(QStringLiteral("Over ")));
    shown.state.moveCursor(5, 7, {40, 48});
    QVERIFY(!shown.view.isBusy());
    QCOMPARE(shown.page().findings(), findings);
}

void TestEffectivePage::channelsAreChosenOrAveraged()
{
    Shown shown;
    QCOMPARE(shown.page().findings()->question().channel, std::int64_t{0});
    shown.change([](ViewSettings& s) { s.outChannel = 5; });
    shown.settle();
    QCOMPARE(shown.page().findings()->question().channel, std::int64_t{5});
    QVERIFY(shown.words().contains(QStringLiteral("channel 6")));
    shown.change([](ViewSettings& s) { s.field.isOfAllChannels = true; });
    shown.settle();
    QVERIFY(!shown.page().findings()->question().channel);
    QCOMPARE(shown.page().findings()->fields.original.field.outputs, std::int64_t{6});
}

void TestEffectivePage::fieldsGrowWithTheBlocks()
{
    Shown shown;
    shown.change([](ViewSettings& s) { s.field.blocks = 3; });
    shown.settle();
    QCOMPARE(shown.pictures()[0]->picture().rows, 13 + 2);
    QVERIFY(
        shown.pictures()[1]->picture().note.contains(QString::number(uniformSigma(6, 3), 'f', 3)));
    QVERIFY(shown.words().contains(QStringLiteral("3 blocks")));
    QCOMPARE(shown.charts()[1]->plot().x, 3.0);
}

void TestEffectivePage::curveOverDepthIsOfTheQuestion()
{
    Shown shown;
    const auto curve = shown.page().depth();
    QVERIFY(curve);
    QCOMPARE(std::int64_t(curve->points.size()), kMostDeepBlocks);
    QCOMPARE(curve->points[0].original.spread.sigmaY,
             shown.page().findings()->fields.original.spread.sigmaY);
    shown.change([](ViewSettings& s) { s.field.blocks = 2; });
    shown.settle();
    QCOMPARE(shown.page().depth(), curve); // the same for all depths
    QCOMPARE(curve->points[1].factorised.spread.sigmaX,
             shown.page().findings()->fields.factorised.spread.sigmaX);
    shown.change([](ViewSettings& s) { s.cursor = Position{3, 3}; });
    QTRY_COMPARE_WITH_TIMEOUT(shown.page().findings()->question().position, Position(3, 3),
                              Shown::kPatienceMs);
    QVERIFY(shown.charts()[1]->plot().title.startsWith(QStringLiteral("Before: ")));
    shown.settle();
    QCOMPARE(shown.page().depth()->question.position, Position(3, 3));
    QVERIFY(shown.charts()[1]->plot().title.contains(QStringLiteral("x 3, y 3")));
    QVERIFY(!shown.charts()[1]->plot().title.startsWith(QStringLiteral("Before: ")));
}

void TestEffectivePage::aBlockIsPickedInTheChart()
{
    Shown shown;
    shown.charts()[1]->setFocus();
    QTest::keyClick(shown.charts()[1], Qt::Key_Right);
    QCOMPARE(shown.state.settings().field.blocks, std::int64_t{2});
    QCOMPARE(shown.view.findChild<QSlider*>()->value(), 2);
}

void TestEffectivePage::tellsOfSilenceAndProposes()
{
    Shown shown(silentExperiment());
    shown.change([](ViewSettings& s) { s.field.isOfAllChannels = true; });
    shown.settle();
    QVERIFY(shown.page().findings()->fields.factorised.field.isSilent());
    QVERIFY(shown.words().contains(QStringLiteral("silent")));
    QVERIFY(shown.words().contains(QStringLiteral("the average")));
    QVERIFY(shown.words().contains(QStringLiteral("another pixel")));
    QVERIFY(shown.pictures()[1]->picture().caption.startsWith(QStringLiteral("silent")));
    QVERIFY(shown.pictures()[1]->picture().limit > 0.0); // of the branch that is not
    QVERIFY(!shown.charts()[0]->plot().isEmpty());
    // A branch from a file cannot be stacked on other channels: that is said in place of the curve.
    QVERIFY(shown.charts()[1]->plot().isEmpty());
    QVERIFY(shown.charts()[1]->plot().emptyText.contains(QStringLiteral("3 and 16")));
    shown.change([](ViewSettings& s) { s.field.isAveraged = true; });
    shown.settle();
    QVERIFY(shown.words().contains(QStringLiteral("other weights")));
    QVERIFY(!shown.words().contains(QStringLiteral("the average")));
}

void TestEffectivePage::whatWasShownStaysUntilTheNewIsThere()
{
    Shown shown;
    const auto before = shown.page().findings();
    Experiment other = smallExperiment();
    other.midChannels = 5;
    other.size = {30, 36};
    shown.view.show(evaluated(other));
    QCOMPARE(shown.page().findings(), before);
    QVERIFY(shown.words().contains(QStringLiteral("x 24, y 20")));
    QCOMPARE(shown.pictures()[0]->picture().rows, 7);
    shown.settle();
    QVERIFY(shown.page().findings() != before);
    QCOMPARE(shown.page().findings()->image, (Extent{30, 36}));
    QCOMPARE(shown.page().findings()->experiment, other);
}

void TestEffectivePage::stopKeepsWhatIsShown()
{
    Shown shown;
    const auto before = shown.page().findings();
    shown.change([](ViewSettings& s) { s.field.blocks = 12; });
    for (AnalysisLane* lane : shown.view.findChildren<AnalysisLane*>())
        lane->stop(); // as the window does
    QVERIFY(shown.words().startsWith(QStringLiteral("Stopped")));
    shown.settle();
    QCOMPARE(shown.page().findings(), before);
    shown.change([](ViewSettings& s) { s.field.blocks = 2; });
    shown.settle();
    QCOMPARE(shown.page().findings()->question().blocks, std::int64_t{2});
}

void TestEffectivePage::anErrorIsSaid()
{
    Experiment experiment = smallExperiment();
    experiment.batchNorm = true;
    experiment.mode = Mode::Train; // whose statistics see everything
    Shown shown(experiment);
    QVERIFY(!shown.page().findings());
    QVERIFY(!shown.words().isEmpty());
    QCOMPARE(shown.charts()[0]->plot().emptyText, shown.words());
    QVERIFY(shown.pictures()[0]->picture().isEmpty());
    shown.view.show(evaluated(smallExperiment()));
    shown.settle();
    QVERIFY(shown.page().findings());
}

void TestEffectivePage::computesNothingWhileHidden()
{
    Shown shown;
    const auto before = shown.page().findings();
    shown.change([](ViewSettings& s) { s.field.isEffective = false; });
    shown.settle();
    shown.change([](ViewSettings& s) { s.cursor = Position{2, 2}; });
    shown.view.show(evaluated(smallExperiment()));
    shown.settle();
    QCOMPARE(shown.page().findings(), before);
    shown.change([](ViewSettings& s) { s.field.isEffective = true; }); // and catches up
    shown.settle();
    QCOMPARE(shown.page().findings()->question().position, Position(2, 2));
}

void TestEffectivePage::everyControlIsReachedByKeyboard()
{
    Shown shown;
    for (const char* text : {"Average", "All"}) {
        QToolButton* button = shown.button(QString::fromLatin1(text));
        QVERIFY(button);
        QVERIFY(button->focusPolicy() & Qt::TabFocus);
        button->setFocus();
        QTest::keyClick(button, Qt::Key_Space);
    }
    auto* slider = shown.view.findChild<QSlider*>();
    QTest::keyClick(slider, Qt::Key_Right);
    const FieldSettings& settings = shown.state.settings().field;
    QVERIFY(settings.isAveraged && settings.isOfAllChannels);
    QCOMPARE(settings.blocks, std::int64_t{2});
    QTest::keyClick(shown.button(QStringLiteral("Paths")), Qt::Key_Space);
    QVERIFY(!settings.isEffective);
    QVERIFY(!slider->isVisible());
    QTest::keyClick(shown.button(QStringLiteral("Effective")), Qt::Key_Space);
    QVERIFY(slider->isVisible());
}

/// None of them is cut, in a narrow window below one another.
void TestEffectivePage::choicesFitSmallWindows()
{
    Shown shown;
    for (const int width : {488, 900, 488}) {
        shown.view.resize(width, 520);
        QCoreApplication::processEvents();
        const auto* row = shown.view.findChild<FieldToolRow*>();
        for (const auto* button : row->findChildren<QToolButton*>()) {
            QVERIFY2(button->width() >= button->sizeHint().width(), qPrintable(button->text()));
            QVERIFY(row->rect().contains(QRect(button->mapTo(row, QPoint(0, 0)), button->size())));
        }
    }
}

void TestEffectivePage::everythingHasAName()
{
    Shown shown;
    for (QWidget* child : shown.view.findChildren<QWidget*>()) {
        if (qobject_cast<QScrollBar*>(child)
            || qobject_cast<QAbstractScrollArea*>(child->parentWidget()))
            continue; // parts of a chart
        QAccessibleInterface* face = QAccessible::queryAccessibleInterface(child);
        QVERIFY(face);
        QVERIFY2(!face->text(QAccessible::Name).isEmpty(), child->metaObject()->className());
    }
}

QTEST_MAIN(TestEffectivePage)
#include "test_effective_page.moc"
