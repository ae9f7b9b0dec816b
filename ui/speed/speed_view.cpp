#include "ui/speed/speed_view.h"

#include "ui/speed/race_words.h"
#include "ui/speed/speed_picture.h"
#include "ui/text/text.h"
#include "ui/theme/choice_button.h"
#include "ui/theme/theme.h"

#include <QBoxLayout>
#include <QButtonGroup>
#include <QComboBox>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>

#include <algorithm>

namespace factorscope {
namespace {

constexpr int kPollMs = 100;

} // namespace

SpeedView::SpeedView(ViewState& view, QWidget* parent)
    : QWidget(parent), m_view(view), m_start(new QPushButton(this)), m_list(new QComboBox(this)),
      m_state(new QLabel(this)), m_picture(new SpeedPicture(this)), m_lane(this)
{
    setAccessibleName(tr("Speed"));
    m_poll.setInterval(kPollMs);
    m_state->setWordWrap(true);
    m_state->setAccessibleName(tr("State of the race"));
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setAccessibleName(tr("Race"));
    scroll->setWidget(m_picture);
    auto* rows = new QVBoxLayout(this);
    rows->setSpacing(2 * kGrid);
    rows->addWidget(toolRow());
    rows->addWidget(m_state);
    rows->addWidget(scroll, 1);
    setFocusProxy(m_start);
    connectParts();
    redraw();
}

SpeedView::~SpeedView() = default;

QWidget* SpeedView::toolRow()
{
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2 * kGrid);
    m_start->setToolTip(tr("Times both branches on this machine (Enter)"));
    m_start->setMinimumWidth(20 * kGrid);
    auto* label = new QLabel(tr("&Race of"), box);
    label->setBuddy(m_list);
    m_list->setAccessibleName(tr("Races of this session"));
    m_list->setToolTip(tr("The races of this session, to compare"));
    m_list->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_list->setMinimumContentsLength(16);
    m_list->setEnabled(false);
    row->addWidget(m_start);
    row->addWidget(threadChoice());
    row->addSpacing(2 * kGrid);
    row->addWidget(label);
    row->addWidget(m_list, 1);
    return box;
}

QWidget* SpeedView::threadChoice()
{
    auto* box = new QWidget(this);
    box->setAccessibleName(tr("Threads"));
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    m_one = new ChoiceButton(tr("1 thread"), tr("Shows the lanes on one thread"), box);
    m_all = new ChoiceButton(tr("All threads"), tr("Shows the lanes on all threads"), box);
    auto* group = new QButtonGroup(box);
    for (ChoiceButton* button : {m_one, m_all}) {
        group->addButton(button);
        row->addWidget(button);
    }
    return box;
}

void SpeedView::connectParts()
{
    connect(m_start, &QPushButton::clicked, this, &SpeedView::startOrStop);
    connect(m_one, &QToolButton::clicked, this, [this] { chooseThreads(1); });
    connect(m_all, &QToolButton::clicked, this, [this] { chooseThreads(0); });
    connect(m_list, &QComboBox::activated, this, [this](int index) {
        SpeedLook look = m_view.settings().speed;
        look.race = m_races[m_races.size() - 1 - static_cast<std::size_t>(index)];
        change(look);
    });
    connect(&m_view, &ViewState::changed, this, &SpeedView::redraw);
    connect(&m_poll, &QTimer::timeout, this, &SpeedView::follow);
    connect(&m_lane, &AnalysisLane::busyChanged, this, &SpeedView::follow);
    connect(&m_lane, &AnalysisLane::failed, this, &SpeedView::failed);
}

void SpeedView::show(const std::shared_ptr<const BothEvaluated>& both)
{
    m_both = both;
    sayState();
}

void SpeedView::startOrStop()
{
    if (m_lane.isBusy()) {
        m_lane.stop();
        return;
    }
    if (!m_both)
        return;
    const auto board = std::make_shared<RaceBoard>();
    m_board = board;
    m_lane.ask([this, both = m_both, plan = m_view.settings().speed.plan,
                board](const ComputeContext& context) -> Result<AnalysisLane::Show> {
        ASSIGN_OR_RETURN(Race found, race(*both, plan, context, board.get()));
        const auto shared = std::make_shared<const Race>(std::move(found));
        return AnalysisLane::Show([this, shared] { take(shared); });
    });
}

void SpeedView::take(const std::shared_ptr<const Race>& race)
{
    m_races.push_back(race);
    if (m_races.size() > kMostRaces)
        m_races.erase(m_races.begin());
    SpeedLook look = m_view.settings().speed;
    look.race = race;
    change(look);
    emit drawn();
}

void SpeedView::change(const SpeedLook& look)
{
    ViewSettings settings = m_view.settings();
    settings.speed = look;
    m_view.set(settings);
}

void SpeedView::chooseThreads(int threads)
{
    SpeedLook look = m_view.settings().speed;
    look.threads = threads;
    change(look);
}

/// The race under way, else the chosen one; null before the first.
std::shared_ptr<const Race> SpeedView::shown() const
{
    if (m_lane.isBusy() && m_board && m_board->latest())
        return m_board->latest();
    return m_view.settings().speed.race;
}

void SpeedView::redraw()
{
    const SpeedLook& look = m_view.settings().speed;
    (look.threads == 1 ? m_one : m_all)->setChecked(true);
    const QSignalBlocker blocker(m_list);
    m_list->clear();
    for (std::size_t i = m_races.size(); i-- > 0;) {
        m_list->addItem(raceTitle(*m_races[i]));
        if (m_races[i] == look.race)
            m_list->setCurrentIndex(m_list->count() - 1);
    }
    m_list->setEnabled(!m_races.empty() && !m_lane.isBusy());
    const std::shared_ptr<const Race> race = shown();
    const int wanted = look.threads;
    m_picture->show(race, race ? shownThreads(*race, wanted) : 1);
    if (race)
        m_all->setText(threadsInWords(race->machine.threads));
    m_one->setEnabled(!race || race->machine.threads > 1);
    sayState();
}

/// While a race is under way its rounds are shown as they come in.
void SpeedView::follow()
{
    if (m_lane.isBusy())
        m_poll.start();
    else
        m_poll.stop();
    redraw();
}

void SpeedView::sayState()
{
    const bool isRacing = m_lane.isBusy();
    m_start->setText(isRacing ? tr("Stop") : tr("Race"));
    m_start->setEnabled(isRacing || m_both);
    const std::shared_ptr<const Race>& race = m_view.settings().speed.race;
    if (isRacing)
        m_state->setText(tr("Racing. Whatever else this machine computes now, in this window or "
                            "beside it, disturbs the times."));
    else if (race && m_both && !race->isOf(*m_both))
        m_state->setText(tr("⚠ Of another experiment: %1. Race again for the present one.")
                             .arg(raceTitle(*race)));
    else if (race)
        m_state->setText(tr("Of the present branches and input size."));
    else
        m_state->setText(tr("Enter starts a race."));
}

void SpeedView::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        startOrStop();
    else
        QWidget::keyPressEvent(event);
}

} // namespace factorscope
