#include "ui/cost/cost_strip.h"

#include "ui/cost/warning_sign.h"
#include "ui/text/text.h"
#include "ui/theme/theme.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

namespace factorscope {
namespace {

/// What stands beside the 5×5, as short as a row's name.
QString rowName(BranchKind kind)
{
    switch (kind) {
    case BranchKind::Original:
        return CostStrip::tr("5×5");
    case BranchKind::Decomposed:
        return CostStrip::tr("two 3×3");
    case BranchKind::Separable:
        return CostStrip::tr("separable");
    case BranchKind::Asymmetric:
        return CostStrip::tr("1×5, 5×1");
    }
    return {};
}

QString millisecondsInWords(double ms)
{
    const int decimals = ms < 1.0 ? 3 : ms < 10.0 ? 2 : ms < 100.0 ? 1 : 0;
    return CostStrip::tr("%1 ms").arg(fixed(ms, decimals));
}

/// "with biases 102,464 → 73,856  −27.92 %"; nothing where there is no more than weights.
QString learnedInWords(const Experiment& experiment, const BothCosts& costs)
{
    if (costs.original.params == costs.original.weights
        && costs.factorised.params == costs.factorised.weights)
        return {};
    const QString what = !experiment.batchNorm ? CostStrip::tr("with biases")
        : experiment.bias                      ? CostStrip::tr("with biases and BatchNorm")
                                               : CostStrip::tr("with BatchNorm");
    const double ratio = ratioOf(costs.factorised, costs.original).params;
    return CostStrip::tr("%1 %2 → %3  %4")
        .arg(what, grouped(costs.original.params), grouped(costs.factorised.params),
             signedPercent(ratio - 1.0, 2));
}

StripColumn weightsColumn(const Experiment& experiment, const BothCosts& costs)
{
    const double ratio = ratioOf(costs.factorised, costs.original).weights;
    return {.original = static_cast<double>(costs.original.weights),
            .factorised = static_cast<double>(costs.factorised.weights),
            .originalText = grouped(costs.original.weights),
            .factorisedText = grouped(costs.factorised.weights),
            .saving = signedPercent(ratio - 1.0, 2),
            .note = learnedInWords(experiment, costs)};
}

StripColumn macsColumn(const BothCosts& costs)
{
    const double ratio = ratioOf(costs.factorised, costs.original).macs;
    const auto original = static_cast<double>(costs.original.macs);
    const auto factorised = static_cast<double>(costs.factorised.macs);
    return {.original = original,
            .factorised = factorised,
            .originalText = grouped(costs.original.macs),
            .factorisedText = grouped(costs.factorised.macs),
            .shortOriginalText = shortNumber(original),
            .shortFactorisedText = shortNumber(factorised),
            .saving = signedPercent(ratio - 1.0, 1),
            .note = savingInWords(ratio),
            .warns = isDearer(ratio)};
}

StripColumn memoryColumn(const BothCosts& costs)
{
    const double ratio = ratioOf(costs.factorised, costs.original).activationBytes;
    return {.original = static_cast<double>(costs.original.activationBytes),
            .factorised = static_cast<double>(costs.factorised.activationBytes),
            .originalText = bytesInWords(costs.original.activationBytes),
            .factorisedText = bytesInWords(costs.factorised.activationBytes),
            .saving = signedPercent(ratio - 1.0, 1)};
}

std::array<QString, 4> headings()
{
    return {CostStrip::tr("parameters, weights only"), CostStrip::tr("MACs for one image"),
            CostStrip::tr("activation memory"), CostStrip::tr("time of this run")};
}

std::array<QString, 4> shortHeadings()
{
    return {CostStrip::tr("weights"), CostStrip::tr("MACs"), CostStrip::tr("memory"),
            CostStrip::tr("time")};
}

StripColumn emptyColumn()
{
    const QString none = CostStrip::tr("–");
    return {.originalText = none, .factorisedText = none};
}

/// One column as a sentence.
QString sentenceOf(const StripContent& content, const StripColumn& column)
{
    if (column.original <= 0.0 && column.factorised <= 0.0)
        return CostStrip::tr("%1: not known yet").arg(column.heading);
    QString text = CostStrip::tr("%1: %2 %3, %4 %5")
                       .arg(column.heading, content.originalName, column.originalText,
                            content.factorisedName, column.factorisedText);
    if (!column.saving.isEmpty())
        text += CostStrip::tr(", %1").arg(column.saving);
    if (!column.note.isEmpty())
        text += CostStrip::tr("; %1").arg(column.note);
    if (column.isOld)
        text += CostStrip::tr("; of the last run");
    return text;
}

/// What each column counts.
std::array<QString, 4> explanations()
{
    return {CostStrip::tr("5×5: 25·C_in·C_out\ntwo 3×3: 9·C_mid·(C_in + C_out)"),
            CostStrip::tr("One MAC is a product and its addition, two FLOPs.\n"
                          "5×5: 25·C_in·C_out·H·W\ntwo 3×3: 9·C_mid·(C_in + C_out)·H·W"),
            CostStrip::tr("The outputs of all layers, 4 bytes a value; ReLU works in place.\n"
                          "5×5: 4·C_out·H·W\ntwo 3×3: 4·(C_mid + C_out)·H·W"),
            CostStrip::tr("How long each branch took on this machine.")};
}

QColor colorOf(StripLayout::Ink ink, const Theme& theme)
{
    switch (ink) {
    case StripLayout::Ink::Text:
        return theme.text;
    case StripLayout::Ink::Muted:
        return theme.mutedText;
    case StripLayout::Ink::Warning:
        return theme.warning;
    }
    return theme.text;
}

} // namespace

CostStrip::CostStrip(QWidget* parent) : QWidget(parent)
{
    setAccessibleName(tr("Costs"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    show({}, std::nullopt);
}

void CostStrip::show(const Experiment& experiment)
{
    if (m_times)
        m_times->isOld = true;
    const Result<BothCosts> costs = costsOfBoth(experiment);
    show(experiment, costs ? std::optional(*costs) : std::nullopt);
}

void CostStrip::show(const BothEvaluated& both)
{
    m_times = Times{both.original.run.milliseconds, both.factorised.run.milliseconds, false,
                    !both.isOriginalEarlier};
    show(both.experiment, BothCosts{both.original.cost.total, both.factorised.cost.total});
}

void CostStrip::show(const BothTimed& both)
{
    m_times = Times{both.originalMs, both.factorisedMs, false, true, both.runs};
    const Result<BothCosts> costs = costsOfBoth(both.experiment);
    show(both.experiment, costs ? std::optional(*costs) : std::nullopt);
}

void CostStrip::show(const Experiment& experiment, const std::optional<BothCosts>& costs)
{
    m_content.originalName = rowName(BranchKind::Original);
    m_content.factorisedName = rowName(experiment.factorised);
    m_content.columns.fill(emptyColumn());
    m_content.claim.clear();
    if (costs) {
        m_content.columns[0] = weightsColumn(experiment, *costs);
        m_content.columns[1] = macsColumn(*costs);
        m_content.columns[2] = memoryColumn(*costs);
        m_content.claim = claimInWords(experiment);
    }
    if (m_times && m_times->originalMs > 0.0) {
        StripColumn& time = m_content.columns[3];
        time.original = m_times->originalMs;
        time.factorised = m_times->factorisedMs;
        time.originalText = millisecondsInWords(time.original);
        time.factorisedText = millisecondsInWords(time.factorised);
        if (m_times->runs > 1) {
            time.saving = signedPercent(time.factorised / time.original - 1.0, 0);
            time.note = tr("median of %1 runs").arg(m_times->runs);
        } else {
            time.note = m_times->isOneRun ? tr("one run") : tr("one run, 5×5 of an earlier one");
        }
        time.isOld = m_times->isOld;
    }
    for (std::size_t i = 0; i < m_content.columns.size(); ++i) {
        m_content.columns[i].heading = headings()[i];
        m_content.columns[i].shortHeading = shortHeadings()[i];
    }
    describe();
    layOut();
}

void CostStrip::describe()
{
    const std::array<QString, 4> explained = explanations();
    QStringList sentences;
    for (std::size_t i = 0; i < m_help.size(); ++i) {
        sentences += sentenceOf(m_content, m_content.columns[i]);
        m_help[i] = sentences.back() + u'\n' + explained[i];
    }
    if (!m_content.claim.isEmpty())
        sentences += m_content.claim;
    setAccessibleDescription(sentences.join(QStringLiteral(".\n")));
}

void CostStrip::layOut()
{
    const int height = m_layout.height;
    m_layout = laidOut(m_content, font(), width());
    if (m_layout.height != height)
        updateGeometry();
    update();
}

QSize CostStrip::sizeHint() const
{
    return {minimumSizeHint().width(), m_layout.height};
}

QSize CostStrip::minimumSizeHint() const
{
    return {laidOut(m_content, font(), 0).columns.back().right() + kGrid, m_layout.height};
}

void CostStrip::paintEvent(QPaintEvent*)
{
    const Theme& theme = themeOf(*this);
    QPainter painter(this);
    painter.fillRect(QRect(0, 0, width(), 1), theme.line);
    for (const StripLayout::Bar& bar : m_layout.bars) {
        painter.setOpacity(bar.isOld ? 0.5 : 1.0);
        painter.fillRect(bar.box, bar.isOriginal ? theme.original : theme.factorised);
    }
    painter.setOpacity(1.0);
    for (const StripLayout::Text& text : m_layout.texts) {
        painter.setFont(sized(font(), text.isCaption ? TextSize::Caption : TextSize::Body));
        painter.setPen(colorOf(text.ink, theme));
        painter.drawText(text.box, Qt::TextSingleLine | Qt::AlignVCenter | text.alignment,
                         text.text);
    }
    if (m_layout.sign)
        drawWarningSign(painter, *m_layout.sign, theme.warning);
}

void CostStrip::resizeEvent(QResizeEvent*)
{
    layOut();
}

void CostStrip::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        layOut();
}

bool CostStrip::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    for (std::size_t i = 0; i < m_help.size(); ++i) {
        if (m_layout.columns[i].contains(help->pos()))
            QToolTip::showText(help->globalPos(), m_help[i], this, m_layout.columns[i]);
    }
    return true;
}

} // namespace factorscope
