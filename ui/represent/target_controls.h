#pragma once

#include "core/experiment/parameters.h"
#include "ui/view/view_state.h"

#include <QWidget>

#include <vector>

class QComboBox;
class QFormLayout;

namespace factorscope {

class RealNumberBox;
class WholeNumberBox;

/// Which target there is, and the parameters that shape it.
class TargetControls : public QWidget {
    Q_OBJECT
public:
    explicit TargetControls(QWidget* parent = nullptr);

    void syncFrom(const RepresentLook& look);

signals:
    void wanted(const factorscope::RepresentLook& look);

private:
    struct Row {
        const ExperimentParameter* parameter;
        RealNumberBox* box;
    };
    void addTargets();
    void addParameter(const ExperimentParameter& parameter);
    void choose(int index);

    QFormLayout* m_form;
    QComboBox* m_targets;
    WholeNumberBox* m_seed;
    std::vector<Row> m_rows;
    RepresentLook m_look; ///< as shown
};

} // namespace factorscope
