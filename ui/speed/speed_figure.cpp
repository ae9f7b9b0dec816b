#include "ui/speed/speed_figure.h"

#include "ui/figure/figure_page.h"
#include "ui/figure/recording.h"
#include "ui/speed/race_words.h"
#include "ui/speed/speed_picture.h"

#include <QCoreApplication>
#include <QPainter>

#include <algorithm>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Speed {
    Q_DECLARE_TR_FUNCTIONS(Speed)
};

constexpr double kWidth = 1240.0;
constexpr double kLeastHeight = 560.0;

} // namespace

Figure speedFigure(const Race& race, const ViewSettings& settings, const Theme& wantedTheme)
{
    const Theme theme = onPaper(wantedTheme);
    const int threads = shownThreads(race, settings.speed.threads);
    const QString title = Speed::tr("A race of both branches");
    const FigurePage sheet({kWidth, kLeastHeight}, title, race.experiment);
    const double beside = kLeastHeight - sheet.area().height();
    const double wanted = speedHeight(race, threads, sheet.area().width(), sheet.font());
    const QSizeF size(kWidth, std::max(kLeastHeight, wanted + beside));
    const FigurePage page(size, title, race.experiment);
    return {page.title(), size, recorded([&](QPainter& painter) {
                page.paint(painter, theme);
                painter.setFont(page.font());
                paintSpeed(painter, page.area(), race, threads, theme);
            })};
}

} // namespace factorscope
