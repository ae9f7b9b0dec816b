#pragma once

#include "app/command.h"
#include "core/experiment/experiment.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace factorscope {

/// What one command is asked to work on.
struct BranchRequest {
    Experiment experiment;
    std::optional<BranchKind> kind; ///< a named branch
    std::optional<BranchSpec> spec; ///< or one from a file; neither when none was named
    std::string inputName; ///< for the names of files: "photo"

    /// The one branch as layers: the spec, or the named one.
    BranchSpec branch() const { return spec ? *spec : branchSpec(experiment, *kind); }
    /// The size asked for; that of the article, 224x224, when none was.
    Extent sizeOrArticle() const;
};

/// Options that describe an experiment, made from the table of its parameters and some that the
/// table cannot hold: --branch, --preset, --size, --weights, --painted, --input.
class ExperimentOptions {
public:
    /// `base` is the experiment that the options change.
    explicit ExperimentOptions(Experiment base = {}) : m_base(std::move(base)) {}

    enum class Parts {
        Branch, ///< which branch, at which size
        BranchAndWeights, ///< … with which weights
        BranchWeightsAndInput ///< … on which input
    };

    /// Adds the options to a subcommand. Must outlive the parsing.
    void addTo(CLI::App& command, Parts parts);

    bool hasBranch() const { return !m_branch.empty(); }
    /// InvalidArgument when --branch is missing, for commands that work on one branch.
    Result<void> requireBranch() const;
    bool hasBranchFile() const;
    bool names(const std::string& parameter) const { return m_values.contains(parameter); }
    bool hasPreset() const { return !m_preset.empty(); }
    bool hasWeights() const { return !m_weights.empty(); }
    bool hasInput() const { return !m_input.empty(); }
    void setInput(std::string input) { m_input = std::move(input); }

    /// Checks everything that the command line alone decides.
    Result<BranchRequest> described() const;
    /// Opens the files of a request.
    Result<void> open(BranchRequest& request, CommandContext& context) const;

private:
    Result<Experiment> experiment() const;
    Result<void> checkTogether(const BranchRequest& request) const;
    Result<void> choosePainted(Experiment& experiment) const;
    Result<void> openBranch(BranchRequest& request, CommandContext& context) const;
    Result<void> openPainted(BranchRequest& request, CommandContext& context) const;
    Result<void> openWeights(BranchRequest& request, CommandContext& context) const;
    Result<void> openInput(BranchRequest& request, CommandContext& context) const;

    Experiment m_base;
    std::string m_branch;
    std::string m_preset;
    std::string m_size;
    std::string m_weights;
    std::string m_painted; ///< 25 numbers, or the file that has them
    std::string m_input;
    std::map<std::string, std::string> m_values; ///< parameters by id, as text
};

/// "28x40" as height and width from 1 to 65536.
Result<Extent> extentFromText(const std::string& text);

} // namespace factorscope
