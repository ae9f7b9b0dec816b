#include "core/experiment/parameters.h"

#include "core/conv/conv_engine.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace factorscope {
namespace {

constexpr IntegerRange kChannels{1, 65536, 1};
constexpr IntegerRange kChannelsOrNone{0, 65536, 1};
constexpr IntegerRange kLength{0, 65536, 1};

Error outOfRange(const ExperimentParameter& parameter, const std::string& value,
                 const std::string& range)
{
    return {ErrorCode::InvalidArgument,
            QT_TRANSLATE_NOOP("core", "%1 '%2' is not %3"),
            {std::string(parameter.id), value, range}};
}

std::string rangeText(const ExperimentParameter& parameter)
{
    return std::visit(Visitor{
                          [](const IntegerRange& range) {
                              return "a whole number from " + std::to_string(range.least) + " to "
                                  + std::to_string(range.most);
                          },
                          [](const RealRange& range) {
                              return "a number from " + parameterText(range.least) + " to "
                                  + parameterText(range.most);
                          },
                          [](const Flag&) { return std::string("true or false"); },
                          [](const Choice& choice) {
                              std::string words;
                              for (const Choice::Option& option : choice.options)
                                  words += (words.empty() ? "one of: " : ", ")
                                      + std::string(option.id);
                              return words;
                          },
                      },
                      parameter.domain);
}

bool isInDomain(const ExperimentParameter& parameter, const ParameterValue& value)
{
    return std::visit(Visitor{
                          [&](const IntegerRange& range) {
                              const auto* number = std::get_if<std::int64_t>(&value);
                              return number && *number >= range.least && *number <= range.most;
                          },
                          [&](const RealRange& range) {
                              const auto* number = std::get_if<double>(&value);
                              return number && *number >= range.least && *number <= range.most;
                          },
                          [&](const Flag&) { return std::holds_alternative<bool>(value); },
                          [&](const Choice& choice) {
                              const auto* id = std::get_if<std::string>(&value);
                              return id
                                  && std::ranges::find(choice.options, *id, &Choice::Option::id)
                                  != choice.options.end();
                          },
                      },
                      parameter.domain);
}

template <typename Number>
std::optional<ParameterValue> numberFrom(std::string_view text)
{
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size())
        return {};
    return number;
}

std::optional<ParameterValue> valueFrom(const ExperimentParameter& parameter, std::string_view text)
{
    return std::visit(
        Visitor{
            [&](const IntegerRange&) { return numberFrom<std::int64_t>(text); },
            [&](const RealRange&) { return numberFrom<double>(text); },
            [&](const Flag&) -> std::optional<ParameterValue> {
                if (text == "true" || text == "false")
                    return text == "true";
                return {};
            },
            [&](const Choice&) -> std::optional<ParameterValue> { return std::string(text); },
        },
        parameter.domain);
}

// get and set of the usual kinds of members.

template <auto Member>
ParameterValue getInteger(const Experiment& e)
{
    return static_cast<std::int64_t>(e.*Member);
}
template <auto Member>
void setInteger(Experiment& e, const ParameterValue& value)
{
    using Type = std::remove_reference_t<decltype(e.*Member)>;
    e.*Member = static_cast<Type>(std::get<std::int64_t>(value));
}
template <auto Member>
ParameterValue getSame(const Experiment& e)
{
    return e.*Member;
}
template <auto Member>
void setSame(Experiment& e, const ParameterValue& value)
{
    using Type = std::remove_reference_t<decltype(e.*Member)>;
    e.*Member = std::get<Type>(value);
}

/// The words of an enumeration, in its order.
template <typename Enum>
struct Words;
template <>
struct Words<Between> {
    static constexpr std::array<std::string_view, 3> kIds{"none", "relu", "leaky"};
};
template <>
struct Words<ResidualKind> {
    static constexpr std::array<std::string_view, 3> kIds{"none", "identity", "conv1x1"};
};
template <>
struct Words<Mode> {
    static constexpr std::array<std::string_view, 2> kIds{"eval", "train"};
};
template <>
struct Words<BranchKind> {
    static constexpr auto& kIds = kBranchKindNames;
};
template <>
struct Words<Lift> {
    static constexpr std::array<std::string_view, 4> kIds{"rgb", "gray", "filterbank", "randn"};
};
template <>
struct Words<HandMade> {
    static constexpr auto& kIds = kHandMadeNames;
};

template <typename Enum>
std::string wordOf(Enum value)
{
    return std::string(Words<Enum>::kIds.at(static_cast<std::size_t>(value)));
}
template <typename Enum>
std::optional<Enum> enumOf(const std::string& word)
{
    const auto& ids = Words<Enum>::kIds;
    const auto found = std::ranges::find(ids, word);
    if (found == ids.end())
        return {};
    return static_cast<Enum>(found - ids.begin());
}

template <auto Member>
ParameterValue getWord(const Experiment& e)
{
    return wordOf(e.*Member);
}
template <auto Member>
void setWord(Experiment& e, const ParameterValue& value)
{
    using Enum = std::remove_reference_t<decltype(e.*Member)>;
    e.*Member = *enumOf<Enum>(std::get<std::string>(value));
}

std::vector<Choice::Option> algorithmOptions()
{
    std::vector<Choice::Option> options;
    for (const std::string_view name : convAlgorithms())
        options.push_back({name, name.data()});
    return options;
}

std::vector<ExperimentParameter> branchParameters()
{
    using E = Experiment;
    using G = ParameterGroup;
    return {
        {"in-channels", QT_TRANSLATE_NOOP("core", "C_in"),
         QT_TRANSLATE_NOOP("core", "input channels"), G::Branch, kChannels,
         getInteger<&E::inChannels>, setInteger<&E::inChannels>},
        {"mid-channels", QT_TRANSLATE_NOOP("core", "C_mid"),
         QT_TRANSLATE_NOOP("core", "channels between the two 3x3"), G::Branch, kChannels,
         getInteger<&E::midChannels>, setInteger<&E::midChannels>},
        {"out-channels", QT_TRANSLATE_NOOP("core", "C_out"),
         QT_TRANSLATE_NOOP("core", "output channels"), G::Branch, kChannels,
         getInteger<&E::outChannels>, setInteger<&E::outChannels>},
        {"original-in-channels", QT_TRANSLATE_NOOP("core", "C_in of the 5x5"),
         QT_TRANSLATE_NOOP("core", "input channels of the 5x5 where they differ, 0: the same"),
         G::Branch, kChannelsOrNone, getInteger<&E::originalInChannels>,
         setInteger<&E::originalInChannels>},
        {"original-out-channels", QT_TRANSLATE_NOOP("core", "C_out of the 5x5"),
         QT_TRANSLATE_NOOP("core", "output channels of the 5x5 where they differ, 0: the same"),
         G::Branch, kChannelsOrNone, getInteger<&E::originalOutChannels>,
         setInteger<&E::originalOutChannels>},
        {"factorised", QT_TRANSLATE_NOOP("core", "factorised as"),
         QT_TRANSLATE_NOOP("core", "what stands beside the 5x5"), G::Branch,
         Choice{{{"decomposed", QT_TRANSLATE_NOOP("core", "two 3x3")},
                 {"separable", QT_TRANSLATE_NOOP("core", "two depthwise separable 3x3")},
                 {"asymmetric", QT_TRANSLATE_NOOP("core", "1x5 and 5x1")}}},
         getWord<&E::factorised>, setWord<&E::factorised>},
        {"between", QT_TRANSLATE_NOOP("core", "between"),
         QT_TRANSLATE_NOOP("core", "activation between the two halves"), G::Branch,
         Choice{{{"relu", QT_TRANSLATE_NOOP("core", "ReLU")},
                 {"none", QT_TRANSLATE_NOOP("core", "none (linear)")},
                 {"leaky", QT_TRANSLATE_NOOP("core", "leaky ReLU"), "leaky-slope"}}},
         getWord<&E::between>, setWord<&E::between>},
        {"leaky-slope", QT_TRANSLATE_NOOP("core", "slope"),
         QT_TRANSLATE_NOOP("core", "slope of the leaky ReLU's negative side"), G::Branch,
         RealRange{-10.0, 10.0, 0.01}, getSame<&E::leakySlope>, setSame<&E::leakySlope>},
        {"batch-norm", QT_TRANSLATE_NOOP("core", "BatchNorm"),
         QT_TRANSLATE_NOOP("core", "BatchNorm before each activation"), G::Branch, Flag{},
         getSame<&E::batchNorm>, setSame<&E::batchNorm>},
        {"mode", QT_TRANSLATE_NOOP("core", "BatchNorm uses"),
         QT_TRANSLATE_NOOP("core", "running statistics (eval) or those of the batch (train)"),
         G::Branch,
         Choice{{{"eval", QT_TRANSLATE_NOOP("core", "running statistics")},
                 {"train", QT_TRANSLATE_NOOP("core", "the batch's statistics")}}},
         getWord<&E::mode>, setWord<&E::mode>},
        {"residual", QT_TRANSLATE_NOOP("core", "residual"),
         QT_TRANSLATE_NOOP("core", "shortcut about the branch, before its last ReLU"), G::Branch,
         Choice{{{"none", QT_TRANSLATE_NOOP("core", "none")},
                 {"identity", QT_TRANSLATE_NOOP("core", "identity")},
                 {"conv1x1", QT_TRANSLATE_NOOP("core", "1x1 convolution")}}},
         getWord<&E::residual>, setWord<&E::residual>},
        {"bias", QT_TRANSLATE_NOOP("core", "bias"),
         QT_TRANSLATE_NOOP("core", "convolutions have a bias"), G::Branch, Flag{},
         getSame<&E::bias>, setSame<&E::bias>},
    };
}

std::vector<ExperimentParameter> weightParameters()
{
    using E = Experiment;
    using G = ParameterGroup;
    return {
        {"seed", QT_TRANSLATE_NOOP("core", "seed"),
         QT_TRANSLATE_NOOP("core", "seed of the random weights, as torch.manual_seed"), G::Weights,
         IntegerRange{0, std::numeric_limits<std::int64_t>::max(), 1}, getInteger<&E::seed>,
         setInteger<&E::seed>},
        {"mid-of", QT_TRANSLATE_NOOP("core", "bank"),
         QT_TRANSLATE_NOOP("core", "mid channels of the bank whose first are used, 0: C_mid"),
         G::Weights, kChannelsOrNone, getInteger<&E::midBank>, setInteger<&E::midBank>},
        {"kernels", QT_TRANSLATE_NOOP("core", "kernels"),
         QT_TRANSLATE_NOOP("core", "hand-made kernels instead of random weights"), G::Weights,
         Choice{{{"seeded", QT_TRANSLATE_NOOP("core", "random (PyTorch)")},
                 {"matched", QT_TRANSLATE_NOOP("core", "matched bank")},
                 {"identity", QT_TRANSLATE_NOOP("core", "identity")},
                 {"box", QT_TRANSLATE_NOOP("core", "box")},
                 {"binomial", QT_TRANSLATE_NOOP("core", "binomial")},
                 {"sobel", QT_TRANSLATE_NOOP("core", "Sobel")},
                 {"log", QT_TRANSLATE_NOOP("core", "Laplacian of Gaussian")},
                 {"gabor", QT_TRANSLATE_NOOP("core", "Gabor")},
                 {"disk", QT_TRANSLATE_NOOP("core", "disk")},
                 {"random", QT_TRANSLATE_NOOP("core", "one random kernel")},
                 {"painted", QT_TRANSLATE_NOOP("core", "painted kernel")}}},
         [](const Experiment& e) -> ParameterValue {
             return e.kernels ? wordOf(*e.kernels) : std::string("seeded");
         },
         [](Experiment& e, const ParameterValue& value) {
             e.kernels = enumOf<HandMade>(std::get<std::string>(value));
         }},
    };
}

template <auto Member>
ParameterValue getShape(const Experiment& e)
{
    return e.kernelShape.*Member;
}
template <auto Member>
void setShape(Experiment& e, const ParameterValue& value)
{
    e.kernelShape.*Member = std::get<double>(value);
}

std::vector<ExperimentParameter> kernelParameters()
{
    using S = KernelShape;
    using G = ParameterGroup;
    return {
        {"log-sigma", QT_TRANSLATE_NOOP("core", "sigma"),
         QT_TRANSLATE_NOOP("core", "width of the Laplacian of Gaussian, in pixels"), G::Weights,
         RealRange{0.3, 3.0, 0.05}, getShape<&S::logSigma>, setShape<&S::logSigma>},
        {"gabor-sigma", QT_TRANSLATE_NOOP("core", "sigma"),
         QT_TRANSLATE_NOOP("core", "width of the Gabor kernel, in pixels"), G::Weights,
         RealRange{0.3, 5.0, 0.05}, getShape<&S::gaborSigma>, setShape<&S::gaborSigma>},
        {"gabor-wavelength", QT_TRANSLATE_NOOP("core", "wavelength"),
         QT_TRANSLATE_NOOP("core", "distance between the Gabor kernel's stripes, in pixels"),
         G::Weights, RealRange{2.0, 32.0, 0.1}, getShape<&S::gaborWavelength>,
         setShape<&S::gaborWavelength>},
        {"gabor-angle", QT_TRANSLATE_NOOP("core", "angle"),
         QT_TRANSLATE_NOOP("core", "direction across the Gabor kernel's stripes, in degrees"),
         G::Weights, RealRange{-180.0, 180.0, 1.0}, getShape<&S::gaborAngle>,
         setShape<&S::gaborAngle>},
        {"gabor-aspect", QT_TRANSLATE_NOOP("core", "aspect"),
         QT_TRANSLATE_NOOP("core", "how fast the Gabor kernel ends along its stripes, 1: round"),
         G::Weights, RealRange{0.1, 4.0, 0.05}, getShape<&S::gaborAspect>,
         setShape<&S::gaborAspect>},
        {"disk-radius", QT_TRANSLATE_NOOP("core", "radius"),
         QT_TRANSLATE_NOOP("core", "radius of the disk, in pixels"), G::Weights,
         RealRange{0.0, 3.0, 0.1}, getShape<&S::diskRadius>, setShape<&S::diskRadius>},
    };
}

std::vector<ExperimentParameter> inputParameters()
{
    using G = ParameterGroup;
    return {
        {"lift", QT_TRANSLATE_NOOP("core", "input from"),
         QT_TRANSLATE_NOOP("core", "how pixels become input channels"), G::Input,
         Choice{{{"auto", QT_TRANSLATE_NOOP("core", "what fits C_in")},
                 {"rgb", QT_TRANSLATE_NOOP("core", "red, green, blue")},
                 {"gray", QT_TRANSLATE_NOOP("core", "brightness")},
                 {"filterbank", QT_TRANSLATE_NOOP("core", "filter bank")},
                 {"randn", QT_TRANSLATE_NOOP("core", "random numbers")}}},
         [](const Experiment& e) -> ParameterValue {
             return e.lift ? wordOf(*e.lift) : std::string("auto");
         },
         [](Experiment& e, const ParameterValue& value) {
             e.lift = enumOf<Lift>(std::get<std::string>(value));
         }},
        {"height", QT_TRANSLATE_NOOP("core", "height"),
         QT_TRANSLATE_NOOP("core", "height of the input, 0: the picture's own"), G::Input, kLength,
         [](const Experiment& e) -> ParameterValue { return e.size.height; },
         [](Experiment& e, const ParameterValue& value) {
             e.size.height = std::get<std::int64_t>(value);
         }},
        {"width", QT_TRANSLATE_NOOP("core", "width"),
         QT_TRANSLATE_NOOP("core", "width of the input, 0: the picture's own"), G::Input, kLength,
         [](const Experiment& e) -> ParameterValue { return e.size.width; },
         [](Experiment& e, const ParameterValue& value) {
             e.size.width = std::get<std::int64_t>(value);
         }},
        {"algorithm", QT_TRANSLATE_NOOP("core", "algorithm"),
         QT_TRANSLATE_NOOP("core", "engine of the convolutions"), G::Compute,
         Choice{algorithmOptions()}, getSame<&Experiment::algorithm>,
         setSame<&Experiment::algorithm>},
    };
}

std::vector<ExperimentParameter> allParameters()
{
    std::vector<ExperimentParameter> all = branchParameters();
    for (auto* part : {weightParameters, kernelParameters, inputParameters}) {
        for (ExperimentParameter& parameter : part())
            all.push_back(std::move(parameter));
    }
    return all;
}

} // namespace

std::span<const ExperimentParameter> experimentParameters()
{
    static const std::vector<ExperimentParameter> parameters = allParameters();
    return parameters;
}

const ExperimentParameter* findParameter(std::string_view id)
{
    const auto found = std::ranges::find(experimentParameters(), id, &ExperimentParameter::id);
    return found == experimentParameters().end() ? nullptr : &*found;
}

Result<void> setParameter(Experiment& experiment, const ExperimentParameter& parameter,
                          const ParameterValue& value)
{
    if (!isInDomain(parameter, value))
        return outOfRange(parameter, parameterText(value), rangeText(parameter));
    parameter.set(experiment, value);
    return {};
}

Result<void> setParameterFromText(Experiment& experiment, const ExperimentParameter& parameter,
                                  std::string_view text)
{
    const std::size_t equals = text.find('=');
    const auto* choice = std::get_if<Choice>(&parameter.domain);
    if (choice && equals != std::string_view::npos) {
        const std::string_view word = text.substr(0, equals);
        const auto option = std::ranges::find(choice->options, word, &Choice::Option::id);
        if (option != choice->options.end() && !option->detail.empty()) {
            RETURN_IF_ERROR(setParameterFromText(experiment, *findParameter(option->detail),
                                                 text.substr(equals + 1)));
            text = word;
        }
    }
    const std::optional<ParameterValue> value = valueFrom(parameter, text);
    if (!value)
        return outOfRange(parameter, std::string(text), rangeText(parameter));
    return setParameter(experiment, parameter, *value);
}

std::string parameterText(const ParameterValue& value)
{
    return std::visit(Visitor{
                          [](std::int64_t number) { return std::to_string(number); },
                          [](double number) {
                              char text[64];
                              const auto end = std::to_chars(text, text + sizeof text, number).ptr;
                              return std::string(text, end);
                          },
                          [](bool flag) { return std::string(flag ? "true" : "false"); },
                          [](const std::string& word) { return word; },
                      },
                      value);
}

} // namespace factorscope
