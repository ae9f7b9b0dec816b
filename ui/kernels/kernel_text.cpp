#include "ui/kernels/kernel_text.h"

#include <QLocale>
#include <QRegularExpression>
#include <QStringList>

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

Result<Kernel5x5> kernelOf(const QStringList& words)
{
    Kernel5x5 kernel;
    if (words.size() != static_cast<qsizetype>(kernel.size())) {
        return Error{ErrorCode::InvalidArgument,
                     QT_TRANSLATE_NOOP("core", "a 5×5 kernel takes 25 numbers, here are %1"),
                     {std::to_string(words.size())}};
    }
    for (qsizetype i = 0; i < words.size(); ++i) {
        ASSIGN_OR_RETURN(kernel[static_cast<std::size_t>(i)], typedNumber(words[i]));
    }
    return kernel;
}

} // namespace

QString kernelText(std::span<const double> values, int columns)
{
    QString text;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const bool endsRow = (i + 1) % static_cast<std::size_t>(columns) == 0;
        text += QString::number(values[i], 'g', QLocale::FloatingPointShortest)
            + QLatin1Char(endsRow ? '\n' : '\t');
    }
    return text;
}

Result<double> typedNumber(const QString& text)
{
    QString plain = text.trimmed();
    plain.replace(u'−', u'-').replace(u',', u'.');
    bool isNumber = false;
    const double value = QLocale::c().toDouble(plain, &isNumber);
    const std::vector<std::string> arguments{text.trimmed().left(40).toStdString()};
    if (!isNumber || std::isnan(value)) {
        return Error{ErrorCode::InvalidArgument, QT_TRANSLATE_NOOP("core", "“%1” is no number"),
                     arguments};
    }
    if (std::abs(value) > kMostTap) {
        return Error{
            ErrorCode::InvalidArgument,
            QT_TRANSLATE_NOOP("core", "%1 is beyond ±1,000,000, the most that a kernel takes"),
            arguments};
    }
    return value;
}

Result<Kernel5x5> typedKernel(const QString& text)
{
    static const QRegularExpression spaces(QStringLiteral("[\\s;\\[\\](){}]+"));
    static const QRegularExpression spacesAndCommas(QStringLiteral("[\\s;,\\[\\](){}]+"));
    static const QRegularExpression lonely(QStringLiteral("(^|[\\s;\\[({]),|,([\\s;\\])}]|$)"));
    const QStringList words = text.split(spaces, Qt::SkipEmptyParts);
    const bool isDecimal = !text.contains(lonely); // a comma at a word's edge separates words
    if (isDecimal && words.size() == static_cast<qsizetype>(Kernel5x5().size()))
        return kernelOf(words);
    return kernelOf(text.split(spacesAndCommas, Qt::SkipEmptyParts));
}

} // namespace factorscope
