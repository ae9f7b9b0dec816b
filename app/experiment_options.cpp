#include "app/experiment_options.h"

#include "app/input_source.h"
#include "core/branch/spec_json.h"
#include "core/experiment/parameters.h"
#include "core/experiment/presets.h"
#include "core/weights/kernel_text.h"
#include "core/weights/safetensors.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>

namespace factorscope {
namespace {

Error invalid(const char* text, std::vector<std::string> arguments)
{
    return {ErrorCode::InvalidArgument, text, std::move(arguments)};
}

/// A name that means a file, not one of the program's own words.
bool namesFile(const std::string& text)
{
    return text.find('/') != std::string::npos || text.ends_with(".json");
}

std::optional<BranchKind> kindFromName(const std::string& name)
{
    const auto found = std::ranges::find(kBranchKindNames, name);
    if (found != kBranchKindNames.end())
        return static_cast<BranchKind>(found - kBranchKindNames.begin());
    return {};
}

/// A flag that is on from the start is switched off on the command line: --no-bias.
bool isOnByDefault(const ExperimentParameter& parameter)
{
    const ParameterValue value = parameter.get(Experiment{});
    return std::holds_alternative<bool>(value) && std::get<bool>(value);
}

/// What a parameter is, and which words it takes where it takes words.
std::string helpText(const ExperimentParameter& parameter)
{
    std::string text = parameter.help;
    if (const auto* choice = std::get_if<Choice>(&parameter.domain)) {
        text += ":";
        for (const Choice::Option& option : choice->options)
            text += " " + std::string(option.id);
    }
    return text;
}

} // namespace

Result<Extent> extentFromText(const std::string& text)
{
    Extent size;
    const char* end = text.data() + text.size();
    const auto [middle, heightError] = std::from_chars(text.data(), end, size.height);
    const bool hasCross = heightError == std::errc{} && middle != end && *middle == 'x';
    const auto [last, widthError] = std::from_chars(hasCross ? middle + 1 : end, end, size.width);
    constexpr std::int64_t kMost = 65536;
    const bool fits
        = size.height >= 1 && size.height <= kMost && size.width >= 1 && size.width <= kMost;
    if (!hasCross || widthError != std::errc{} || last != end || !fits)
        return invalid(QT_TRANSLATE_NOOP("core", "size '%1' is not HxW with sides from 1 to %2"),
                       {text, std::to_string(kMost)});
    return size;
}

void ExperimentOptions::addTo(CLI::App& command, Parts parts)
{
    command.add_option("--branch", m_branch,
                       "original, decomposed, separable, asymmetric, or a specification FILE.json");
    command.add_option("--preset", m_preset,
                       "channels and size of a published branch: article, "
                       "googlenet-3a, inception-v2-3a, inception-v3-a, ...");
    command.add_option("--size", m_size, "height and width of the input, HxW");
    if (parts != Parts::Branch)
        command.add_option("--weights", m_weights, "weights from FILE.safetensors");
    command.add_option("--painted", m_painted,
                       "the kernel of --kernels painted: 25 numbers, or a FILE that has them, "
                       "FILE.npy or text");
    if (parts == Parts::BranchWeightsAndInput)
        command.add_option("--input", m_input, "FILE.npy, a picture, or sample:NAME");
    for (const ExperimentParameter& parameter : experimentParameters()) {
        // --size stands for both sides, --branch says what a branch is factorised as.
        static constexpr std::array<std::string_view, 3> kOtherwise{"height", "width",
                                                                    "factorised"};
        if (std::ranges::find(kOtherwise, parameter.id) != kOtherwise.end())
            continue;
        const std::string id(parameter.id);
        const bool isFlag = std::holds_alternative<Flag>(parameter.domain);
        if (isFlag) {
            const bool isOn = isOnByDefault(parameter);
            command.add_flag_callback((isOn ? "--no-" : "--") + id,
                                      [this, id, isOn] { m_values[id] = isOn ? "false" : "true"; },
                                      isOn ? "without " + std::string(parameter.label)
                                           : std::string(parameter.help));
        } else {
            command.add_option_function<std::string>(
                "--" + id, [this, id](const std::string& text) { m_values[id] = text; },
                helpText(parameter));
        }
    }
}

Result<Experiment> ExperimentOptions::experiment() const
{
    Experiment experiment = m_base;
    if (!m_preset.empty()) {
        const Preset* preset = findPreset(m_preset);
        if (!preset)
            return invalid(QT_TRANSLATE_NOOP("core", "unknown preset '%1'"), {m_preset});
        apply(*preset, experiment);
    }
    for (const auto& [id, text] : m_values) {
        RETURN_IF_ERROR(setParameterFromText(experiment, *findParameter(id), text));
    }
    if (!m_size.empty()) {
        ASSIGN_OR_RETURN(experiment.size, extentFromText(m_size));
    }
    RETURN_IF_ERROR(choosePainted(experiment));
    RETURN_IF_ERROR(validate(experiment));
    return experiment;
}

Extent BranchRequest::sizeOrArticle() const
{
    constexpr Extent kArticleSize{224, 224};
    return experiment.size.height > 0 ? experiment.size : kArticleSize;
}

Result<void> ExperimentOptions::requireBranch() const
{
    if (hasBranch())
        return {};
    return Error{ErrorCode::InvalidArgument, QT_TRANSLATE_NOOP("core", "--branch is missing"), {}};
}

bool ExperimentOptions::hasBranchFile() const
{
    return namesFile(m_branch) && !kindFromName(m_branch);
}

Result<BranchRequest> ExperimentOptions::described() const
{
    BranchRequest request;
    ASSIGN_OR_RETURN(request.experiment, experiment());
    request.kind = kindFromName(m_branch);
    if (request.kind && *request.kind != BranchKind::Original)
        request.experiment.factorised = *request.kind;
    RETURN_IF_ERROR(checkTogether(request));
    RETURN_IF_ERROR(checkInputName(m_input));
    return request;
}

/// --painted chooses the kernels `painted` by itself.
Result<void> ExperimentOptions::choosePainted(Experiment& experiment) const
{
    const bool isChosen = names("kernels") && experiment.kernels == HandMade::Painted;
    if (m_painted.empty() && isChosen)
        return invalid(QT_TRANSLATE_NOOP("core", "--painted is missing for the kernels 'painted'"),
                       {});
    if (m_painted.empty())
        return {};
    if (names("kernels") && !isChosen)
        return invalid(
            QT_TRANSLATE_NOOP("core", "--painted is for the kernels 'painted', not for '%1'"),
            {m_values.at("kernels")});
    experiment.kernels = HandMade::Painted;
    if (isTypedKernel(m_painted)) {
        ASSIGN_OR_RETURN(experiment.kernelShape.painted, typedKernel(m_painted));
    }
    return {};
}

/// What concerns several options at once.
Result<void> ExperimentOptions::checkTogether(const BranchRequest& request) const
{
    const Experiment& experiment = request.experiment;
    if (hasBranch() && !request.kind && !hasBranchFile())
        return invalid(QT_TRANSLATE_NOOP("core", "unknown branch '%1'"), {m_branch});
    if (hasBranchFile() && (experiment.kernels || experiment.midBank > 0))
        return invalid(
            QT_TRANSLATE_NOOP("core",
                              "--kernels and --mid-of are for the named branches, not for '%1'"),
            {m_branch});
    if (!m_weights.empty() && experiment.kernels)
        return invalid(
            QT_TRANSLATE_NOOP("core", "weights come from '%1' or from --kernels, not both"),
            {m_weights});
    if (!m_input.empty() && experiment.lift == Lift::Randn)
        return invalid(QT_TRANSLATE_NOOP("core", "the lift randn takes no input '%1'"), {m_input});
    return {};
}

Result<void> ExperimentOptions::open(BranchRequest& request, CommandContext& context) const
{
    RETURN_IF_ERROR(openBranch(request, context));
    RETURN_IF_ERROR(openWeights(request, context));
    RETURN_IF_ERROR(openPainted(request, context));
    return openInput(request, context);
}

Result<void> ExperimentOptions::openBranch(BranchRequest& request, CommandContext& context) const
{
    if (m_branch.empty() || request.kind)
        return {};
    context.noteFileOpened();
    ASSIGN_OR_RETURN(request.spec, readBranchSpec(m_branch));
    if (request.spec->name.empty())
        request.spec->name = std::filesystem::path(m_branch).stem().string();
    request.experiment.inChannels = request.spec->inChannels;
    return {};
}

Result<void> ExperimentOptions::openWeights(BranchRequest& request, CommandContext& context) const
{
    if (m_weights.empty())
        return {};
    context.noteFileOpened();
    auto file = std::make_shared<WeightFile>();
    file->path = m_weights;
    ASSIGN_OR_RETURN(
        file->tensors,
        readSafetensors(m_weights, context.memoryLimitBytes(), context.interrupt().token()));
    const bool isOriginal = request.kind == BranchKind::Original;
    (isOriginal ? request.experiment.originalWeightFile : request.experiment.weightFile)
        = std::move(file);
    return {};
}

Result<void> ExperimentOptions::openPainted(BranchRequest& request, CommandContext& context) const
{
    if (m_painted.empty() || isTypedKernel(m_painted))
        return {};
    context.noteFileOpened();
    ASSIGN_OR_RETURN(request.experiment.kernelShape.painted, readKernel(m_painted));
    return {};
}

Result<void> ExperimentOptions::openInput(BranchRequest& request, CommandContext& context) const
{
    if (m_input.empty())
        return {};
    if (!isSample(m_input))
        context.noteFileOpened();
    return loadInput(m_input, request.experiment, request.inputName, context);
}

} // namespace factorscope
