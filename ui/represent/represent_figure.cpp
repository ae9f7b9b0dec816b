#include "ui/represent/represent_figure.h"

#include "ui/chart/line_chart.h"
#include "ui/figure/figure_page.h"
#include "ui/figure/recording.h"
#include "ui/represent/represent_picture.h"
#include "ui/represent/representation_target.h"

#include <QCoreApplication>
#include <QPainter>

#include <utility>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Represent {
    Q_DECLARE_TR_FUNCTIONS(Represent)
};

constexpr QSizeF kSize(1240.0, 800.0);
constexpr double kGap = 6.0 * kGrid;

/// Three kernels above; the pairs, the chart and the words below them.
struct Places {
    QRectF area;

    QRectF above(int column) const
    {
        const double width = (area.width() - 2.0 * kGap) / 3.0;
        return {area.left() + column * (width + kGap), area.top(), width, height()};
    }
    QRectF pairs(int row) const
    {
        const QRectF first = below(0);
        const double high = (first.height() - kGap / 2.0) / 2.0;
        return {first.left(), first.top() + row * (high + kGap / 2.0), first.width(), high};
    }
    QRectF below(int column) const { return above(column).translated(0.0, height() + kGap); }

private:
    double height() const { return (area.height() - kGap) / 2.0; }
};

NumberTable errorTable(const Representation& found)
{
    NumberTable table{.name = "errors",
                      .columns = {"mid_channels", "error", "error_on_picture", "starts", "reached",
                                  "free_numbers", "error_by_free_numbers"},
                      .rows = {}};
    for (const RepresentationPoint& point : found.points) {
        const std::int64_t mid = point.midChannels();
        table.rows.push_back({mid, point.fit.relativeError,
                              point.onPicture ? Json(*point.onPicture) : Json(), point.fit.starts,
                              point.fit.reached,
                              stackFreedom(found.inChannels(), mid, found.outChannels()),
                              errorByFreedom(found.inChannels(), mid, found.outChannels())});
    }
    return table;
}

} // namespace

Result<Representation> findRepresentation(const BothEvaluated& both, const ViewSettings& settings,
                                          const ComputeContext& context)
{
    return represent(representationQuestion(both, settings), context);
}

Figure representFigure(const BothEvaluated& both, const Representation& found,
                       const ViewSettings& settings, const Theme& wantedTheme)
{
    const Theme theme = onPaper(wantedTheme);
    const FigurePage page(kSize, Represent::tr("What two 3×3 can represent"), both.experiment);
    const Places places{page.area()};
    const auto kernels = representKernels(found, settings, theme);
    const auto factors = representFactors(found, settings, theme);
    const auto chart = recorded([&](QPainter& painter) {
        painter.setFont(page.font());
        paintLineChart(painter, places.below(1), representPlot(found, settings, theme), theme);
    });
    const QString words = representInWords(found, settings).join(QStringLiteral("\n\n"));
    const Colormap* colours = &settings.divergingOn(theme.isDark);
    return {page.title(), kSize,
            [page, places, kernels, factors, chart, words, colours, theme](QPainter& painter) {
                page.paint(painter, theme);
                painter.setFont(page.font());
                for (int i = 0; i < 3; ++i)
                    paintKernelPicture(painter, places.above(i),
                                       kernels[static_cast<std::size_t>(i)], theme, colours);
                for (int i = 0; i < 2; ++i)
                    paintKernelGrid(painter, places.pairs(i), factors[static_cast<std::size_t>(i)],
                                    theme, colours);
                chart(painter);
                painter.setFont(page.font());
                painter.setPen(theme.text);
                painter.drawText(places.below(2), Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap,
                                 words);
            }};
}

std::vector<NumberTable> representNumbers(const Representation& found, const ViewSettings& settings)
{
    const auto kernels = representKernels(found, settings, lightTheme());
    NumberTable kernel{
        .name = "kernel", .columns = {"y", "x", "target", "two_3x3", "difference"}, .rows = {}};
    for (int tap = 0; tap < 25; ++tap) {
        const auto at = static_cast<std::size_t>(tap);
        kernel.rows.push_back({tap / 5, tap % 5, kernels[0].values[at], kernels[1].values[at],
                               kernels[2].values[at]});
    }
    const auto factors = representFactors(found, settings, lightTheme());
    NumberTable pairs{
        .name = "pairs", .columns = {"mid_channel", "y", "x", "first", "second"}, .rows = {}};
    for (int mid = 0; mid < factors[0].count(); ++mid) {
        const auto& first = factors[0].tiles[static_cast<std::size_t>(mid)].values;
        const auto& second = factors[1].tiles[static_cast<std::size_t>(mid)].values;
        for (int tap = 0; tap < 9; ++tap) {
            const auto at = static_cast<std::size_t>(tap);
            pairs.rows.push_back({mid, tap / 3, tap % 3, first[at], second[at]});
        }
    }
    return {errorTable(found), std::move(kernel), std::move(pairs)};
}

} // namespace factorscope
