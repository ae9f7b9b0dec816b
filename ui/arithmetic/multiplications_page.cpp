#include "ui/arithmetic/multiplications_page.h"

#include "ui/arithmetic/reuse_widget.h"
#include "ui/chart/line_chart_view.h"
#include "ui/theme/choice_button.h"
#include "ui/theme/theme.h"

#include <QButtonGroup>
#include <QEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

constexpr int kOutputsPerSecond = 2; ///< slow enough to count

QLabel* wrapped(QWidget* parent, const QString& name)
{
    auto* label = new QLabel(parent);
    label->setWordWrap(true);
    label->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    label->setAccessibleName(name);
    return label;
}

} // namespace

MultiplicationsPage::MultiplicationsPage(ViewState& view, QWidget* parent)
    : QWidget(parent), m_view(view), m_reuse(new ReuseWidget(this)),
      m_curve(new LineChartView(this)),
      m_words(wrapped(this, tr("Multiplications of both branches"))),
      m_step(wrapped(this, tr("Multiplications of the shown output")))
{
    setAccessibleName(tr("Multiplications"));
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(4 * kGrid);
    grid->setVerticalSpacing(3 * kGrid);
    grid->addWidget(tools(), 0, 0, 1, 2);
    grid->addWidget(m_words, 1, 0, 1, 2);
    grid->addWidget(m_reuse, 2, 0);
    grid->addWidget(m_curve, 2, 1);
    grid->addWidget(m_step, 3, 0, 1, 2);
    grid->setColumnStretch(0, 5);
    grid->setColumnStretch(1, 4);
    grid->setRowStretch(2, 1);
    setFocusProxy(m_reuse);
    connect(m_reuse, &ReuseWidget::outputWanted, this, [this](std::optional<qint64> output) {
        m_player.stop();
        setOutput(output);
    });
    connect(m_reuse, &ReuseWidget::playWanted, this, &MultiplicationsPage::play);
    connect(m_curve, &LineChartView::picked, this,
            [this](double tile) { setTile(std::llround(tile)); });
    connect(&m_view, &ViewState::changed, this, &MultiplicationsPage::refresh);
    m_player.setTermsPerSecond(kOutputsPerSecond);
    connect(&m_player, &SumPlayer::due, this, &MultiplicationsPage::step);
    connect(&m_player, &SumPlayer::playingChanged, this, &MultiplicationsPage::refresh);
}

MultiplicationsPage::~MultiplicationsPage() = default;

QWidget* MultiplicationsPage::tools()
{
    auto* tools = new QWidget(this);
    tools->setAccessibleName(tr("What is counted"));
    m_one = new ChoiceButton(tr("One channel"), tr("Of one input, one mid and one output channel"),
                             tools);
    m_all = new ChoiceButton(tr("All channels"), tr("Of all channels of this experiment"), tools);
    m_play = new QToolButton(tools);
    m_play->setToolTip(tr("Computes one output after the other (Space)"));
    m_play->setFocusPolicy(Qt::StrongFocus);
    m_play->setAccessibleName(tr("Play"));
    m_tile = new QSlider(Qt::Horizontal, tools);
    m_tile->setRange(1, static_cast<int>(ArithmeticLook::kMostTile));
    m_tile->setPageStep(1);
    m_tile->setAccessibleName(tr("Tile"));
    m_tile->setToolTip(tr("Outputs on each side of the tile that keeps its mid values"));
    m_tileText = new QLabel(tools);
    m_tileText->setMinimumWidth(
        m_tileText->fontMetrics().horizontalAdvance(tr("tile %1×%1").arg(88)));
    m_tileText->setBuddy(m_tile);
    auto* group = new QButtonGroup(tools);
    auto* row = new QHBoxLayout(tools);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    for (ChoiceButton* button : {m_one, m_all}) {
        group->addButton(button);
        row->addWidget(button);
    }
    row->addSpacing(3 * kGrid);
    row->addWidget(m_play);
    row->addSpacing(3 * kGrid);
    row->addWidget(m_tileText);
    row->addSpacing(2 * kGrid);
    row->addWidget(m_tile, 1);
    for (const auto& [button, channels] :
         {std::pair(m_one, Channels::One), std::pair(m_all, Channels::All)})
        connect(button, &QToolButton::clicked, this, [this, channels] {
            change([=](ArithmeticLook& look) { look.channels = channels; });
        });
    connect(m_play, &QToolButton::clicked, this, &MultiplicationsPage::play);
    connect(m_tile, &QSlider::valueChanged, this, [this](int tile) { setTile(tile); });
    return tools;
}

template <typename Change>
void MultiplicationsPage::change(const Change& change)
{
    ViewSettings settings = m_view.settings();
    change(settings.arithmetic);
    m_view.set(settings);
}

void MultiplicationsPage::show(const std::shared_ptr<const BothEvaluated>& both)
{
    m_both = both;
    refresh();
}

void MultiplicationsPage::refresh()
{
    m_step->setMinimumHeight(2 * m_step->fontMetrics().lineSpacing()); // so that nothing moves
    if (!m_both || !isVisible())
        return;
    const ArithmeticLook& look = m_view.settings().arithmetic;
    const ReusePicture picture = reusePicture(m_both->experiment, look);
    m_reuse->show(picture);
    m_curve->show(reusePlot(picture, themeOf(*this)));
    m_words->setText(multiplicationsInWords(picture));
    m_step->setText(outputInWords(picture));
    (look.channels == Channels::One ? m_one : m_all)->setChecked(true);
    m_play->setText(isPlaying() ? tr("❚❚ Pause") : tr("▶ Play"));
    m_play->setAccessibleName(isPlaying() ? tr("Pause") : tr("Play"));
    const QSignalBlocker blocker(m_tile);
    m_tile->setValue(static_cast<int>(picture.tile));
    m_tileText->setText(tr("tile %1×%1").arg(picture.tile));
    emit drawn();
}

void MultiplicationsPage::setOutput(std::optional<std::int64_t> output)
{
    change([=](ArithmeticLook& look) { look.output = output; });
}

void MultiplicationsPage::setTile(std::int64_t tile)
{
    m_player.stop();
    change([=](ArithmeticLook& look) {
        look.tile = std::clamp<std::int64_t>(tile, 1, ArithmeticLook::kMostTile);
        look.output.reset();
    });
}

void MultiplicationsPage::play()
{
    if (isPlaying()) {
        m_player.stop();
        return;
    }
    const ReusePicture& picture = m_reuse->picture();
    if (picture.computed() == picture.outputs())
        setOutput(0);
    m_player.play();
}

void MultiplicationsPage::step()
{
    const ReusePicture& picture = m_reuse->picture();
    if (picture.computed() == picture.outputs()) {
        m_player.stop();
        setOutput({});
        return;
    }
    setOutput(*picture.output + 1);
}

void MultiplicationsPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    refresh();
}

void MultiplicationsPage::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    m_player.stop();
}

void MultiplicationsPage::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        refresh();
}

} // namespace factorscope
