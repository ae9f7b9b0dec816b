#pragma once

#include "ui/receptive/close_up.h"

#include <QWidget>

namespace factorscope {

/// Shows a close-up.
class CloseUpWidget : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;

    void show(const CloseUp& closeUp);
    QSize minimumSizeHint() const override { return {160, 180}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    CloseUp m_closeUp;
};

} // namespace factorscope
