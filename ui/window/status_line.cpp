#include "ui/window/status_line.h"

#include "core/conv/instruction_set.h"
#include "ui/text/text.h"
#include "ui/theme/theme.h"

#include <QLabel>
#include <QProgressBar>
#include <QToolButton>

#include <algorithm>

namespace factorscope {
namespace {

constexpr int kTickMs = 100;

/// The algorithms that ran, each once.
void collect(const std::vector<LayerRun>& layers, QStringList& names)
{
    for (const LayerRun& layer : layers) {
        const QString name = QString::fromStdString(layer.algorithm);
        if (!name.isEmpty() && !names.contains(name))
            names << name;
        collect(layer.body, names);
    }
}

} // namespace

StatusLine::StatusLine(QWidget* parent)
    : QStatusBar(parent), m_state(new QLabel(tr("idle"), this)), m_progress(new QProgressBar(this)),
      m_cancel(new QToolButton(this)), m_method(new QLabel(this)), m_latency(new QLabel(this)),
      m_cursor(new QLabel(this))
{
    setSizeGripEnabled(false);
    m_progress->setMaximum(0); // until it is known how long it takes
    m_progress->setFixedSize(30 * kGrid, 2 * kGrid);
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(tr("Progress"));
    m_cancel->setText(tr("Cancel"));
    m_cancel->setToolTip(tr("Stops what is under way; the last picture stays"));
    m_cancel->setAccessibleName(tr("Cancel"));
    m_state->setAccessibleName(tr("State"));
    m_method->setAccessibleName(tr("Method"));
    m_cursor->setAccessibleName(tr("Cursor"));
    m_state->setContentsMargins(2 * kGrid, 0, 2 * kGrid, 0);
    addWidget(m_state);
    addWidget(m_progress);
    addWidget(m_cancel);
    addWidget(m_method, 1);
    m_latency->setAccessibleName(tr("Response"));
    m_latency->setToolTip(tr("How long the last change took to reach the screen"));
    m_latency->setContentsMargins(0, 0, 3 * kGrid, 0);
    addPermanentWidget(m_latency);
    m_cursor->setContentsMargins(0, 0, 2 * kGrid, 0);
    addPermanentWidget(m_cursor);
    m_progress->hide();
    m_cancel->hide();
    m_long.setSingleShot(true);
    m_long.setInterval(kLongMs);
    m_tick.setInterval(kTickMs);
    connect(&m_long, &QTimer::timeout, this, [this] {
        m_progress->show();
        m_cancel->show();
        m_tick.start();
        showWork(true);
        showProgress();
    });
    connect(&m_tick, &QTimer::timeout, this, &StatusLine::showProgress);
    connect(m_cancel, &QToolButton::clicked, this, &StatusLine::cancelled);
}

void StatusLine::setBusy(const QObject* service, bool isBusy, const Work& work)
{
    if (isBusy)
        m_work[service] = work;
    else
        m_work.erase(service);
    showWork(m_tick.isActive());
    if (m_work.empty()) {
        m_long.stop();
        m_tick.stop();
        m_progress->hide();
        m_cancel->hide();
    } else if (!m_long.isActive() && !m_tick.isActive()) {
        m_long.start();
    }
}

/// Says what is under way; of what is told of once it takes long, only then.
void StatusLine::showWork(bool isLong)
{
    const auto told = std::ranges::find_if(
        m_work, [isLong](const auto& one) { return isLong || one.second.isToldAtOnce; });
    m_state->setText(told == m_work.end() ? tr("idle") : told->second.what);
}

void StatusLine::showProgress()
{
    constexpr int kSteps = 100;
    double share = 0.0;
    for (const auto& [service, work] : m_work)
        share = std::max(share, work.share ? work.share() : 0.0);
    m_progress->setMaximum(share > 0.0 ? kSteps : 0);
    m_progress->setValue(static_cast<int>(share * kSteps));
}

void StatusLine::show(const BothEvaluated& both, int threads)
{
    QStringList names;
    collect(both.original.run.layers, names);
    collect(both.factorised.run.layers, names);
    m_method->setText(tr("%1 · %2 · %3 threads · 5×5 %4 ms, factorised %5 ms")
                          .arg(names.join(QStringLiteral(", ")),
                               QString::fromUtf8(instructionSetName(bestInstructionSet()).data()))
                          .arg(threads)
                          .arg(fixed(both.original.run.milliseconds, 1),
                               fixed(both.factorised.run.milliseconds, 1)));
}

void StatusLine::showLatency(double milliseconds)
{
    m_latency->setText(tr("picture after %1 ms").arg(fixed(milliseconds, 0)));
}

void StatusLine::showCursor(const ViewSettings& settings)
{
    m_cursor->setText(settings.cursor
                          ? tr("x %1, y %2").arg(settings.cursor->x).arg(settings.cursor->y)
                              + (settings.isPinned ? tr(" · pinned") : QString())
                          : QString());
}

} // namespace factorscope
