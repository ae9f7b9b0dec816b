#include "core/cost/formula.h"

namespace factorscope {
namespace {

constexpr double kBytes = sizeof(float);

/// "C_in", with a prime where the 5×5 has ends of its own.
Expression channels(const std::string& which, std::int64_t count, bool isPrimed)
{
    const std::string prime = isPrimed ? "'" : "";
    return Expression::symbol("C_" + which + prime, "C" + prime + "_{\\mathrm{" + which + "}}",
                              static_cast<double>(count));
}

/// A convolution of a named branch.
struct ConvTerm {
    double kernelHeight;
    double kernelWidth;
    Expression in;
    Expression out;
    bool isDepthwise = false;
    bool isNormed = false; ///< when the branch has BatchNorm at all
    bool hasBias = true;
};

/// What a named branch consists of, in the symbols of the field.
class BranchTerms {
public:
    BranchTerms(BranchKind kind, const BranchOptions& options, const BranchPair& pair)
        : m_options(options)
    {
        const bool isPrimed = kind == BranchKind::Original && !pair.hasSameEnds();
        m_in = channels("in", options.inChannels, isPrimed);
        m_mid = channels("mid", options.midChannels, false);
        m_out = channels("out", options.outChannels, isPrimed);
        m_area = {Expression::symbol("H", "H", static_cast<double>(pair.size.height)),
                  Expression::symbol("W", "W", static_cast<double>(pair.size.width))};
        addConvs(kind);
        if (options.residual == ResidualKind::Conv1x1)
            m_convs.push_back({1, 1, m_in, m_out});
    }

    Expression weights() const { return Expression::sum(weightTerms()); }

    Expression params() const
    {
        std::vector<Expression> terms = weightTerms();
        for (const ConvTerm& conv : m_convs) {
            if (conv.hasBias)
                terms.push_back(conv.out);
        }
        for (const ConvTerm& conv : m_convs) {
            if (conv.isNormed)
                terms.push_back(Expression::product({Expression::number(2), conv.out}));
        }
        return Expression::sum(std::move(terms));
    }

    Expression macs() const { return overTheArea(weights()); }

    /// Each layer keeps its output, except those that work in place.
    Expression activationBytes() const
    {
        std::vector<Expression> outputs;
        for (const ConvTerm& conv : m_convs) {
            outputs.push_back(conv.out);
            if (conv.isNormed)
                outputs.push_back(conv.out);
        }
        if (m_options.residual != ResidualKind::None)
            outputs.push_back(m_out);
        return Expression::product(
            {Expression::number(kBytes), overTheArea(Expression::sum(std::move(outputs)))});
    }

private:
    void addConvs(BranchKind kind)
    {
        switch (kind) {
        case BranchKind::Original:
            add(5, 5, m_in, m_out);
            break;
        case BranchKind::Decomposed:
            add(3, 3, m_in, m_mid);
            add(3, 3, m_mid, m_out);
            break;
        case BranchKind::Separable:
            addDepthwise(m_in);
            add(1, 1, m_in, m_mid);
            addDepthwise(m_mid);
            add(1, 1, m_mid, m_out);
            break;
        case BranchKind::Asymmetric:
            add(1, 5, m_in, m_mid);
            add(5, 1, m_mid, m_out);
            break;
        }
    }
    void add(double height, double width, const Expression& in, const Expression& out)
    {
        m_convs.push_back({height, width, in, out, false, m_options.batchNorm, m_options.bias});
    }
    void addDepthwise(const Expression& channels)
    {
        m_convs.push_back({3, 3, channels, channels, true, false, m_options.bias});
    }

    std::vector<Expression> weightTerms() const
    {
        std::vector<Expression> terms;
        for (const ConvTerm& conv : m_convs) {
            std::vector<Expression> factors{Expression::number(conv.kernelHeight),
                                            Expression::number(conv.kernelWidth), conv.in};
            if (!conv.isDepthwise)
                factors.push_back(conv.out);
            terms.push_back(Expression::product(std::move(factors)));
        }
        return terms;
    }
    Expression overTheArea(Expression amount) const
    {
        return Expression::product({std::move(amount), m_area[0], m_area[1]});
    }

    const BranchOptions& m_options;
    Expression m_in = Expression::number(0);
    Expression m_mid = m_in;
    Expression m_out = m_in;
    std::vector<Expression> m_area;
    std::vector<ConvTerm> m_convs;
};

/// 25·C_in·C_out of the 5×5, 9·(C_in + C_out) of two 3×3 for each mid channel.
struct ArticleTerms {
    Expression original;
    std::vector<Expression> perMidChannel;
    Expression mid;
};
ArticleTerms articleTerms(const BranchPair& pair)
{
    const bool isPrimed = !pair.hasSameEnds();
    const BranchOptions& one = pair.original;
    const BranchOptions& two = pair.factorised;
    return {Expression::product({Expression::number(25), channels("in", one.inChannels, isPrimed),
                                 channels("out", one.outChannels, isPrimed)}),
            {Expression::number(9),
             Expression::sum(
                 {channels("in", two.inChannels, false), channels("out", two.outChannels, false)})},
            channels("mid", two.midChannels, false)};
}

bool isOfTheArticle(const BranchPair& pair)
{
    return pair.kind == BranchKind::Decomposed && pair.factorised.residual != ResidualKind::Conv1x1;
}

void addBranch(std::vector<Formula>& formulas, BranchKind kind, const BranchTerms& terms,
               const Cost& cost)
{
    const auto add = [&](Formula formula, std::int64_t amount) {
        formula.branch = kind;
        formula.amount = amount;
        formulas.push_back(std::move(formula));
    };
    add({.id = "weights",
         .label = QT_TRANSLATE_NOOP("core", "weights"),
         .expression = terms.weights(),
         .latexName = "W"},
        cost.weights);
    add({.id = "params",
         .label = QT_TRANSLATE_NOOP("core", "parameters"),
         .expression = terms.params(),
         .latexName = "P"},
        cost.params);
    add({.id = "macs",
         .label = QT_TRANSLATE_NOOP("core", "MACs"),
         .expression = terms.macs(),
         .latexName = "M"},
        cost.macs);
    add({.id = "activation-bytes",
         .label = QT_TRANSLATE_NOOP("core", "activation memory in bytes"),
         .unit = FormulaUnit::Bytes,
         .expression = terms.activationBytes(),
         .latexName = "A"},
        cost.activationBytes);
}

/// The hidden assumption behind −28 %: it needs α = C_out/C_in = 1.
Formula ratioAtOut(const BranchOptions& options)
{
    const Expression alpha = Expression::quotient(channels("out", options.outChannels, false),
                                                  channels("in", options.inChannels, false));
    return {.id = "ratio-at-c-out",
            .label = QT_TRANSLATE_NOOP("core", "ratio of weights if C_mid = C_out"),
            .unit = FormulaUnit::Ratio,
            .expression = Expression::product(
                {Expression::number(0.36), Expression::sum({Expression::number(1), alpha})}),
            .latexName = "\\rho_{\\mathrm{mid}=\\mathrm{out}}"};
}

void addRatios(std::vector<Formula>& formulas, const BranchPair& pair, const BranchTerms& original,
               const BranchTerms& factorised)
{
    const ArticleTerms article = articleTerms(pair);
    const Expression stack
        = Expression::product({article.perMidChannel[0], article.mid, article.perMidChannel[1]});
    formulas.push_back({.id = "ratio-weights",
                        .label = QT_TRANSLATE_NOOP("core", "ratio of weights and MACs"),
                        .unit = FormulaUnit::Ratio,
                        .expression = isOfTheArticle(pair)
                            ? Expression::quotient(stack, article.original)
                            : Expression::quotient(factorised.weights(), original.weights()),
                        .latexName = "\\rho"});
    formulas.push_back({.id = "ratio-params",
                        .label = QT_TRANSLATE_NOOP("core", "ratio of all parameters"),
                        .unit = FormulaUnit::Ratio,
                        .expression = Expression::quotient(factorised.params(), original.params()),
                        .latexName = "\\rho_P"});
    formulas.push_back({.id = "ratio-activation-bytes",
                        .label = QT_TRANSLATE_NOOP("core", "ratio of activation memory"),
                        .unit = FormulaUnit::Ratio,
                        .expression = Expression::quotient(factorised.activationBytes(),
                                                           original.activationBytes()),
                        .latexName = "\\rho_A"});
    if (!isOfTheArticle(pair))
        return;
    formulas.push_back(
        {.id = "parity",
         .label = QT_TRANSLATE_NOOP("core", "parity: C_mid of equal weights and MACs"),
         .unit = FormulaUnit::Channels,
         .expression
         = Expression::quotient(article.original, Expression::product(article.perMidChannel)),
         .latexName = "C^{*}_{\\mathrm{mid}}"});
    if (pair.hasSameEnds())
        formulas.push_back(ratioAtOut(pair.factorised));
}

/// What a branch is called in a formula.
std::string_view latexKind(BranchKind kind)
{
    switch (kind) {
    case BranchKind::Original:
        return "5\\times5";
    case BranchKind::Decomposed:
        return "3\\times3,3\\times3";
    case BranchKind::Separable:
        return "\\mathrm{separable}";
    case BranchKind::Asymmetric:
        return "1\\times5,5\\times1";
    }
    return "";
}

std::string writtenOut(const Formula& formula, FormulaStyle style)
{
    const std::string symbols = formula.expression.written(style, FormulaForm::Symbols);
    const std::string numbers = formula.expression.written(style, FormulaForm::Numbers);
    return symbols + " = " + numbers + " = " + formula.valueText(style);
}

} // namespace

double Formula::value() const
{
    return amount ? static_cast<double>(*amount) : expression.value();
}

std::string Formula::valueText(FormulaStyle style) const
{
    return amount ? formulaNumber(*amount, style) : formulaNumber(expression.value(), style);
}

Result<std::vector<Formula>> formulas(const BranchPair& pair)
{
    ASSIGN_OR_RETURN(const CostReport one,
                     costOf(namedBranch(BranchKind::Original, pair.original), pair.size));
    ASSIGN_OR_RETURN(const CostReport two,
                     costOf(namedBranch(pair.kind, pair.factorised), pair.size));
    const BranchTerms original(BranchKind::Original, pair.original, pair);
    const BranchTerms factorised(pair.kind, pair.factorised, pair);
    std::vector<Formula> all;
    addBranch(all, BranchKind::Original, original, one.total);
    addBranch(all, pair.kind, factorised, two.total);
    addRatios(all, pair, original, factorised);
    return all;
}

std::string formulaText(const Formula& formula)
{
    std::string name = formula.label;
    if (formula.branch)
        name.append(" of the ").append(branchKindName(*formula.branch));
    return name + " = " + writtenOut(formula, FormulaStyle::Text);
}

std::string formulaLatex(const Formula& formula)
{
    std::string name(formula.latexName);
    if (formula.branch)
        name.append("_{").append(latexKind(*formula.branch)).append("}");
    return name + " = " + writtenOut(formula, FormulaStyle::Latex);
}

} // namespace factorscope
