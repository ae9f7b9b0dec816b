#include "ui/maps/pane_words.h"

#include <QFontMetricsF>

#include <algorithm>
#include <array>

namespace factorscope {
namespace {

/// Texts of one line, by the number of lines: mean and deviation; ends; share of zeros.
constexpr std::array<qsizetype, 3> kLineEnds{2, 4, 5};

} // namespace

QString fittingCaption(const QString& caption, double width, const QFontMetricsF& metrics)
{
    const QString between = kBetweenParts.toString();
    QStringList parts = caption.split(between);
    while (parts.size() > 1 && metrics.horizontalAdvance(parts.join(between)) > width)
        parts.removeLast();
    return metrics.elidedText(parts.join(between), Qt::ElideRight, width);
}

int statisticsLineCount(double width, const QFontMetricsF& metrics)
{
    // As long as they usually are; what is longer is cut.
    const auto fits = [&](const QString& text) { return metrics.horizontalAdvance(text) <= width; };
    if (fits(QStringLiteral("mean −0.00123 · σ 0.00123 · min −0.123 · max 0.123 · zeros 12.3 %")))
        return 1;
    return fits(QStringLiteral("min −0.123 · max 0.123 · zeros 12.3 %")) ? 2 : 3;
}

QStringList statisticsLines(const QStringList& texts, int lines)
{
    const QString between = kBetweenParts.toString();
    QStringList result;
    qsizetype begin = 0;
    for (int line = 0; line < lines && begin < texts.size(); ++line) {
        const bool isLast = line + 1 == lines;
        const qsizetype end = isLast
            ? texts.size()
            : std::min(kLineEnds[static_cast<std::size_t>(line)], texts.size());
        result << texts.sliced(begin, end - begin).join(between);
        begin = end;
    }
    return result;
}

} // namespace factorscope
