#pragma once

#include "core/experiment/experiment.h"
#include "core/result/result.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace factorscope {

struct IntegerRange {
    std::int64_t least;
    std::int64_t most;
    std::int64_t step;
};
struct RealRange {
    double least;
    double most;
    double step;
};
struct Flag {};
/// One of several words. `detail` names the parameter that the word may bring along on the command
/// line, as in leaky=0.2.
struct Choice {
    struct Option {
        std::string_view id;
        const char* label;
        std::string_view detail{};
    };
    std::vector<Option> options;
};

/// An integer, a real number, a flag, or the id of a choice.
using ParameterValue = std::variant<std::int64_t, double, bool, std::string>;

enum class ParameterGroup { Branch, Weights, Input, Compute };

/// One scalar or enumerated parameter of an experiment: the panel of the window, the options of the
/// command line and the fields of a session are made from its row.
struct ExperimentParameter {
    std::string_view id; ///< "mid-channels": option and session field
    const char* label;   ///< for the panel, marked for translation
    const char* help;    ///< one line, marked for translation
    ParameterGroup group;
    std::variant<IntegerRange, RealRange, Flag, Choice> domain;
    ParameterValue (*get)(const Experiment&);
    void (*set)(Experiment&, const ParameterValue&); ///< the value is in the domain
};

std::span<const ExperimentParameter> experimentParameters();
const ExperimentParameter* findParameter(std::string_view id);

/// Sets a value after a check against the domain: InvalidArgument with value and range.
Result<void> setParameter(Experiment& experiment, const ExperimentParameter& parameter,
                          const ParameterValue& value);

/// Reads a value as it stands on a command line ("40", "0.2", "true", "leaky", "leaky=0.2") and sets it.
Result<void> setParameterFromText(Experiment& experiment, const ExperimentParameter& parameter,
                                  std::string_view text);

/// The value as text that setParameterFromText() reads back exactly.
std::string parameterText(const ParameterValue& value);

} // namespace factorscope
