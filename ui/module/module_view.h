#pragma once

#include "core/experiment/evaluate.h"
#include "core/experiment/inception_module.h"
#include "ui/view/view_state.h"

#include <QWidget>

#include <optional>

class QComboBox;
class QLabel;
class QPushButton;

namespace factorscope {

class ModuleDiagramWidget;

/// Where the branch stands: an Inception module with the 5×5 beside the same with what replaces it,
/// and what each branch has of the whole. Counted, not computed.
class ModuleView : public QWidget {
    Q_OBJECT
public:
    explicit ModuleView(ViewState& view, QWidget* parent = nullptr);

    using QWidget::show;
    void show(const Experiment& experiment);

signals:
    /// The channels of this preset are wanted in the experiment.
    void presetPicked(const QString& id);

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* toolRow();
    const InceptionModule& module() const;
    void redraw();
    void showChosen();
    void dress();

    ViewState& m_view;
    std::optional<Experiment> m_experiment;
    std::optional<ModuleComparison> m_shown;
    QComboBox* m_modules;
    QPushButton* m_load;
    QLabel* m_verdict;
    ModuleDiagramWidget* m_diagram;
    QLabel* m_chosen;
};

} // namespace factorscope
