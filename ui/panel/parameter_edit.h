#pragma once

#include "ui/document/document.h"

#include <chrono>

namespace factorscope {

/// Sets one parameter of the document as the user works its controls. What belongs to one gesture
/// is undone together: a drag from begin() to end(), or a run of steps without a pause.
class ParameterEdit : public QObject {
    Q_OBJECT
public:
    static constexpr std::chrono::milliseconds kPause{700};

    ParameterEdit(Document& document, const ExperimentParameter& parameter, QObject* parent,
                  std::chrono::milliseconds pause = kPause);

    const ExperimentParameter& parameter() const { return m_parameter; }
    void begin();
    void end();
    void set(const ParameterValue& value);

private:
    Document& m_document;
    const ExperimentParameter& m_parameter;
    std::chrono::milliseconds m_pause;
    std::chrono::steady_clock::time_point m_lastStep{};
    bool m_isHeld = false;
    int m_gesture = 0; ///< 0: none goes on
};

} // namespace factorscope
