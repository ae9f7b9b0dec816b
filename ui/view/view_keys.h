#pragma once

#include "ui/view/view_state.h"

#include <QObject>

class QKeyEvent;

namespace factorscope {

/// The keys of the views. Watches a window for keys that none of its controls has used:
/// arrows move the cursor (ten pixels with Shift), Enter pins, Esc lets go, + − 0 zoom, A all maps
/// or one, Page Up and Down the chosen output map (with Shift the mid map), F flickers while held,
/// S splits one map between both outputs, comma and full stop move the divider.
class ViewKeys : public QObject {
    Q_OBJECT
public:
    ViewKeys(ViewState& view, QWidget& window);

    /// What the cursor moves within and how many maps there are.
    struct Limits {
        Extent size;
        std::int64_t outChannels = 1;
        std::int64_t midChannels = 1;
    };
    void setLimits(const Limits& limits) { m_limits = limits; }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    bool press(const QKeyEvent& event);
    bool moveCursor(const QKeyEvent& event);
    bool changeSettings(const QKeyEvent& event);
    double mostZoom() const;
    void flicker(bool on);

    ViewState& m_view;
    Limits m_limits;
};

} // namespace factorscope
