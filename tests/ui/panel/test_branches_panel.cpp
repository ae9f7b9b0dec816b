#include "ui/panel/branches_panel.h"

#include "core/experiment/presets.h"
#include "ui/document/document.h"
#include "ui/panel/marked_slider.h"
#include "ui/panel/number_box.h"
#include "ui/panel/parameter_rows.h"
#include "ui/text/text.h"
#include "ui/theme/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

using namespace factorscope;

namespace {

Experiment experimentOf(std::string_view preset)
{
    Experiment experiment;
    apply(*findPreset(preset), experiment);
    fitBank(experiment);
    return experiment;
}

QString nameOf(std::string_view id)
{
    return typographic(translated(findParameter(id)->label));
}

/// A panel on the article's example.
struct Window {
    explicit Window(const Experiment& experiment = experimentOf("article"))
        : document(experiment), panel(document)
    {
        panel.resize(panel.sizeHint().width(), 900);
        panel.show();
    }

    template <typename Control>
    Control* find(std::string_view id) const
    {
        const QString name = nameOf(id);
        for (Control* control : panel.findChildren<Control*>()) {
            if (control->accessibleName() == name)
                return control;
        }
        return nullptr;
    }
    MarkedSlider* midSlider() const { return find<MarkedSlider>("mid-channels"); }
    WholeNumberBox* midBox() const { return find<WholeNumberBox>("mid-channels"); }
    bool says(const QString& words) const
    {
        for (const QLabel* label : panel.findChildren<QLabel*>()) {
            if (label->isVisible() && label->text() == words)
                return true;
        }
        return false;
    }

    Document document;
    BranchesPanel panel;
};

} // namespace

class TestBranchesPanel : public QObject {
    Q_OBJECT
private slots:
    void showsEveryParameterThatMatters();
    void namesAndExplainsEveryControl();
    void showsWhatMattersOnly();
    void setsMidChannelsWithTheSlider();
    void undoesADragInOneStep();
    void undoesARunOfKeysInOneStep();
    void saysWhatItCosts();
    void followsTheTheme();
    void showsWhatHoldsAfterARefusal();
    void reachesFurtherThanTheSlider();
    void leavesTheWheelToTheScrollBar();
    void takesEveryKindOfParameter();
    void letsGoOfWeightFiles();
    void setsNothingWhileItSyncs();
};

void TestBranchesPanel::showsEveryParameterThatMatters()
{
    Experiment full = experimentOf("inception-v3-a");
    full.between = Between::Leaky;
    full.batchNorm = true;
    for (const Experiment& experiment : {experimentOf("article"), full}) {
        const Window window(experiment);
        for (const ExperimentParameter& parameter : experimentParameters()) {
            const auto* control = window.find<QWidget>(parameter.id);
            QVERIFY2(control, parameter.id.data());
            QCOMPARE(control->isVisible(), isShown(parameter, experiment));
        }
    }
}

void TestBranchesPanel::namesAndExplainsEveryControl()
{
    const Window window;
    int controls = 0;
    for (const QWidget* widget : window.panel.findChildren<QWidget*>()) {
        const bool isPart = widget->objectName().startsWith(QStringLiteral("qt_"));
        if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisible() || isPart)
            continue;
        const auto* button = qobject_cast<const QAbstractButton*>(widget);
        const QString name = button ? button->text() : widget->accessibleName();
        QVERIFY2(!name.isEmpty(), widget->metaObject()->className());
        QVERIFY2(!widget->toolTip().isEmpty(), qPrintable(name));
        ++controls;
    }
    QVERIFY(controls > 15);
}

void TestBranchesPanel::showsWhatMattersOnly()
{
    Window window;
    QVERIFY(!window.find<QWidget>("mid-of")->isVisible());
    QVERIFY(!window.find<QWidget>("leaky-slope")->isVisible());
    window.document.set(*findParameter("between"), std::string("leaky"), 1);
    QVERIFY(window.find<QWidget>("leaky-slope")->isVisible());
    window.document.set(*findParameter("batch-norm"), true, 2);
    QVERIFY(window.find<QWidget>("mode")->isVisible());
    window.document.undoStack()->undo();
    QVERIFY(!window.find<QWidget>("mode")->isVisible());
}

void TestBranchesPanel::setsMidChannelsWithTheSlider()
{
    Window window;
    QCOMPARE(window.midSlider()->maximum(), 128);
    window.midSlider()->setValue(40);
    QCOMPARE(window.document.experiment().midChannels, 40);
    QCOMPARE(window.midBox()->value(), 40);
    window.midBox()->setValue(50);
    QCOMPARE(window.document.experiment().midChannels, 50);
    QCOMPARE(window.midSlider()->value(), 50);
    for (const PlacedMark& mark : window.midSlider()->placedMarks()) {
        QTest::mouseClick(window.midSlider(), Qt::LeftButton, {},
                          window.midSlider()->labelBox(mark).center());
        QCOMPARE(window.document.experiment().midChannels, mark.target);
    }
}

void TestBranchesPanel::undoesADragInOneStep()
{
    Window window;
    MarkedSlider* slider = window.midSlider();
    QTest::mousePress(slider, Qt::LeftButton, {}, {60, 10});
    for (const int x : {80, 100, 120, 140})
        QTest::mouseMove(slider, {x, 10});
    QTest::mouseRelease(slider, Qt::LeftButton, {}, {140, 10});
    QVERIFY(window.document.experiment().midChannels != 64);
    QCOMPARE(window.document.undoStack()->count(), 1);

    QTest::mouseClick(slider, Qt::LeftButton, {}, {30, 10}); // at once, and yet a step of its own
    QCOMPARE(window.document.undoStack()->count(), 2);

    window.document.undoStack()->undo();
    window.document.undoStack()->undo();
    QCOMPARE(window.document.experiment().midChannels, 64);
    QCOMPARE(slider->value(), 64);
    QCOMPARE(window.midBox()->value(), 64);
}

void TestBranchesPanel::undoesARunOfKeysInOneStep()
{
    Window window;
    const auto steps = [&](int count) {
        for (int i = 0; i < count; ++i)
            QTest::keyClick(window.midSlider(), Qt::Key_Right);
    };
    steps(5);
    QCOMPARE(window.document.experiment().midChannels, 69);
    QCOMPARE(window.document.undoStack()->count(), 1);
}

void TestBranchesPanel::saysWhatItCosts()
{
    Window window;
    QVERIFY(window.says(QStringLiteral("costs 28 % less than the 5×5")));
    window.midSlider()->setValue(128);
    QVERIFY(window.says(QStringLiteral("costs 44 % more than the 5×5")));
    QCOMPARE(window.midSlider()->accessibleDescription(),
             QStringLiteral("costs 44 % more than the 5×5"));
}

void TestBranchesPanel::followsTheTheme()
{
    Window window;
    window.midSlider()->setValue(128);
    const auto colorOfWords = [&window] {
        for (const QLabel* label : window.panel.findChildren<QLabel*>()) {
            if (label->text().startsWith(QStringLiteral("costs")))
                return label->palette().color(QPalette::WindowText);
        }
        return QColor();
    };
    for (const Theme* theme : {&lightTheme(), &darkTheme(), &lightTheme()}) {
        window.panel.setPalette(paletteOf(*theme));
        QCOMPARE(colorOfWords(), theme->warning);
        window.midSlider()->setValue(64);
        QCOMPARE(colorOfWords(), theme->text);
        window.midSlider()->setValue(128);
    }
}

void TestBranchesPanel::showsWhatHoldsAfterARefusal()
{
    Window window(experimentOf("googlenet-4e")); // 32 → 128
    QSignalSpy refusals(&window.document, &Document::refused);
    auto* residual = window.find<QComboBox>("residual");
    residual->setCurrentIndex(1); // identity
    QCOMPARE(refusals.count(), 1);
    QCOMPARE(residual->currentIndex(), 0);
    QCOMPARE(window.document.experiment().residual, ResidualKind::None);
    QVERIFY(!window.document.undoStack()->canUndo());
}

void TestBranchesPanel::reachesFurtherThanTheSlider()
{
    Window window;
    auto* slider = window.find<MarkedSlider>("in-channels");
    window.find<WholeNumberBox>("in-channels")->setValue(1000);
    QCOMPARE(window.document.experiment().inChannels, 1000);
    QCOMPARE(slider->value(), slider->maximum());
    QCOMPARE(window.midSlider()->maximum(), 2000);
}

void TestBranchesPanel::leavesTheWheelToTheScrollBar()
{
    Window window;
    window.panel.resize(window.panel.width(), 240);
    window.panel.setFocus();
    const QScrollBar* bar = window.panel.findChild<QScrollArea*>()->verticalScrollBar();
    QTRY_VERIFY(bar->maximum() > 0);
    const Experiment before = window.document.experiment();
    for (QWidget* control : {static_cast<QWidget*>(window.find<QComboBox>("between")),
                             static_cast<QWidget*>(window.find<WholeNumberBox>("seed")),
                             static_cast<QWidget*>(window.midSlider())}) {
        const int place = bar->value();
        QWheelEvent wheel({5, 5}, control->mapToGlobal(QPointF(5, 5)), {}, {0, -120}, Qt::NoButton,
                          Qt::NoModifier, Qt::NoScrollPhase, false);
        QSpontaneKeyEvent::setSpontaneous(&wheel); // else it goes to no one but the control
        qApp->notify(control, &wheel);
        QVERIFY2(bar->value() > place, control->metaObject()->className());
    }
    QVERIFY(window.document.experiment() == before);
}

void TestBranchesPanel::takesEveryKindOfParameter()
{
    Window window;
    window.find<QCheckBox>("bias")->click();
    QVERIFY(!window.document.experiment().bias);
    window.find<QComboBox>("between")->setCurrentIndex(2);
    QCOMPARE(window.document.experiment().between, Between::Leaky);
    window.find<RealNumberBox>("leaky-slope")->setValue(0.25);
    QCOMPARE(window.document.experiment().leakySlope, 0.25);
    window.find<WholeNumberBox>("seed")->setValue(qint64{1} << 60);
    QCOMPARE(window.document.experiment().seed, std::uint64_t{1} << 60);
    window.find<WholeNumberBox>("height")->setValue(100);
    QCOMPARE(window.document.experiment().size.height, 100);
}

void TestBranchesPanel::letsGoOfWeightFiles()
{
    Experiment experiment = experimentOf("article");
    const auto file = std::make_shared<WeightFile>();
    file->path = "/somewhere/trained.safetensors";
    experiment.weightFile = file;
    experiment.midBank = 96;
    Window window(experiment);
    QVERIFY(window.says(QStringLiteral("trained.safetensors")));
    QVERIFY(!window.find<WholeNumberBox>("in-channels")->isEnabled());
    QVERIFY(!window.find<QCheckBox>("batch-norm")->isEnabled());
    QVERIFY(window.midSlider()->isEnabled());
    QCOMPARE(window.midSlider()->maximum(), 96);

    auto* useSeeded = window.panel.findChild<QPushButton*>();
    QVERIFY(useSeeded->isVisible());
    useSeeded->click();
    QVERIFY(!window.document.experiment().weightFile);
    QCOMPARE(window.document.experiment().midBank, 128);
    QVERIFY(!useSeeded->isVisible());
    QVERIFY(window.find<WholeNumberBox>("in-channels")->isEnabled());
    QCOMPARE(window.document.undoStack()->count(), 1);
}

void TestBranchesPanel::setsNothingWhileItSyncs()
{
    Window window;
    QSignalSpy changes(&window.document, &Document::changed);
    Experiment other = experimentOf("inception-v3-a");
    other.between = Between::Leaky;
    other.leakySlope = 0.123456789;
    other.inChannels = 5000;
    other.outChannels = 7000;
    fitBank(other);
    window.document.replace(other, QStringLiteral("other"));
    QCOMPARE(changes.count(), 1);
    QVERIFY(window.document.experiment() == other);
}

QTEST_MAIN(TestBranchesPanel)
#include "test_branches_panel.moc"
