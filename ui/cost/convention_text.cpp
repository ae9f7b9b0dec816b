#include "ui/cost/convention_text.h"

#include "core/cost/saturating.h"
#include "core/result/expects.h"
#include "ui/text/text.h"

#include <QCoreApplication>

#include <algorithm>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Conventions {
    Q_DECLARE_TR_FUNCTIONS(Conventions)
};

QString toolsOf(const CountRule& rule)
{
    return QString::fromUtf8(rule.tools.data(), qsizetype(rule.tools.size()));
}

bool isOriginal(const ConventionAnswer& answer, std::size_t subject)
{
    return subject < answer.factorised;
}

QString subjectTitle(const ConventionAnswer& answer, std::size_t index)
{
    const CountSubject& subject = answer.subjects[index];
    const QString branch = Conventions::tr("the %1").arg(
        branchTitle(isOriginal(answer, index) ? BranchKind::Original : answer.factorisedKind));
    if (!subject.layer)
        return branch;
    return Conventions::tr("layer %1 (%2) of %3")
        .arg(*subject.layer)
        .arg(QString::fromStdString(subject.op), branch);
}

/// The branches, and the layer that the number is of.
std::vector<std::size_t> columnsOf(const ConventionAnswer& answer)
{
    std::vector<std::size_t> columns{0, answer.factorised};
    for (const CountMatch& match : answer.matches.exact) {
        if (std::ranges::find(columns, match.subject) == columns.end()) {
            columns.push_back(match.subject);
            break;
        }
    }
    return columns;
}

QColor colourOf(const ConventionAnswer& answer, std::size_t subject, const Theme& theme)
{
    return isOriginal(answer, subject) ? theme.original : theme.factorised;
}

QString columnTitle(const ConventionAnswer& answer, std::size_t index)
{
    const CountSubject& subject = answer.subjects[index];
    const QString branch = isOriginal(answer, index) ? branchTitle(BranchKind::Original)
                                                     : branchTitle(answer.factorisedKind);
    return subject.layer ? Conventions::tr("%1\nlayer %2").arg(branch).arg(*subject.layer) : branch;
}

QString signedCount(std::int64_t count)
{
    if (count == 0)
        return QStringLiteral("0");
    return (count > 0 ? QStringLiteral("+") : QStringLiteral("−"))
        + grouped(count > 0 ? count : -count);
}

QString matchText(const ConventionAnswer& answer, const CountMatch& match)
{
    QString text = Conventions::tr("%1 is “%2” of %3")
                       .arg(grouped(match.value), translated(match.rule->label),
                            subjectTitle(answer, match.subject));
    if (!match.rule->tools.empty())
        text += Conventions::tr(" (printed by %1)").arg(toolsOf(*match.rule));
    return text;
}

} // namespace

Result<ConventionAnswer> conventionAnswer(const CostQuestion& question, const CostLook& look)
{
    const Experiment& experiment = question.experiment;
    ConventionAnswer answer{.factorisedKind = experiment.factorised};
    for (const BranchKind kind : {BranchKind::Original, experiment.factorised}) {
        answer.factorised = answer.subjects.size(); // that of the last one
        ASSIGN_OR_RETURN(std::vector<CountSubject> own,
                         countSubjects(branchSpec(experiment, kind), question.size));
        std::ranges::move(own, std::back_inserter(answer.subjects));
    }
    answer.rule = findCountRule(look.rule);
    answer.other = findCountRule(look.otherRule);
    EXPECTS(answer.rule && answer.other);
    if (look.number.empty())
        return answer;
    ASSIGN_OR_RETURN(answer.number, printedNumber(look.number));
    answer.matches = matchesOf(*answer.number, answer.subjects);
    const auto& found
        = answer.matches.exact.empty() ? answer.matches.nearest : answer.matches.exact;
    if (!found.empty())
        answer.rule = found.front().rule;
    return answer;
}

QString ruleTitle(const CountRule& rule)
{
    const QString label = translated(rule.label);
    return rule.tools.empty() ? label : Conventions::tr("%1 (%2)").arg(label, toolsOf(rule));
}

QStringList conventionWords(const ConventionAnswer& answer)
{
    QStringList lines;
    for (const CountMatch& match : answer.matches.exact)
        lines << matchText(answer, match) + u'.';
    if (answer.number && answer.matches.exact.empty()) {
        lines << Conventions::tr("No rule gives this number here; the nearest:");
        for (const CountMatch& match : answer.matches.nearest)
            lines << Conventions::tr("%1; the number is %2 off.")
                         .arg(matchText(answer, match),
                              signedPercent(match.relativeError(*answer.number), 2));
    }
    if (!answer.number)
        lines << Conventions::tr("“%1” makes %2 of %3 and %4 of %5.")
                     .arg(ruleTitle(*answer.rule),
                          grouped(answer.rule->of(answer.subjects[0].parts)),
                          subjectTitle(answer, 0),
                          grouped(answer.rule->of(answer.subjects[answer.factorised].parts)),
                          subjectTitle(answer, answer.factorised));
    return lines;
}

TextTable ruleTable(const ConventionAnswer& answer, const Theme& theme)
{
    const std::vector<std::size_t> columns = columnsOf(answer);
    TextTable table;
    for (const std::size_t subject : columns)
        table.columns.push_back(
            {columnTitle(answer, subject), true, colourOf(answer, subject, theme)});
    table.columns.push_back({QString(), false, {}});
    table.columns.push_back({Conventions::tr("rule of counting (printed by)"), false, {}});
    for (const CountRule& rule : countRules()) {
        const bool isA = &rule == answer.rule;
        const bool isB = &rule == answer.other;
        TextTable::Row row;
        for (const std::size_t subject : columns) {
            const std::int64_t value = rule.of(answer.subjects[subject].parts);
            const bool isIt
                = answer.number && value >= answer.number->least && value <= answer.number->most;
            row.cells.push_back({grouped(value), isIt ? theme.accent : QColor()});
        }
        row.cells.push_back({isA && isB ? Conventions::tr("A B")
                                 : isA  ? Conventions::tr("A")
                                 : isB  ? Conventions::tr("B")
                                        : QString(),
                             theme.accent});
        row.cells.push_back({ruleTitle(rule), rule.tools.empty() ? theme.mutedText : QColor()});
        table.rows.push_back(std::move(row));
    }
    return table;
}

TextTable ruleDifference(const ConventionAnswer& answer, const Theme& theme)
{
    const std::vector<std::size_t> columns = columnsOf(answer);
    TextTable table;
    table.columns = {{Conventions::tr("what is counted"), false, {}, true},
                     {Conventions::tr("times\nin A"), true, {}},
                     {Conventions::tr("times\nin B"), true, {}}};
    for (const std::size_t subject : columns)
        table.columns.push_back({Conventions::tr("B − A\n%1").arg(columnTitle(answer, subject)),
                                 true, colourOf(answer, subject, theme)});
    for (std::size_t i = 0; i < kCountPartCount; ++i) {
        const auto part = static_cast<CountPart>(i);
        const int inA = answer.rule->timesOf(part);
        const int inB = answer.other->timesOf(part);
        if (inA == 0 && inB == 0)
            continue;
        TextTable::Row row{.cells = {{translated(countPartLabel(part)), {}},
                                     {QString::number(inA), {}},
                                     {QString::number(inB), {}}}};
        for (const std::size_t subject : columns) {
            const std::int64_t amount = answer.subjects[subject].parts[part];
            row.cells.push_back({signedCount(times(amount, inB) - times(amount, inA)), {}});
        }
        table.rows.push_back(std::move(row));
    }
    TextTable::Row sum{.cells = {{Conventions::tr("in all"), {}}, {}, {}}, .isStrong = true};
    for (const std::size_t subject : columns) {
        const CountParts& parts = answer.subjects[subject].parts;
        sum.cells.push_back({signedCount(answer.other->of(parts) - answer.rule->of(parts)), {}});
    }
    table.rows.push_back(std::move(sum));
    return table;
}

} // namespace factorscope
