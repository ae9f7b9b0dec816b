#pragma once

#include <QTimer>

#include <cstdint>

namespace factorscope {

/// The clock of a sum that adds itself up: says how many terms are due.
class SumPlayer : public QObject {
    Q_OBJECT
public:
    explicit SumPlayer(QObject* parent = nullptr);

    bool isPlaying() const { return m_timer.isActive(); }
    void play();
    void stop();
    /// At least 1; from now on.
    void setTermsPerSecond(int terms);
    int termsPerSecond() const { return m_termsPerSecond; }

signals:
    void due(qint64 terms);
    void playingChanged(bool isPlaying);

private:
    void tick();

    QTimer m_timer;
    int m_termsPerSecond = 10;
    double m_owed = 0.0; ///< of a term
};

} // namespace factorscope
