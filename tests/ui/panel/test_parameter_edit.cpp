#include "ui/panel/parameter_edit.h"

#include "core/image/samples.h"

#include <QTest>

using namespace factorscope;
using namespace std::chrono_literals;

namespace {

const ExperimentParameter& parameter(std::string_view id)
{
    return *findParameter(id);
}

Document* documentWithPicture(QObject* parent)
{
    Experiment experiment;
    experiment.picture = std::make_shared<const Picture>(findSample("gratings")->draw({40, 80}));
    return new Document(experiment, parent);
}

} // namespace

class TestParameterEdit : public QObject {
    Q_OBJECT
private slots:
    void joinsStepsOfOneRun();
    void partsStepsAfterAPause();
    void joinsAllOfADrag();
    void partsADragFromWhatComesNext();
    void completesASize();
    void letsGoOfASizeAsAWhole();
};

void TestParameterEdit::joinsStepsOfOneRun()
{
    Document document(Experiment{});
    ParameterEdit edit(document, parameter("in-channels"), nullptr, 1h);
    for (const std::int64_t channels : {10, 11, 12})
        edit.set(channels);
    QCOMPARE(document.undoStack()->count(), 1);
    QCOMPARE(document.experiment().inChannels, 12);
    document.undoStack()->undo();
    QCOMPARE(document.experiment().inChannels, 64);
}

void TestParameterEdit::partsStepsAfterAPause()
{
    Document document(Experiment{});
    ParameterEdit edit(document, parameter("in-channels"), nullptr, 0ms); // each time is a pause
    for (const std::int64_t channels : {10, 11, 12})
        edit.set(channels);
    QCOMPARE(document.undoStack()->count(), 3);
}

void TestParameterEdit::joinsAllOfADrag()
{
    Document document(Experiment{});
    ParameterEdit edit(document, parameter("in-channels"), nullptr, 0ms);
    edit.begin();
    for (const std::int64_t channels : {10, 11, 12})
        edit.set(channels);
    edit.end();
    QCOMPARE(document.undoStack()->count(), 1);
}

void TestParameterEdit::partsADragFromWhatComesNext()
{
    Document document(Experiment{});
    ParameterEdit edit(document, parameter("in-channels"), nullptr, 1h);
    edit.begin();
    edit.set(std::int64_t{10});
    edit.end();
    edit.set(std::int64_t{11});
    QCOMPARE(document.undoStack()->count(), 2);
}

void TestParameterEdit::completesASize()
{
    Document* document = documentWithPicture(this);
    ParameterEdit height(*document, parameter("height"), this);
    height.set(std::int64_t{20});
    QCOMPARE(document->experiment().size, (Extent{20, 40}));
    height.set(std::int64_t{30}); // the width is the user's now
    QCOMPARE(document->experiment().size, (Extent{30, 40}));
    document->undoStack()->undo();
    document->undoStack()->undo();
    QCOMPARE(document->experiment().size, Extent{});

    ParameterEdit width(*document, parameter("width"), this);
    width.set(std::int64_t{1});
    QCOMPARE(document->experiment().size, (Extent{1, 1}));
}

void TestParameterEdit::letsGoOfASizeAsAWhole()
{
    Document* document = documentWithPicture(this);
    ParameterEdit height(*document, parameter("height"), this);
    height.set(std::int64_t{20});
    height.set(std::int64_t{0});
    QCOMPARE(document->experiment().size, Extent{});
}

QTEST_MAIN(TestParameterEdit)
#include "test_parameter_edit.moc"
