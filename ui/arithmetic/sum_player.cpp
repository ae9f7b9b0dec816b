#include "ui/arithmetic/sum_player.h"

#include <algorithm>

namespace factorscope {
namespace {

constexpr int kMsOfSecond = 1000;
constexpr int kLeastMs = 33; ///< between two pictures

} // namespace

SumPlayer::SumPlayer(QObject* parent) : QObject(parent)
{
    setTermsPerSecond(m_termsPerSecond);
    connect(&m_timer, &QTimer::timeout, this, &SumPlayer::tick);
}

void SumPlayer::play()
{
    if (isPlaying())
        return;
    m_owed = 0.0;
    m_timer.start();
    emit playingChanged(true);
}

void SumPlayer::stop()
{
    if (!isPlaying())
        return;
    m_timer.stop();
    emit playingChanged(false);
}

void SumPlayer::setTermsPerSecond(int terms)
{
    m_termsPerSecond = std::max(1, terms);
    m_timer.setInterval(std::max(kLeastMs, kMsOfSecond / m_termsPerSecond));
}

void SumPlayer::tick()
{
    m_owed += static_cast<double>(m_termsPerSecond) * m_timer.interval() / kMsOfSecond;
    const auto terms = std::max<qint64>(1, static_cast<qint64>(m_owed));
    m_owed = std::max(0.0, m_owed - static_cast<double>(terms));
    emit due(terms);
}

} // namespace factorscope
