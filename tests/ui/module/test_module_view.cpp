#include "core/experiment/presets.h"
#include "ui/module/module_diagram_widget.h"
#include "ui/module/module_view.h"

#include <QComboBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace factorscope;

namespace {

Experiment preset(std::string_view id)
{
    Experiment experiment;
    apply(*findPreset(id), experiment);
    return experiment;
}

} // namespace

class TestModuleView : public QObject {
    Q_OBJECT
private slots:
    void followsTheExperiment();
    void anotherModuleCanBeChosenAndLoaded();
    void stepsAreChosenByPointerAndKeys();
    void theChosenStepSurvivesAShorterBranch();
};

void TestModuleView::followsTheExperiment()
{
    ViewState state;
    ModuleView view(state);
    const auto* diagram = view.findChild<ModuleDiagramWidget*>();
    view.show(preset("googlenet-4e"));
    const QString before = diagram->accessibleDescription();
    QVERIFY(before.contains(QStringLiteral("832 channels")));
    Experiment wider = preset("googlenet-4e");
    wider.midChannels = 200;
    view.show(wider);
    QVERIFY(diagram->accessibleDescription() != before);
    QVERIFY(diagram->accessibleDescription().contains(QStringLiteral("32 → 200")));
}

void TestModuleView::anotherModuleCanBeChosenAndLoaded()
{
    ViewState state;
    ModuleView view(state);
    view.show(preset("article"));
    auto* modules = view.findChild<QComboBox*>();
    auto* load = view.findChild<QPushButton*>();
    QVERIFY(load->isEnabled());
    modules->setFocus();
    modules->setCurrentIndex(modules->findText(QStringLiteral("GoogLeNet 5b")));
    emit modules->activated(modules->currentIndex());
    QVERIFY(state.settings().module == findInceptionModule("googlenet-5b"));
    QSignalSpy picked(&view, &ModuleView::presetPicked);
    QTest::mouseClick(load, Qt::LeftButton);
    QCOMPARE(picked.count(), 1);
    QCOMPARE(picked[0][0].toString(), QStringLiteral("googlenet-5b"));
    view.show(preset("googlenet-5b"));
    QVERIFY(!load->isEnabled()); // it is loaded
}

void TestModuleView::stepsAreChosenByPointerAndKeys()
{
    ViewState state;
    ModuleView view(state);
    view.resize(900, 600);
    view.QWidget::show();
    view.show(preset("googlenet-3a"));
    auto* diagram = view.findChild<ModuleDiagramWidget*>();
    QVERIFY(diagram->chosen() == (ModulePlace{ModuleForm::Original, 2, 1}));
    const ModuleBox* pool = diagram->diagram().boxOf({ModuleForm::Factorised, 3, 0});
    QVERIFY(pool);
    QTest::mouseClick(diagram, Qt::LeftButton, {}, pool->rect.center().toPoint());
    QVERIFY(diagram->chosen() == pool->place);
    QTest::keyClick(diagram, Qt::Key_Left);
    QCOMPARE(diagram->chosen().branch, std::size_t{2});
    QTest::keyClick(diagram, Qt::Key_Down);
    QVERIFY(diagram->chosen().step > 0);
}

void TestModuleView::theChosenStepSurvivesAShorterBranch()
{
    ModuleDiagramWidget diagram;
    diagram.resize(900, 500);
    Experiment separable = preset("googlenet-3a");
    separable.factorised = BranchKind::Separable;
    diagram.show(*moduleComparison(separable, inceptionModules().front()));
    const ModuleBox* last = diagram.diagram().boxOf({ModuleForm::Factorised, 2, 4});
    QVERIFY(last);
    QTest::mouseClick(&diagram, Qt::LeftButton, {}, last->rect.center().toPoint());
    diagram.show(*moduleComparison(preset("googlenet-3a"), inceptionModules().front()));
    QVERIFY(diagram.chosen() == (ModulePlace{ModuleForm::Factorised, 2, 2}));
}

QTEST_MAIN(TestModuleView)
#include "test_module_view.moc"
