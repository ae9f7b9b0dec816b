#include "ui/cost/formula_layout.h"

#include "ui/text/text.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Formulas {
    Q_DECLARE_TR_FUNCTIONS(Formulas)
};

constexpr double kSmall = 0.72; // of the size of text, for indices
constexpr double kDrop = 0.22; // of an index, in heights of text
constexpr double kAxis = 0.3; // of a fraction's bar above the line of text, likewise
constexpr double kLineGap = 1.5 * kGrid;

QFont scaled(QFont font, double scale)
{
    if (scale == 1.0)
        return font;
    if (font.pixelSize() > 0)
        font.setPixelSize(std::max(1, qRound(font.pixelSize() * scale)));
    else
        font.setPointSizeF(font.pointSizeF() * scale);
    return font;
}

/// Builds boxes of one font.
class Setter {
public:
    Setter(FormulaForm form, const QFont& font) : m_form(form), m_font(font), m_metrics(font) {}

    FormulaBox box(const Expression& expression) const
    {
        switch (expression.kind()) {
        case Expression::Kind::Number:
            return number(expression);
        case Expression::Kind::Symbol:
            return m_form == FormulaForm::Numbers ? number(expression) : symbol(expression);
        case Expression::Kind::Sum:
            return joined(expression, QStringLiteral(" + "), false);
        case Expression::Kind::Product:
            return joined(expression, QStringLiteral(" · "), true);
        case Expression::Kind::Quotient:
            return fraction(box(expression.parts()[0]), box(expression.parts()[1]));
        }
        return {};
    }
    FormulaBox text(const QString& words) const
    {
        FormulaBox of;
        of.pieces.push_back({words, {}, 1.0});
        of.width = m_metrics.horizontalAdvance(words);
        of.ascent = m_metrics.ascent();
        of.descent = m_metrics.descent();
        return of;
    }
    static void append(FormulaBox& line, const FormulaBox& next, QPointF at)
    {
        for (FormulaBox::Piece piece : next.pieces) {
            piece.at += at;
            line.pieces.push_back(std::move(piece));
        }
        for (const QLineF& bar : next.bars)
            line.bars.push_back(bar.translated(at));
        line.width = std::max(line.width, at.x() + next.width);
        line.ascent = std::max(line.ascent, next.ascent - at.y());
        line.descent = std::max(line.descent, next.descent + at.y());
    }
    static void append(FormulaBox& line, const FormulaBox& next)
    {
        append(line, next, {line.width, 0.0});
    }

private:
    FormulaBox number(const Expression& expression) const
    {
        return text(QString::fromStdString(formulaNumber(expression.value(), FormulaStyle::Text)));
    }

    /// "C_in'": what comes after the dash stands below, a prime stays.
    FormulaBox symbol(const Expression& expression) const
    {
        QString name = QString::fromStdString(expression.name());
        const bool isPrimed = name.endsWith(u'\'');
        if (isPrimed)
            name.chop(1);
        const qsizetype dash = name.indexOf(u'_');
        FormulaBox of = text(name.left(dash < 0 ? name.size() : dash)
                             + (isPrimed ? QStringLiteral("′") : QString()));
        if (dash < 0)
            return of;
        FormulaBox index;
        index.pieces.push_back({name.mid(dash + 1), {}, kSmall});
        const QFontMetricsF metrics(scaled(m_font, kSmall));
        index.width = metrics.horizontalAdvance(name.mid(dash + 1));
        index.ascent = metrics.ascent();
        index.descent = metrics.descent();
        append(of, index, {of.width, kDrop * m_metrics.height()});
        return of;
    }

    /// As tall as what it stands about.
    FormulaBox parenthesis(const QString& text, const FormulaBox& inner) const
    {
        const double height = m_metrics.ascent() + m_metrics.descent();
        const double scale = std::max(1.0, (inner.ascent + inner.descent) / height);
        const QFontMetricsF metrics(scaled(m_font, scale));
        FormulaBox of;
        of.pieces.push_back({text, {0.0, inner.descent - m_metrics.descent() * scale}, scale});
        of.width = metrics.horizontalAdvance(text);
        of.ascent = inner.ascent;
        of.descent = inner.descent;
        return of;
    }

    FormulaBox joined(const Expression& expression, const QString& between, bool isProduct) const
    {
        FormulaBox line;
        for (const Expression& part : expression.parts()) {
            if (!line.pieces.empty())
                append(line, text(between));
            const FormulaBox inner = box(part);
            const bool isLoose = isProduct && part.kind() == Expression::Kind::Sum;
            if (isLoose)
                append(line, parenthesis(QStringLiteral("("), inner));
            append(line, inner);
            if (isLoose)
                append(line, parenthesis(QStringLiteral(")"), inner));
        }
        return line;
    }

    FormulaBox fraction(const FormulaBox& over, const FormulaBox& under) const
    {
        const double axis = -kAxis * m_metrics.height();
        const double width = std::max(over.width, under.width) + kGrid;
        FormulaBox of;
        append(of, over, {(width - over.width) / 2.0, axis - over.descent - 1.0});
        append(of, under, {(width - under.width) / 2.0, axis + under.ascent + 1.0});
        of.bars.emplace_back(0.0, axis, width, axis);
        of.width = width;
        return of;
    }

    FormulaForm m_form;
    QFont m_font;
    QFontMetricsF m_metrics;
};

/// Both lines of a formula.
struct Lines {
    FormulaBox symbols;
    FormulaBox numbers;
    FormulaBox result; ///< after the numbers
};
Lines linesOf(const Formula& formula, const QFont& font)
{
    const QFont body = sized(font, TextSize::Body);
    const Setter symbols(FormulaForm::Symbols, body);
    const Setter numbers(FormulaForm::Numbers, body);
    QFont bold = body;
    bold.setBold(true);
    Lines of;
    Setter::append(of.symbols, symbols.text(QStringLiteral("= ")));
    Setter::append(of.symbols, symbols.box(formula.expression));
    Setter::append(of.numbers, numbers.text(QStringLiteral("= ")));
    Setter::append(of.numbers, numbers.box(formula.expression));
    Setter::append(of.numbers, numbers.text(QStringLiteral(" = ")));
    of.result = Setter(FormulaForm::Numbers, bold).text(formulaResult(formula));
    return of;
}

void paintBox(QPainter& painter, const FormulaBox& box, QPointF at, const QFont& font)
{
    for (const FormulaBox::Piece& piece : box.pieces) {
        painter.setFont(scaled(font, piece.scale));
        painter.drawText(at + piece.at, piece.text);
    }
    for (const QLineF& bar : box.bars)
        painter.drawLine(bar.translated(at));
}

QColor colourOf(const Formula& formula, const Theme& theme)
{
    if (!formula.branch)
        return theme.text;
    return *formula.branch == BranchKind::Original ? theme.original : theme.factorised;
}

} // namespace

FormulaBox formulaBox(const Expression& expression, FormulaForm form, const QFont& font)
{
    return Setter(form, font).box(expression);
}

QString formulaTitle(const Formula& formula)
{
    const QString label = translated(formula.label);
    return formula.branch ? Formulas::tr("%1 of the %2").arg(label, branchTitle(*formula.branch))
                          : label;
}

QString formulaResult(const Formula& formula)
{
    return QString::fromStdString(formula.valueText(FormulaStyle::Text));
}

double formulaHeight(const Formula& formula, const QFont& font)
{
    const Lines of = linesOf(formula, font);
    return QFontMetricsF(sized(font, TextSize::Body)).height() + of.symbols.ascent
        + of.symbols.descent + std::max(of.numbers.ascent, of.result.ascent) + of.numbers.descent
        + 2.0 * kLineGap;
}

void paintFormula(QPainter& painter, const QRectF& rect, const Formula& formula, const QFont& font,
                  const Theme& theme)
{
    const QFont body = sized(font, TextSize::Body);
    const QFontMetricsF metrics(body);
    const Lines of = linesOf(formula, font);
    painter.setFont(body);
    painter.setPen(colourOf(formula, theme));
    painter.drawText(rect.topLeft() + QPointF(0.0, metrics.ascent()), formulaTitle(formula));

    painter.save();
    painter.translate(rect.left(), rect.top() + metrics.height() + kLineGap);
    const double widest = std::max(of.symbols.width, of.numbers.width + of.result.width);
    const double scale = std::min(1.0, rect.width() / widest);
    painter.scale(scale, scale);
    painter.setPen(QPen(theme.text, theme.stroke(1.0)));
    paintBox(painter, of.symbols, {0.0, of.symbols.ascent}, body);
    const double line = of.symbols.ascent + of.symbols.descent + kLineGap + of.numbers.ascent;
    paintBox(painter, of.numbers, {0.0, line}, body);
    QFont bold = body;
    bold.setBold(true);
    paintBox(painter, of.result, {of.numbers.width, line}, bold);
    painter.restore();
}

} // namespace factorscope
