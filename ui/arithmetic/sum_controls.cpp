#include "ui/arithmetic/sum_controls.h"

#include "ui/arithmetic/sum_words.h"
#include "ui/text/text.h"
#include "ui/theme/choice_button.h"
#include "ui/theme/theme.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QSlider>

namespace factorscope {
namespace {

constexpr std::array kSpeeds{1, 4, 15, 60, 250, 1000}; ///< terms per second
constexpr int kUsualSpeed = 2; ///< of them

} // namespace

SumControls::SumControls(QWidget* parent)
    : QWidget(parent),
      m_natural(new ChoiceButton(
          tr("As added"), tr("Channel by channel, row by row: as the reference adds up"), this)),
      m_byContribution(
          new ChoiceButton(tr("Largest first"), tr("By the magnitude of the product"), this)),
      m_play(new QToolButton(this)), m_slider(new QSlider(Qt::Horizontal, this)),
      m_speed(new QComboBox(this))
{
    setAccessibleName(tr("Terms"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(m_natural);
    row->addWidget(m_byContribution);
    row->addSpacing(3 * kGrid);
    row->addWidget(m_play);
    row->addSpacing(2 * kGrid);
    row->addWidget(m_slider, 1);
    row->addSpacing(2 * kGrid);
    row->addWidget(m_speed);
    addOrder();
    addPlay();
    addSpeed();
}

void SumControls::addOrder()
{
    auto* group = new QButtonGroup(this);
    group->addButton(m_natural);
    group->addButton(m_byContribution);
    connect(m_natural, &QToolButton::clicked, this,
            [this] { emit orderWanted(ProductOrder::Natural); });
    connect(m_byContribution, &QToolButton::clicked, this,
            [this] { emit orderWanted(ProductOrder::ByContribution); });
}

void SumControls::addPlay()
{
    m_play->setToolTip(tr("Adds one term after the other (Space)"));
    m_play->setFocusPolicy(Qt::StrongFocus);
    m_play->setAccessibleName(tr("Play"));
    m_play->setText(tr("❚❚ Pause")); // the wider of both
    m_play->setMinimumWidth(m_play->sizeHint().width());
    connect(m_play, &QToolButton::clicked, this, &SumControls::playWanted);
    m_slider->setAccessibleName(tr("Terms added up"));
    m_slider->setToolTip(tr("How many terms are added up"));
    m_slider->setMinimumWidth(10 * kGrid);
    connect(m_slider, &QSlider::valueChanged, this, [this](int terms) { emit termsWanted(terms); });
}

void SumControls::addSpeed()
{
    m_speed->setAccessibleName(tr("Speed of playing"));
    m_speed->setToolTip(tr("Terms per second while playing"));
    for (const int speed : kSpeeds)
        m_speed->addItem(tr("%1 / s").arg(numberLocale().toString(speed)), speed);
    m_speed->setCurrentIndex(kUsualSpeed);
    connect(m_speed, &QComboBox::currentIndexChanged, this,
            [this] { emit speedWanted(termsPerSecond()); });
}

int SumControls::termsPerSecond() const
{
    return m_speed->currentData().toInt();
}

void SumControls::syncFrom(const SumPicture& picture, ProductOrder order, bool isPlaying)
{
    (order == ProductOrder::Natural ? m_natural : m_byContribution)->setChecked(true);
    m_play->setText(isPlaying ? tr("❚❚ Pause") : tr("▶ Play"));
    m_play->setAccessibleName(isPlaying ? tr("Pause") : tr("Play"));
    m_play->setEnabled(!picture.isEmpty());
    m_slider->setEnabled(!picture.isEmpty());
    if (picture.isEmpty())
        return;
    const QSignalBlocker blocker(m_slider);
    m_slider->setRange(0, static_cast<int>(picture.count()));
    m_slider->setPageStep(static_cast<int>(picture.sum().tapsOfChannel()));
    m_slider->setValue(static_cast<int>(picture.taken()));
    m_slider->setAccessibleDescription(picture.heading + QStringLiteral(": ") + takenText(picture));
}

} // namespace factorscope
