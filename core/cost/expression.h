#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace factorscope {

enum class FormulaStyle { Text, Latex };
/// With the names of the quantities, or with their numbers put in.
enum class FormulaForm { Symbols, Numbers };

/// A formula as a tree, which can be written and evaluated.
class Expression {
public:
    static Expression number(double value);
    /// A quantity with its name in both styles and its value.
    static Expression symbol(std::string text, std::string latex, double value);
    static Expression sum(std::vector<Expression> terms); ///< one term is itself
    static Expression product(std::vector<Expression> factors); ///< likewise
    static Expression quotient(Expression numerator, Expression denominator);

    double value() const;
    /// "9·C_mid·(C_in + C_out)", "9 \cdot 64 \cdot (64 + 64)"
    std::string written(FormulaStyle style, FormulaForm form) const;

    // Its structure, for those that set it in type.
    enum class Kind { Number, Symbol, Sum, Product, Quotient };
    Kind kind() const { return m_kind; }
    std::span<const Expression> parts() const { return m_parts; } ///< none of numbers and symbols
    const std::string& name() const { return m_text; } ///< of a symbol: "C_in", "C_in'"

private:
    Expression(Kind kind, std::vector<Expression> parts) : m_kind(kind), m_parts(std::move(parts))
    {}
    static Expression joined(Kind kind, std::vector<Expression> parts);
    /// In parentheses where `inner` binds less than what it stands in.
    std::string part(std::size_t index, FormulaStyle style, FormulaForm form) const;

    Kind m_kind = Kind::Number;
    double m_value = 0.0;
    std::string m_text;
    std::string m_latex;
    std::vector<Expression> m_parts;
};

/// "1,234" or "1{,}234"; "0.72", "88.89": up to four decimals, as many as there are.
std::string formulaNumber(double value, FormulaStyle style);
std::string formulaNumber(std::int64_t value, FormulaStyle style);

} // namespace factorscope
