#include "ui/document/document.h"

#include "ui/text/text.h"

#include <QUndoCommand>

namespace factorscope {

/// One step: the experiment before and after.
class Document::Change : public QUndoCommand {
public:
    Change(Document& document, Experiment after, const QString& text, int gesture)
        : QUndoCommand(text), m_document(document), m_before(document.m_experiment),
          m_after(std::move(after)), m_gesture(gesture)
    {}

    void undo() override
    {
        setObsolete(m_document.m_isTakingBack); // the stack then drops it
        m_document.m_reached = Reached::Undone;
        m_document.show(m_before);
    }
    void redo() override
    {
        m_document.m_reached = Reached::Redone;
        m_document.show(m_after);
    }
    int id() const override { return m_gesture; }
    bool mergeWith(const QUndoCommand* next) override
    {
        m_after = static_cast<const Change*>(next)->m_after;
        setObsolete(m_after == m_before); // dragged there and back
        return true;
    }

private:
    Document& m_document;
    Experiment m_before;
    Experiment m_after;
    int m_gesture; ///< two changes merge when theirs is the same
};

Document::Document(const Experiment& experiment, QObject* parent)
    : QObject(parent), m_experiment(experiment)
{}

void Document::set(const ExperimentParameter& parameter, const ParameterValue& value, int gesture)
{
    if (gesture != m_gesture || m_experiment != m_afterGesture)
        m_beforeGesture = m_experiment;
    m_gesture = gesture;
    // From where the gesture began: what followed the parameter down follows it up again.
    Experiment experiment = m_beforeGesture;
    const Result<void> fits = setParameter(experiment, parameter, value);
    if (!fits) {
        emit changed(m_experiment); // the control shows what holds
        emit refused(fits.error());
        return;
    }
    fitBank(experiment);
    push(std::move(experiment), translated(parameter.label), gesture);
    m_afterGesture = m_experiment;
}

void Document::replace(Experiment experiment, const QString& text)
{
    push(std::move(experiment), text, newGesture());
}

void Document::push(Experiment experiment, const QString& text, int gesture)
{
    const Result<void> valid = validate(experiment);
    if (!valid) {
        emit changed(m_experiment);
        emit refused(valid.error());
        return;
    }
    if (experiment == m_experiment)
        return;
    m_undoStack.push(new Change(*this, std::move(experiment), text, gesture));
    m_reached = Reached::Changed;
}

void Document::takeBack()
{
    switch (m_reached) {
    case Reached::AsItWas:
        break;
    case Reached::Changed:
        m_isTakingBack = true;
        m_undoStack.undo();
        m_isTakingBack = false;
        break;
    case Reached::Undone:
        m_undoStack.redo();
        break;
    case Reached::Redone:
        m_undoStack.undo();
        break;
    }
    m_reached = Reached::AsItWas;
}

void Document::returnTo(const Experiment& shown)
{
    if (m_experiment == shown)
        return;
    takeBack();
    if (m_experiment != shown) // something on the way of a drag is shown
        replace(shown, tr("stopped change"));
}

void Document::show(const Experiment& experiment)
{
    m_experiment = experiment;
    emit changed(m_experiment);
}

} // namespace factorscope
