#pragma once

#include <QString>
#include <QStringList>

class QFontMetricsF;

namespace factorscope {

/// Stands between the parts of a caption.
inline constexpr QStringView kBetweenParts = u" · ";

/// As many parts of a caption as fit, from the first on; of that as much as fits.
QString fittingCaption(const QString& caption, double width, const QFontMetricsF& metrics);

/// How many lines statistics take in a pane of this width: the same for all maps, so that panes lie
/// alike.
int statisticsLineCount(double width, const QFontMetricsF& metrics);
/// The texts in so many lines: what the values are about, how far they reach, what is special.
QStringList statisticsLines(const QStringList& texts, int lines);

} // namespace factorscope
