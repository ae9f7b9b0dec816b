#include "ui/cost/page_figures.h"

#include "core/experiment/cost_tables.h"
#include "core/result/expects.h"
#include "ui/cost/alpha_layout.h"
#include "ui/cost/convention_text.h"
#include "ui/cost/formula_layout.h"
#include "ui/cost/formulas_page.h"
#include "ui/cost/modules_page.h"
#include "ui/cost/network_text.h"
#include "ui/figure/figure_page.h"
#include "ui/figure/recording.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

/// The context of the texts here.
struct CostPages {
    Q_DECLARE_TR_FUNCTIONS(CostPages)
};

constexpr double kWidth = 960.0;
constexpr double kGap = 4.0 * kGrid;

/// Words as wide as the area; returns where they end.
double paintWords(QPainter& painter, const QRectF& area, const QString& words, const QColor& colour)
{
    painter.setPen(colour);
    QRectF used;
    painter.drawText(area, Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, words, &used);
    return used.bottom();
}

double heightOf(const QString& words, double width, const QFont& font)
{
    constexpr double kTall = 10'000.0;
    return QFontMetricsF(font)
        .boundingRect(QRectF(0.0, 0.0, width, kTall), Qt::TextWordWrap, words)
        .height();
}

/// A page that is as high as what is in it.
struct Sheet {
    QSizeF size;
    FigurePage page;
};
Sheet sheetFor(QSizeF contents, const QString& title, const Experiment& experiment)
{
    const FigurePage trial(QSizeF(kWidth, kWidth), title, experiment);
    const QRectF area = trial.area();
    const QSizeF size(std::ceil(kWidth - area.width() + contents.width()),
                      std::ceil(kWidth - area.height() + contents.height()));
    return {size, FigurePage(size, title, experiment)};
}

ConventionAnswer answerOf(const CostQuestion& question, const CostLook& look)
{
    Result<ConventionAnswer> answer = conventionAnswer(question, look);
    EXPECTS(answer);
    return *std::move(answer);
}

/// A page to measure with.
FigurePage trialPage(const QString& title, const Experiment& experiment)
{
    return {QSizeF(kWidth, kWidth), title, experiment};
}

} // namespace

Figure modulesFigure(const CostQuestion& question, const CostLook& look, const Theme& wantedTheme)
{
    constexpr QSizeF kSize(kWidth, 600.0);
    const Theme theme = onPaper(wantedTheme);
    const FigurePage page(kSize, CostPages::tr("Published branches over α"), question.experiment);
    const AlphaPlot plot = alphaPlot(look.midRule, question);
    const QString words = alphaTitle(look.midRule) + u'\n' + plot.ownWords;
    return {page.title(), kSize, recorded([&](QPainter& painter) {
                page.paint(painter, theme);
                painter.setFont(page.font());
                QRectF area = page.area();
                area.setTop(paintWords(painter, area, words, theme.text) + kGap);
                paintAlphaPlot(painter, plot, alphaLayout(plot, area, page.font()), page.font(),
                               theme);
            })};
}

std::vector<NumberTable> modulesNumbers(const CostQuestion& question, const CostLook& look)
{
    const AlphaPlot plot = alphaPlot(look.midRule, question);
    NumberTable byRule{.name = "alpha-by-rule",
                       .columns = {"branch", "rule", "mid_channels", "alpha", "ratio"},
                       .rows = {}};
    for (const AlphaBranch& branch : plot.branches)
        byRule.rows.push_back({branch.preset->id, midRuleName(look.midRule), branch.midChannels,
                               branch.alpha, branch.ratio});
    if (plot.own)
        byRule.rows.push_back(
            {"experiment", Json(), question.experiment.midChannels, plot.own->x(), plot.own->y()});
    return {alphaTable(alphaPoints()), std::move(byRule)};
}

Figure formulasFigure(const CostQuestion& question, const Theme& wantedTheme)
{
    const Theme theme = onPaper(wantedTheme);
    const QString title = CostPages::tr("Formulas of the costs");
    const std::vector<Formula> all = formulasOf(question);
    const FigurePage trial = trialPage(title, question.experiment);
    const QString words = assumptionText(question.experiment);
    double height = heightOf(words, trial.area().width(), trial.font()) + kGap;
    for (const Formula& formula : all)
        height += formulaHeight(formula, trial.font()) + kGap;
    const Sheet sheet = sheetFor({trial.area().width(), height}, title, question.experiment);
    const FigurePage& page = sheet.page;
    return {title, sheet.size, recorded([&](QPainter& painter) {
                page.paint(painter, theme);
                painter.setFont(page.font());
                QRectF area = page.area();
                area.setTop(paintWords(painter, area, words, theme.text) + kGap);
                for (const Formula& formula : all) {
                    paintFormula(painter, area, formula, page.font(), theme);
                    area.setTop(area.top() + formulaHeight(formula, page.font()) + kGap);
                }
            })};
}

std::vector<NumberTable> formulasNumbers(const CostQuestion& question)
{
    return {formulaTable(formulasOf(question))};
}

Figure conventionsFigure(const CostQuestion& question, const CostLook& look,
                         const Theme& wantedTheme)
{
    const Theme theme = onPaper(wantedTheme);
    const QString title = CostPages::tr("Conventions of counting");
    const ConventionAnswer answer = answerOf(question, look);
    const TextTable rules = ruleTable(answer, theme);
    const TextTable difference = ruleDifference(answer, theme);
    const FigurePage trial = trialPage(title, question.experiment);
    const QFont font = trial.font();
    QStringList lines;
    if (!look.number.empty())
        lines << CostPages::tr("The number %1:").arg(QString::fromStdString(look.number));
    lines << conventionWords(answer);
    const QString words = lines.join(u'\n');
    const double width = std::max({trial.area().width(), textTableSize(rules, font).width(),
                                   textTableSize(difference, font).width()});
    const double height = heightOf(words, width, font) + textTableSize(rules, font).height()
        + textTableSize(difference, font).height() + 2.0 * kGap;
    const Sheet sheet = sheetFor({width, height}, title, question.experiment);
    const FigurePage& page = sheet.page;
    return {title, sheet.size, recorded([&](QPainter& painter) {
                page.paint(painter, theme);
                painter.setFont(font);
                const QRectF area = page.area();
                double top = paintWords(painter, area, words, theme.text) + kGap;
                paintTextTable(painter, {area.left(), top}, difference, font, theme);
                top += textTableSize(difference, font).height() + kGap;
                paintTextTable(painter, {area.left(), top}, rules, font, theme);
            })};
}

std::vector<NumberTable> conventionsNumbers(const CostQuestion& question, const CostLook& look)
{
    const ConventionAnswer answer = answerOf(question, look);
    std::vector<NumberTable> tables{countTable(answer.subjects)};
    for (const std::size_t subject : {std::size_t{0}, answer.factorised}) {
        NumberTable difference
            = differenceTable(answer.subjects[subject].parts, *answer.rule, *answer.other);
        difference.name = "difference-" + answer.subjects[subject].branch;
        tables.push_back(std::move(difference));
    }
    if (answer.number)
        tables.push_back(matchTable(*answer.number, answer.subjects));
    return tables;
}

Figure networkFigure(const CostQuestion& question, const CostLook& look, const Theme& wantedTheme)
{
    const Theme theme = onPaper(wantedTheme);
    const QString title = CostPages::tr("A network of original 5×5, and decomposed to two 3×3");
    const NetworkCost network = networkOf(look);
    const TextTable table = networkTextTable(network, theme);
    const QString words = networkInWords(network, look);
    const FigurePage trial = trialPage(title, question.experiment);
    const QFont font = trial.font();
    const double width = std::max(trial.area().width(), textTableSize(table, font).width());
    const double height = heightOf(words, width, font) + textTableSize(table, font).height() + kGap;
    const Sheet sheet = sheetFor({width, height}, title, question.experiment);
    const FigurePage& page = sheet.page;
    return {title, sheet.size, recorded([&](QPainter& painter) {
                page.paint(painter, theme);
                painter.setFont(font);
                const QRectF area = page.area();
                const double top = paintWords(painter, area, words, theme.text) + kGap;
                paintTextTable(painter, {area.left(), top}, table, font, theme);
            })};
}

std::vector<NumberTable> networkNumbers(const CostLook& look)
{
    return {networkTable(networkOf(look))};
}

} // namespace factorscope
