#include "core/experiment/parameters.h"

#include "core/branch/branch_spec.h"
#include "core/conv/conv_engine.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <set>

using namespace factorscope;

namespace {

/// Values that the domain allows: its ends and what lies between, or all of its words.
std::vector<ParameterValue> valuesOf(const ExperimentParameter& parameter)
{
    return std::visit(
        Visitor{
            [](const IntegerRange& range) {
                return std::vector<ParameterValue>{range.least, range.least + range.step,
                                                   range.most};
            },
            [](const RealRange& range) {
                // 0.1 + 0.2 has no short text.
                return std::vector<ParameterValue>{range.least, range.least + (0.1 + 0.2),
                                                   range.most};
            },
            [](const Flag&) {
                return std::vector<ParameterValue>{false, true};
            },
            [](const Choice& choice) {
                std::vector<ParameterValue> words;
                for (const Choice::Option& option : choice.options)
                    words.push_back(std::string(option.id));
                return words;
            },
        },
        parameter.domain);
}

/// Texts that no domain of that kind takes, and the range that the refusal names.
struct Refusals {
    std::vector<std::string> texts;
    std::string range;
};

Refusals refusalsOf(const ExperimentParameter& parameter)
{
    return std::visit(
        Visitor{
            [](const IntegerRange& range) {
                return Refusals{{"", " 3", "3 ", "+3", "3.0", "3x", "0x3", "many",
                                 "99999999999999999999", std::to_string(range.least - 1)},
                                "a whole number from " + std::to_string(range.least) + " to "
                                    + std::to_string(range.most)};
            },
            [](const RealRange& range) {
                return Refusals{{"", "nan", "inf", "-inf", "1e999", "0,1", "0.1x", "much",
                                 parameterText(std::nextafter(range.least, -HUGE_VAL)),
                                 parameterText(std::nextafter(range.most, HUGE_VAL))},
                                "a number from " + parameterText(range.least) + " to "
                                    + parameterText(range.most)};
            },
            [](const Flag&) {
                return Refusals{{"", "1", "yes", "True", "true "}, "true or false"};
            },
            [](const Choice& choice) {
                Refusals refusals{{"", "unheard-of", "=", "unheard-of=1"}, "one of: "};
                for (const Choice::Option& option : choice.options) {
                    refusals.range += (&option == &choice.options.front() ? "" : ", ")
                        + std::string(option.id);
                    refusals.texts.push_back(std::string(option.id) + " ");
                    if (option.detail.empty())
                        refusals.texts.push_back(std::string(option.id) + "=0.2");
                }
                return refusals;
            },
        },
        parameter.domain);
}

void addRows()
{
    QTest::addColumn<const ExperimentParameter*>("parameter");
    for (const ExperimentParameter& parameter : experimentParameters())
        QTest::addRow("%s", std::string(parameter.id).c_str()) << &parameter;
}

const ExperimentParameter& named(std::string_view id)
{
    const ExperimentParameter* parameter = findParameter(id);
    if (!parameter)
        qFatal("no such parameter");
    return *parameter;
}

} // namespace

class TestParameters : public QObject {
    Q_OBJECT
private slots:
    void idsAreUnique();
    void everyRowHasItsTexts_data() { addRows(); }
    void everyRowHasItsTexts();
    void whatIsSetComesBack_data() { addRows(); }
    void whatIsSetComesBack();
    void defaultIsInTheDomain_data() { addRows(); }
    void defaultIsInTheDomain();
    void textComesBackExactly_data() { addRows(); }
    void textComesBackExactly();
    void eachRowHasAMemberOfItsOwn();
    void refusesTextsAndNamesTheRange_data() { addRows(); }
    void refusesTextsAndNamesTheRange();
    void refusesValuesOfAnotherKind_data() { addRows(); }
    void refusesValuesOfAnotherKind();
    void refusesNotANumber();
    void wordsSetTheirMembers();
    void leakyBringsItsSlope();
    void refusesADetailOutOfRange();
    void algorithmsAreThoseOfTheEngines();
    void tableHoldsWhatTheContractNames();
};

void TestParameters::idsAreUnique()
{
    std::set<std::string_view> ids;
    for (const ExperimentParameter& parameter : experimentParameters()) {
        QVERIFY2(ids.insert(parameter.id).second, parameter.id.data());
        QCOMPARE(findParameter(parameter.id), &parameter);
    }
    QVERIFY(!findParameter("unheard-of"));
    QVERIFY(!findParameter(""));
}

void TestParameters::everyRowHasItsTexts()
{
    QFETCH(const ExperimentParameter*, parameter);
    QVERIFY(*parameter->label && *parameter->help);
    const auto* choice = std::get_if<Choice>(&parameter->domain);
    if (!choice)
        return;
    std::set<std::string_view> words;
    for (const Choice::Option& option : choice->options) {
        QVERIFY(words.insert(option.id).second);
        QVERIFY(*option.label);
        QVERIFY(option.detail.empty() || findParameter(option.detail));
    }
}

void TestParameters::whatIsSetComesBack()
{
    QFETCH(const ExperimentParameter*, parameter);
    for (const ParameterValue& value : valuesOf(*parameter)) {
        Experiment experiment;
        const auto set = setParameter(experiment, *parameter, value);
        QVERIFY2(set, set ? "" : set.error().message().c_str());
        QCOMPARE(parameter->get(experiment), value);
    }
}

void TestParameters::defaultIsInTheDomain()
{
    QFETCH(const ExperimentParameter*, parameter);
    Experiment experiment;
    QVERIFY(setParameter(experiment, *parameter, parameter->get(experiment)));
    QVERIFY(experiment == Experiment{});
}

void TestParameters::textComesBackExactly()
{
    QFETCH(const ExperimentParameter*, parameter);
    for (const ParameterValue& value : valuesOf(*parameter)) {
        Experiment experiment;
        const std::string text = parameterText(value);
        const auto set = setParameterFromText(experiment, *parameter, text);
        QVERIFY2(set, text.c_str());
        QCOMPARE(parameter->get(experiment), value);
    }
}

void TestParameters::eachRowHasAMemberOfItsOwn()
{
    for (const ExperimentParameter& changed : experimentParameters()) {
        for (const ParameterValue& value : valuesOf(changed)) {
            Experiment experiment;
            changed.set(experiment, value);
            const bool isDefault = value == changed.get(Experiment{});
            QCOMPARE(experiment == Experiment{}, isDefault);
            for (const ExperimentParameter& other : experimentParameters())
                if (&other != &changed)
                    QVERIFY2(other.get(experiment) == other.get(Experiment{}), other.id.data());
        }
    }
}

void TestParameters::refusesTextsAndNamesTheRange()
{
    QFETCH(const ExperimentParameter*, parameter);
    const Refusals refusals = refusalsOf(*parameter);
    for (const std::string& text : refusals.texts) {
        Experiment experiment;
        const auto set = setParameterFromText(experiment, *parameter, text);
        QVERIFY2(!set, text.c_str());
        QCOMPARE(set.error().code, ErrorCode::InvalidArgument);
        QCOMPARE(set.error().message(),
                 std::string(parameter->id) + " '" + text + "' is not " + refusals.range);
        QVERIFY(experiment == Experiment{});
    }
}

void TestParameters::refusesValuesOfAnotherKind()
{
    QFETCH(const ExperimentParameter*, parameter);
    const std::size_t own = parameter->get(Experiment{}).index();
    for (const ParameterValue& value : {ParameterValue(std::int64_t{1}), ParameterValue(1.0),
                                        ParameterValue(true), ParameterValue(std::string("1"))}) {
        if (value.index() == own)
            continue;
        Experiment experiment;
        const auto set = setParameter(experiment, *parameter, value);
        QVERIFY(!set);
        QCOMPARE(set.error().code, ErrorCode::InvalidArgument);
        QVERIFY(experiment == Experiment{});
    }
}

void TestParameters::refusesNotANumber()
{
    for (const ExperimentParameter& parameter : experimentParameters()) {
        if (!std::holds_alternative<RealRange>(parameter.domain))
            continue;
        Experiment experiment;
        const double nan = std::numeric_limits<double>::quiet_NaN();
        const auto set = setParameter(experiment, parameter, nan);
        QVERIFY(!set);
        QVERIFY(set.error().message().find("'nan' is not a number from") != std::string::npos);
        QVERIFY(experiment == Experiment{});
    }
}

/// The words stand in a list of their own beside the enumerations: here they meet.
void TestParameters::wordsSetTheirMembers()
{
    Experiment experiment;
    const auto set = [&](std::string_view id, const char* text) {
        QVERIFY(setParameterFromText(experiment, named(id), text));
    };
    set("factorised", "asymmetric");
    QCOMPARE(experiment.factorised, BranchKind::Asymmetric);
    set("between", "none");
    QCOMPARE(experiment.between, Between::None);
    set("mode", "train");
    QCOMPARE(experiment.mode, Mode::Train);
    set("residual", "conv1x1");
    QCOMPARE(experiment.residual, ResidualKind::Conv1x1);
    set("lift", "gray");
    QCOMPARE(experiment.lift, std::optional(Lift::Gray));
    set("lift", "auto");
    QCOMPARE(experiment.lift, std::optional<Lift>());
    set("seed", "9223372036854775807");
    QCOMPARE(experiment.seed, std::uint64_t{9223372036854775807U});
    for (const ParameterValue& word : valuesOf(named("kernels"))) {
        set("kernels", std::get<std::string>(word).c_str());
        const bool isSeeded = word == ParameterValue(std::string("seeded"));
        QCOMPARE(experiment.kernels.has_value(), !isSeeded);
        if (!isSeeded)
            QCOMPARE(std::string(handMadeName(*experiment.kernels)), std::get<std::string>(word));
    }
    for (const ParameterValue& word : valuesOf(named("factorised"))) {
        set("factorised", std::get<std::string>(word).c_str());
        QCOMPARE(std::string(branchKindName(experiment.factorised)), std::get<std::string>(word));
    }
}

void TestParameters::leakyBringsItsSlope()
{
    Experiment experiment;
    QVERIFY(setParameterFromText(experiment, named("between"), "leaky=0.2"));
    QCOMPARE(experiment.between, Between::Leaky);
    QCOMPARE(experiment.leakySlope, 0.2);
    QVERIFY(setParameterFromText(experiment, named("between"), "leaky"));
    QCOMPARE(experiment.leakySlope, 0.2);
}

void TestParameters::refusesADetailOutOfRange()
{
    for (const char* slope : {"", "nan", "11", "0.2=0.2", "relu"}) {
        Experiment experiment;
        const auto set
            = setParameterFromText(experiment, named("between"), std::string("leaky=") + slope);
        QVERIFY2(!set, slope);
        QCOMPARE(set.error().message(),
                 std::string("leaky-slope '") + slope + "' is not a number from -10 to 10");
        QVERIFY(experiment == Experiment{});
    }
}

void TestParameters::algorithmsAreThoseOfTheEngines()
{
    const auto& choice = std::get<Choice>(named("algorithm").domain);
    QCOMPARE(choice.options.size(), convAlgorithms().size());
    for (std::size_t i = 0; i < choice.options.size(); ++i)
        QCOMPARE(choice.options[i].id, convAlgorithms()[i]);
}

void TestParameters::tableHoldsWhatTheContractNames()
{
    for (const char* id : {"in-channels", "mid-channels", "out-channels", "between", "batch-norm",
                           "residual", "bias", "seed", "mid-of", "kernels", "lift", "algorithm"})
        QVERIFY2(findParameter(id), id);
}

QTEST_APPLESS_MAIN(TestParameters)
#include "test_parameters.moc"
