#include "core/cost/expression.h"

#include "core/result/expects.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <string_view>

namespace factorscope {
namespace {

constexpr int kDecimals = 4;

std::string joinedBy(std::string_view separator, const std::vector<std::string>& parts)
{
    std::string text;
    for (const std::string& part : parts)
        text.append(text.empty() ? "" : separator).append(part);
    return text;
}

/// "0.7200" as "0.72", "5.0000" as "5"
std::string withoutZeros(std::string text)
{
    while (text.ends_with('0'))
        text.pop_back();
    if (text.ends_with('.'))
        text.pop_back();
    return text;
}

/// Thousands apart.
std::string grouped(std::string text, FormulaStyle style)
{
    const std::size_t point = text.find('.');
    const std::size_t first = text.starts_with('-') ? 1 : 0;
    const std::string_view separator = style == FormulaStyle::Latex ? "{,}" : ",";
    for (std::size_t at = point == std::string::npos ? text.size() : point; at > first + 3;)
        text.insert(at -= 3, separator);
    return text;
}

} // namespace

std::string formulaNumber(double value, FormulaStyle style)
{
    std::array<char, 400> digits{};
    std::snprintf(digits.data(), digits.size(), "%.*f", kDecimals, value);
    return grouped(withoutZeros(digits.data()), style);
}

std::string formulaNumber(std::int64_t value, FormulaStyle style)
{
    return grouped(std::to_string(value), style);
}

Expression Expression::number(double value)
{
    Expression number(Kind::Number, {});
    number.m_value = value;
    return number;
}

Expression Expression::symbol(std::string text, std::string latex, double value)
{
    Expression symbol(Kind::Symbol, {});
    symbol.m_value = value;
    symbol.m_text = std::move(text);
    symbol.m_latex = std::move(latex);
    return symbol;
}

Expression Expression::joined(Kind kind, std::vector<Expression> parts)
{
    EXPECTS(!parts.empty());
    if (parts.size() == 1)
        return std::move(parts.front());
    return {kind, std::move(parts)};
}

Expression Expression::sum(std::vector<Expression> terms)
{
    return joined(Kind::Sum, std::move(terms));
}

Expression Expression::product(std::vector<Expression> factors)
{
    return joined(Kind::Product, std::move(factors));
}

Expression Expression::quotient(Expression numerator, Expression denominator)
{
    return {Kind::Quotient, {std::move(numerator), std::move(denominator)}};
}

double Expression::value() const
{
    switch (m_kind) {
    case Kind::Number:
    case Kind::Symbol:
        return m_value;
    case Kind::Quotient:
        return m_parts[0].value() / m_parts[1].value();
    case Kind::Sum:
    case Kind::Product:
        break;
    }
    double result = m_kind == Kind::Sum ? 0.0 : 1.0;
    for (const Expression& part : m_parts)
        result = m_kind == Kind::Sum ? result + part.value() : result * part.value();
    return result;
}

std::string Expression::part(std::size_t index, FormulaStyle style, FormulaForm form) const
{
    const Expression& inner = m_parts[index];
    const std::string text = inner.written(style, form);
    if (m_kind == Kind::Quotient && style == FormulaStyle::Latex)
        return text; // \frac keeps them apart
    const bool isDenominator = m_kind == Kind::Quotient && index == 1;
    const bool isLoose = inner.m_kind == Kind::Sum
        || (isDenominator && inner.m_kind != Kind::Number && inner.m_kind != Kind::Symbol);
    if (m_kind == Kind::Sum || !isLoose)
        return text;
    return "(" + text + ")";
}

std::string Expression::written(FormulaStyle style, FormulaForm form) const
{
    const bool isLatex = style == FormulaStyle::Latex;
    if (m_kind == Kind::Symbol && form == FormulaForm::Symbols)
        return isLatex ? m_latex : m_text;
    if (m_parts.empty())
        return formulaNumber(m_value, style);
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < m_parts.size(); ++i)
        parts.push_back(part(i, style, form));
    if (m_kind == Kind::Sum)
        return joinedBy(" + ", parts);
    if (m_kind == Kind::Product)
        return joinedBy(isLatex ? " \\cdot " : "·", parts);
    return isLatex ? "\\frac{" + parts[0] + "}{" + parts[1] + "}" : parts[0] + " / " + parts[1];
}

} // namespace factorscope
