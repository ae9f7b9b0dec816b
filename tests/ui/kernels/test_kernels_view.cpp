#include "ui/kernels/kernels_view.h"

#include "tests/support/evaluated.h"
#include "ui/kernels/kernel_grid_widget.h"
#include "ui/kernels/kernel_picture_widget.h"
#include "ui/kernels/weights_page.h"
#include "ui/theme/choice_button.h"
#include "ui/theme/theme.h"

#include <QAccessible>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

#include <cstdlib>

using namespace factorscope;

namespace {

/// The view of an answer, in front.
struct Shown {
    ViewState state;
    KernelsView view{state};
    QSignalSpy drawn{&view, &KernelsView::drawn};

    explicit Shown(const Experiment& experiment = smallExperiment(), QSize size = {900, 640})
    {
        view.resize(size);
        view.show(evaluated(experiment));
        view.show();
    }
    WeightsPage& weights() const { return *view.findChild<WeightsPage*>(); }
    QList<KernelGridWidget*> grids() const
    {
        QList<KernelGridWidget*> seen;
        for (auto* grid : view.findChildren<KernelGridWidget*>()) {
            if (grid->isVisible())
                seen << grid;
        }
        return seen;
    }
    ChoiceButton* button(const QString& text) const
    {
        for (auto* button : view.findChildren<ChoiceButton*>()) {
            if (button->text() == text)
                return button;
        }
        return nullptr;
    }
};

} // namespace

class TestKernelsView : public QObject {
    Q_OBJECT
private slots:
    void showsTheWeights();
    void aChosenKernelIsTheChosenMap();
    void followsTheChosenMaps();
    void choosesByKeys();
    void takesAnotherAnswer();
    void drawsNothingWhileHidden();
    void choosesTheScale();
    void fitsSmallAndLargeWindows();
    void everythingHasAName();
    void followsTheTheme();
};

void TestKernelsView::showsTheWeights()
{
    const Shown shown;
    QCOMPARE(shown.drawn.size(), 1);
    QVERIFY(!shown.view.isBusy());
    QCOMPARE(shown.grids().size(), 3);
    QCOMPARE(shown.grids()[2]->grid(), shown.weights().panels()[2].grid);
    QVERIFY(shown.button(QStringLiteral("Weights"))->isChecked());
}

void TestKernelsView::aChosenKernelIsTheChosenMap()
{
    const Shown shown;
    emit shown.grids()[2]->chosen(5);
    QCOMPARE(shown.state.settings().midChannel, 5);
    QCOMPARE(shown.grids()[1]->grid().caption,
             QStringLiteral("mid channel 6, from 3 input channels"));
    emit shown.grids()[0]->chosen(2);
    QCOMPARE(shown.state.settings().inChannel, 2);
    QCOMPARE(shown.grids()[1]->grid().chosen, std::optional(2));
}

void TestKernelsView::followsTheChosenMaps()
{
    Shown shown;
    ViewSettings settings = shown.state.settings();
    settings.outChannel = 9;
    settings.midChannel = 3;
    shown.state.set(settings);
    QVERIFY(shown.grids()[0]->grid().caption.startsWith(QStringLiteral("output channel 10")));
    QCOMPARE(shown.grids()[2]->grid().chosen, std::optional(3));
}

void TestKernelsView::choosesByKeys()
{
    const Shown shown;
    KernelGridWidget* second = shown.grids()[2];
    second->setFocus();
    QTest::keyClick(second, Qt::Key_Right);
    QTest::keyClick(second, Qt::Key_Right);
    QCOMPARE(shown.state.settings().midChannel, 2);
    QTest::keyClick(second, Qt::Key_End);
    QCOMPARE(shown.state.settings().midChannel, 15);
}

void TestKernelsView::takesAnotherAnswer()
{
    Shown shown;
    Experiment experiment = smallExperiment();
    experiment.kernels.reset();
    experiment.factorised = BranchKind::Separable;
    shown.view.show(evaluated(experiment));
    QCOMPARE(shown.grids().size(), 5);
    shown.view.show(evaluated(smallExperiment()));
    QCOMPARE(shown.grids().size(), 3);
}

void TestKernelsView::drawsNothingWhileHidden()
{
    Shown shown;
    shown.view.hide();
    shown.drawn.clear();
    const KernelGrid before = shown.weights().panels()[2].grid;
    ViewSettings settings = shown.state.settings();
    settings.outChannel = 4;
    shown.state.set(settings);
    QVERIFY(shown.drawn.isEmpty());
    QCOMPARE(shown.weights().panels()[2].grid, before);
    shown.view.show(); // and catches up
    QVERIFY(shown.weights().panels()[2].grid != before);
}

void TestKernelsView::choosesTheScale()
{
    const Shown shown;
    QVERIFY(shown.button(QStringLiteral("Scale per layer"))->isChecked());
    QVERIFY(shown.grids()[0]->grid().limit != shown.grids()[2]->grid().limit);
    shown.button(QStringLiteral("One scale"))->click();
    QVERIFY(shown.state.settings().kernels.hasOneScale);
    QCOMPARE(shown.grids()[0]->grid().limit, shown.grids()[2]->grid().limit);
}

void TestKernelsView::fitsSmallAndLargeWindows()
{
    Experiment experiment = smallExperiment();
    experiment.kernels.reset();
    experiment.factorised = BranchKind::Separable;
    experiment.residual = ResidualKind::Conv1x1;
    for (const QSize size : {QSize(520, 460), QSize(900, 640), QSize(1900, 1200)}) {
        const Shown shown(experiment, size);
        QCoreApplication::processEvents();
        QCOMPARE(shown.view.size(), size);
        const auto* scroll = shown.weights().findChild<QScrollArea*>();
        QVERIFY(scroll->widget()->width() <= scroll->viewport()->width());
        const auto grids = shown.grids();
        QCOMPARE(grids.size(), 7);
        for (const KernelGridWidget* grid : grids)
            QVERIFY(grid->width() >= 120 && grid->height() >= 140);
        QVERIFY(std::abs(grids[0]->width() - grids[1]->width()) <= 1); // of one width
    }
}

void TestKernelsView::everythingHasAName()
{
    const Shown shown;
    for (QWidget* child : shown.view.findChildren<QWidget*>()) {
        if (!child->isVisible() || child->focusPolicy() == Qt::NoFocus)
            continue;
        QAccessibleInterface* face = QAccessible::queryAccessibleInterface(child);
        QVERIFY(face);
        QVERIFY2(!face->text(QAccessible::Name).isEmpty(), child->metaObject()->className());
    }
}

void TestKernelsView::followsTheTheme()
{
    Shown shown;
    for (const Theme& theme : {darkTheme(), lightTheme()}) {
        shown.view.setPalette(paletteOf(theme));
        QCOMPARE(shown.grids()[0]->grid().colour, theme.original);
        QCOMPARE(shown.grids()[1]->grid().colour, theme.factorised);
    }
}

QTEST_MAIN(TestKernelsView)
#include "test_kernels_view.moc"
