#pragma once

#include "core/experiment/evaluate.h"
#include "ui/cost/cost_words.h"
#include "ui/cost/strip_layout.h"

#include <QWidget>

#include <optional>

namespace factorscope {

/// What both branches cost, always in sight: parameters, MACs, activation memory, and the time that
/// they took on this machine.
class CostStrip : public QWidget {
    Q_OBJECT
public:
    explicit CostStrip(QWidget* parent = nullptr);

    using QWidget::show;
    /// Counts at once; the time stays that of the last run and is greyed.
    void show(const Experiment& experiment);
    void show(const BothEvaluated& both);
    void show(const BothTimed& both);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Times {
        double originalMs = 0.0;
        double factorisedMs = 0.0;
        bool isOld = false;
        bool isOneRun = true; ///< both were timed in one run
        int runs = 1; ///< those of several runs compare
    };
    void show(const Experiment& experiment, const std::optional<BothCosts>& costs);
    void describe();
    void layOut();

    StripContent m_content;
    std::array<QString, 4> m_help;
    std::optional<Times> m_times;
    StripLayout m_layout;
};

} // namespace factorscope
