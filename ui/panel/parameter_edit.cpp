#include "ui/panel/parameter_edit.h"

#include "ui/text/text.h"

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

/// A size has both sides or none: the other side follows, in the proportions of the picture.
/// Returns whether it had to.
bool completeSize(Experiment& experiment, const Experiment& before)
{
    Extent& size = experiment.size;
    if ((size.height > 0) == (size.width > 0))
        return false;
    const Extent own = experiment.picture ? experiment.picture->size() : Extent{1, 1};
    const auto side = [](std::int64_t other, std::int64_t part, std::int64_t whole) {
        constexpr double kMost = 65536.0;
        const double length = std::round(static_cast<double>(other) * static_cast<double>(part)
                                         / static_cast<double>(whole));
        return static_cast<std::int64_t>(std::clamp(length, 1.0, kMost));
    };
    if (before.size.height > 0)
        size = {0, 0};
    else if (size.height > 0)
        size.width = side(size.height, own.width, own.height);
    else
        size.height = side(size.width, own.height, own.width);
    return true;
}

} // namespace

ParameterEdit::ParameterEdit(Document& document, const ExperimentParameter& parameter,
                             QObject* parent, std::chrono::milliseconds pause)
    : QObject(parent), m_document(document), m_parameter(parameter), m_pause(pause)
{}

void ParameterEdit::begin()
{
    m_gesture = m_document.newGesture();
    m_isHeld = true;
}

void ParameterEdit::end()
{
    m_gesture = 0;
    m_isHeld = false;
}

void ParameterEdit::set(const ParameterValue& value)
{
    const auto now = std::chrono::steady_clock::now();
    if (m_gesture == 0 || (!m_isHeld && now - m_lastStep >= m_pause))
        m_gesture = m_document.newGesture();
    m_lastStep = now;
    Experiment wanted = m_document.experiment();
    if (setParameter(wanted, m_parameter, value) && completeSize(wanted, m_document.experiment())) {
        m_document.replace(std::move(wanted), translated(m_parameter.label));
        return;
    }
    m_document.set(m_parameter, value, m_gesture);
}

} // namespace factorscope
