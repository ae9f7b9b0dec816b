#include "ui/arithmetic/arithmetic_figure.h"

#include "ui/arithmetic/reuse_picture.h"
#include "ui/arithmetic/source_picture.h"
#include "ui/arithmetic/sum_words.h"
#include "ui/chart/line_chart.h"
#include "ui/figure/figure_page.h"
#include "ui/figure/recording.h"

#include <QCoreApplication>
#include <QPainter>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Arithmetic {
    Q_DECLARE_TR_FUNCTIONS(Arithmetic)
};

constexpr QSizeF kProductsSize(1120.0, 1000.0);
constexpr QSizeF kMultiplicationsSize(1120.0, 700.0);
constexpr double kGap = 6.0 * kGrid;
constexpr double kWords = 12.0 * kGrid; ///< height, below all
constexpr SheetFit kWhole{.leastSide = 0.25, .scrolledRows = 0}; ///< paper has no scroll bar

/// Two by two, and the words below.
struct Places {
    QRectF area;

    QRectF part(int row, int column) const
    {
        const double width = (area.width() - kGap) / 2.0;
        const double height = (area.height() - kWords - 2.0 * kGap) / 2.0;
        return {area.left() + column * (width + kGap), area.top() + row * (height + kGap), width,
                height};
    }
    QRectF words() const { return {area.left(), area.bottom() - kWords, area.width(), kWords}; }
};

void paintWords(QPainter& painter, const FigurePage& page, const QRectF& place,
                const QString& words, const Theme& theme)
{
    painter.setFont(page.font());
    painter.setPen(theme.text);
    painter.drawText(place, Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, words);
}

} // namespace

Result<ArithmeticSums> sumsForFigure(const std::shared_ptr<const BothEvaluated>& both,
                                     const ViewSettings& settings, const ComputeContext& context)
{
    ASSIGN_OR_RETURN(ArithmeticSums sums,
                     arithmeticSums(both, sumsQuestion(*both, settings), nullptr, context));
    if (sums.whyClosed)
        return *sums.whyClosed;
    return sums;
}

Figure productsFigure(const std::shared_ptr<const ArithmeticSums>& sums,
                      const ViewSettings& settings, const Theme& wantedTheme)
{
    const Theme theme = onPaper(wantedTheme);
    const FigurePage page(kProductsSize, Arithmetic::tr("One output value, product by product"),
                          sums->both->experiment);
    const Places places{page.area()};
    std::array<SumPicture, 3> pictures;
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        pictures[i] = sumPicture(*sums, kSumPlaces[i], settings.arithmetic, theme);
        pictures[i].isActive = false; // on paper nothing is stepped through
    }
    const SumPlace active = settings.arithmetic.active;
    const CloseUp source
        = sourcePicture(*sums, active, pictures[static_cast<std::size_t>(active)], settings, theme);
    const QString words = sumsInWords(*sums);
    const Colormap* colours = &settings.divergingOn(theme.isDark);
    return {page.title(), kProductsSize,
            [page, places, pictures, source, words, colours, theme](QPainter& painter) {
                page.paint(painter, theme);
                painter.setRenderHint(QPainter::Antialiasing);
                painter.setFont(page.font());
                paintSum(painter, places.part(0, 0), pictures[0], theme, colours, kWhole);
                paintSum(painter, places.part(0, 1), pictures[1], theme, colours, kWhole);
                paintSum(painter, places.part(1, 1), pictures[2], theme, colours, kWhole);
                paintCloseUp(painter, places.part(1, 0), source, theme);
                paintWords(painter, page, places.words(), words, theme);
            }};
}

Figure multiplicationsFigure(const Experiment& experiment, const ViewSettings& settings,
                             const Theme& wantedTheme)
{
    const Theme theme = onPaper(wantedTheme);
    const FigurePage page(kMultiplicationsSize, Arithmetic::tr("Multiplications and reuse"),
                          experiment);
    const QRectF area = page.area().adjusted(0.0, 0.0, 0.0, -2.0 * kWords - kGap);
    const double half = (area.width() - kGap) / 2.0;
    const QRectF left(area.left(), area.top(), half, area.height());
    const QRectF right = left.translated(half + kGap, 0.0);
    const QRectF words(area.left(), area.bottom() + kGap, area.width(), 2.0 * kWords);
    const ReusePicture picture = reusePicture(experiment, settings.arithmetic);
    const auto chart = recorded([&](QPainter& painter) {
        painter.setFont(page.font());
        paintLineChart(painter, right, reusePlot(picture, theme), theme);
    });
    const QString text
        = multiplicationsInWords(picture) + QStringLiteral("\n") + outputInWords(picture);
    return {page.title(), kMultiplicationsSize,
            [page, left, words, picture, chart, text, theme](QPainter& painter) {
                page.paint(painter, theme);
                painter.setRenderHint(QPainter::Antialiasing);
                painter.setFont(page.font());
                paintReuse(painter, left, picture, theme);
                chart(painter);
                paintWords(painter, page, words, text, theme);
            }};
}

} // namespace factorscope
