#pragma once

#include "core/race/race.h"
#include "ui/theme/theme.h"

#include <QWidget>

#include <memory>

namespace factorscope {

/// Lanes and roofline, beside each other where there is room, else below each other; under them the
/// sentence and the machine. With the painter's font. What has no room is cut off at the bottom:
/// see speedHeight().
void paintSpeed(QPainter& painter, const QRectF& area, const Race& race, int threads,
                const Theme& theme);
/// What it takes at this width.
double speedHeight(const Race& race, int threads, double width, const QFont& font);

/// Shows a race, one under way as well.
class SpeedPicture : public QWidget {
    Q_OBJECT
public:
    explicit SpeedPicture(QWidget* parent = nullptr);

    using QWidget::show;
    /// Null shows what a race is.
    void show(const std::shared_ptr<const Race>& race, int threads);
    const std::shared_ptr<const Race>& race() const { return m_race; }

    QSize sizeHint() const override { return {900, 560}; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QString description() const;

    std::shared_ptr<const Race> m_race;
    int m_threads = 1;
};

} // namespace factorscope
