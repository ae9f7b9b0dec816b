#include "ui/figure/figure_page.h"

#include "core/experiment/parameters.h"
#include "core/experiment/prepare.h"
#include "ui/text/text.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>

#include <cmath>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Figures {
    Q_DECLARE_TR_FUNCTIONS(Figures)
};

constexpr double kMargin = 6.0 * kGrid;
constexpr int kPixelSize
    = 13; ///< of the text: a figure looks the same whatever the desktop's font is

/// The label of a choice as it is set.
QString choiceLabel(const Experiment& experiment, std::string_view id)
{
    const ExperimentParameter& parameter = *findParameter(id);
    const std::string value = parameterText(parameter.get(experiment));
    for (const Choice::Option& option : std::get<Choice>(parameter.domain).options) {
        if (option.id == value)
            return translated(option.label);
    }
    return QString::fromStdString(value);
}

QString weightsInWords(const Experiment& experiment)
{
    if (experiment.weightFile || experiment.originalWeightFile)
        return Figures::tr("weights from a file");
    if (experiment.kernels)
        return Figures::tr("kernels: %1").arg(choiceLabel(experiment, "kernels"));
    return Figures::tr("weights of seed %1").arg(experiment.seed);
}

} // namespace

Theme onPaper(Theme theme)
{
    theme.window = theme.surface;
    return theme;
}

QString experimentInWords(const Experiment& experiment)
{
    QStringList parts;
    parts << Figures::tr("%1 → %2 → %3 channels")
                 .arg(experiment.inChannels)
                 .arg(experiment.midChannels)
                 .arg(experiment.outChannels);
    if (experiment.picture)
        parts << QString::fromStdString(experiment.picture->name);
    if (const Result<Extent> size = inputSize(experiment))
        parts << QStringLiteral("%1 × %2").arg(size->width).arg(size->height);
    parts << Figures::tr("between: %1").arg(choiceLabel(experiment, "between"));
    if (experiment.batchNorm)
        parts << Figures::tr("BatchNorm");
    if (experiment.residual != ResidualKind::None)
        parts << Figures::tr("residual: %1").arg(choiceLabel(experiment, "residual"));
    parts << weightsInWords(experiment);
    return parts.join(QStringLiteral(" · "));
}

FigurePage::FigurePage(const QSizeF& size, const QString& title, const Experiment& experiment)
    : m_size(size), m_title(title), m_subtitle(experimentInWords(experiment)),
      m_font(QStringLiteral("DejaVu Sans"))
{
    m_font.setPixelSize(kPixelSize);
}

double FigurePage::headHeight() const
{
    return std::ceil(QFontMetricsF(sized(m_font, TextSize::Title)).height()
                     + QFontMetricsF(sized(m_font, TextSize::Caption)).height())
        + 3.0 * kGrid;
}

QRectF FigurePage::area() const
{
    return QRectF({0.0, 0.0}, m_size).adjusted(kMargin, kMargin + headHeight(), -kMargin, -kMargin);
}

void FigurePage::paint(QPainter& painter, const Theme& theme) const
{
    painter.fillRect(QRectF({0.0, 0.0}, m_size), theme.window);
    const double width = m_size.width() - 2.0 * kMargin;
    const QFont large = sized(m_font, TextSize::Title);
    painter.setFont(large);
    painter.setPen(theme.text);
    const QRectF title(kMargin, kMargin, width, QFontMetricsF(large).height());
    painter.drawText(title, Qt::AlignLeft | Qt::AlignVCenter, m_title);
    const QFont small = sized(m_font, TextSize::Caption);
    painter.setFont(small);
    painter.setPen(theme.mutedText);
    const QFontMetricsF metrics(small);
    painter.drawText(QRectF(kMargin, title.bottom(), width, metrics.height()),
                     Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(m_subtitle, Qt::ElideRight, width));
    painter.setFont(m_font);
}

} // namespace factorscope
