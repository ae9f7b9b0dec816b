#pragma once

#include "core/experiment/parameters.h"

#include <QObject>
#include <QUndoStack>

namespace factorscope {

/// Holds the experiment. All changes go through it, each can be undone, and changes of one gesture,
/// such as a drag of a slider, are undone together.
class Document : public QObject {
    Q_OBJECT
public:
    explicit Document(const Experiment& experiment, QObject* parent = nullptr);

    const Experiment& experiment() const { return m_experiment; }
    QUndoStack* undoStack() { return &m_undoStack; }

    /// A number for one gesture of the user: changes that bear the same one are undone together.
    int newGesture() { return ++m_lastGesture; }

    /// Sets a parameter, unless its value does not fit: then refused() tells why. C_mid and its
    /// bank follow the channels.
    void set(const ExperimentParameter& parameter, const ParameterValue& value, int gesture);
    /// Takes over another experiment, such as one with another picture. `text` names the step.
    void replace(Experiment experiment, const QString& text);
    /// Goes back to the experiment before, since this one cannot be computed: a change is dropped
    /// for good, an undo is redone, a redo undone.
    void takeBack();
    /// After work on the last change was stopped: goes on from what is shown.
    void returnTo(const Experiment& shown);

signals:
    void changed(const Experiment& experiment);
    void refused(const Error& error);

private:
    class Change;
    void push(Experiment experiment, const QString& text, int gesture);
    void show(const Experiment& experiment);

    Experiment m_experiment;
    QUndoStack m_undoStack;
    /// How the experiment came to be what it is.
    enum class Reached { AsItWas, Changed, Undone, Redone };
    Reached m_reached = Reached::AsItWas;
    int m_lastGesture = 0; ///< the highest number given out
    int m_gesture = 0; ///< of the last change of a parameter
    Experiment m_beforeGesture;
    Experiment m_afterGesture; ///< so far; another experiment ends the gesture
    bool m_isTakingBack = false;
};

} // namespace factorscope
