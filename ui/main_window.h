#pragma once

#include "core/experiment/experiment.h"

#include <QMainWindow>

class QLabel;

namespace factorscope {

class ComputeService;
class MapSheet;
struct BothEvaluated;

/// Shows a picture going through both branches. Builds and connects; computes nothing.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(const Experiment& experiment, QWidget* parent = nullptr);

private:
    void show(const BothEvaluated& both);

    ComputeService* m_compute;
    MapSheet* m_original;
    MapSheet* m_factorised;
    QLabel* m_cost;
};

} // namespace factorscope
