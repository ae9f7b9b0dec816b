#include "ui/main_window.h"

#include "core/image/contact_sheet.h"
#include "ui/compute/compute_service.h"
#include "ui/image/pixels.h"
#include "ui/map_sheet.h"

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QStatusBar>
#include <QVBoxLayout>

namespace factorscope {
namespace {

QString sentence(const Error& error)
{
    const QString text = QCoreApplication::translate("core", error.text);
    return QString::fromStdString(filledIn(text.toStdString(), error.arguments));
}

} // namespace

MainWindow::MainWindow(const Experiment& experiment, QWidget* parent)
    : QMainWindow(parent), m_compute(new ComputeService(0, this)), m_original(new MapSheet(this)),
      m_factorised(new MapSheet(this)), m_cost(new QLabel(this))
{
    setWindowTitle(tr("Factorscope"));
    auto* center = new QWidget(this);
    auto* sheets = new QHBoxLayout;
    sheets->setSpacing(16);
    sheets->addWidget(m_original);
    sheets->addWidget(m_factorised);
    auto* layout = new QVBoxLayout(center);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->addLayout(sheets, 1);
    layout->addWidget(m_cost);
    setCentralWidget(center);
    resize(1280, 760);

    connect(m_compute, &ComputeService::answered, this,
            [this](const auto& answer) { show(std::get<BothEvaluated>(*answer)); });
    connect(m_compute, &ComputeService::failed, this,
            [this](const Error& error) { statusBar()->showMessage(sentence(error)); });
    statusBar()->showMessage(tr("computing both branches"));
    m_compute->ask(experiment, EvaluateBoth{});
}

void MainWindow::show(const BothEvaluated& both)
{
    m_original->setMaps(tr("original 5×5, after ReLU"),
                        toQImage(contactSheet(*both.original.run.output)));
    m_factorised->setMaps(tr("decomposed 3×3 ∘ 3×3, after ReLU"),
                          toQImage(contactSheet(*both.factorised.run.output)));
    const QLocale locale;
    m_cost->setText(tr("MACs: %1 in the 5×5, %2 in the two 3×3")
                        .arg(locale.toString(qlonglong(both.original.cost.total.macs)),
                             locale.toString(qlonglong(both.factorised.cost.total.macs))));
    const double milliseconds = both.original.run.milliseconds + both.factorised.run.milliseconds;
    statusBar()->showMessage(
        tr("both branches in %1 ms").arg(locale.toString(milliseconds, 'f', 1)));
}

} // namespace factorscope
