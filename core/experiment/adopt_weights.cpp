#include "core/experiment/adopt_weights.h"

#include "core/branch/executor.h"
#include "core/branch/layer_traits.h"
#include "core/experiment/parameters.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace factorscope {
namespace {

/// A branch that a file may be of.
struct Candidate {
    BranchKind kind;
    Experiment experiment; ///< with the choices that make it
};

/// Every candidate with every choice, in this order.
template <typename Choice, typename Set>
void branchOut(std::vector<Candidate>& candidates, const std::vector<Choice>& choices, Set set)
{
    std::vector<Candidate> all;
    for (const Candidate& candidate : candidates) {
        for (const Choice choice : choices)
            set(all.emplace_back(candidate), choice);
    }
    candidates = std::move(all);
}

template <typename T>
std::vector<T> startingWith(T own, std::vector<T> all)
{
    std::ranges::stable_partition(all, [&](const T& choice) { return choice == own; });
    return all;
}

std::vector<BranchKind> kindsToTry(const Experiment& experiment)
{
    using enum BranchKind;
    return startingWith(experiment.factorised, {Original, Decomposed, Separable, Asymmetric});
}

/// The first of several that fit alike is taken, so the experiment's own choices come first.
std::vector<Candidate> candidatesFor(const Experiment& experiment)
{
    Candidate own{BranchKind::Original, experiment};
    own.experiment.originalInChannels = 0;
    own.experiment.originalOutChannels = 0;
    std::vector<Candidate> all{own};
    branchOut(all, kindsToTry(experiment),
              [](Candidate& candidate, BranchKind kind) { candidate.kind = kind; });
    // Names tell only whether there is an activation, not which.
    const bool hasActivation = experiment.between != Between::None;
    branchOut(
        all, std::vector{experiment.between, hasActivation ? Between::None : Between::Relu},
        [](Candidate& candidate, Between between) { candidate.experiment.between = between; });
    branchOut(all, std::vector<bool>{experiment.batchNorm, !experiment.batchNorm},
              [](Candidate& candidate, bool has) { candidate.experiment.batchNorm = has; });
    branchOut(all, std::vector<bool>{experiment.bias, !experiment.bias},
              [](Candidate& candidate, bool has) { candidate.experiment.bias = has; });
    using enum ResidualKind;
    branchOut(
        all, startingWith(experiment.residual, {None, Identity, Conv1x1}),
        [](Candidate& candidate, ResidualKind kind) { candidate.experiment.residual = kind; });
    return all;
}

/// How far a file is from being a candidate's.
struct Misfit {
    int names = 0; ///< that one has and the other has not
    int shapes = 0; ///< that differ
    Error first;

    bool isNone() const { return names + shapes == 0; }
    bool isLessThan(const Misfit& other) const
    {
        return std::pair(names, shapes) < std::pair(other.names, other.shapes);
    }
    void add(int& count, Error error)
    {
        if (isNone())
            first = std::move(error);
        ++count;
    }
};

Error missing(const WeightFile& file, const std::string& tensor)
{
    return {ErrorCode::Shape,
            QT_TRANSLATE_NOOP("core",
                              "'%1' fits neither the 5x5 nor a factorised branch: there is no "
                              "tensor '%2'"),
            {file.path, tensor}};
}

Error surplus(const WeightFile& file, const std::string& tensor)
{
    return {ErrorCode::Shape,
            QT_TRANSLATE_NOOP("core",
                              "'%1' fits neither the 5x5 nor a factorised branch: the tensor '%2' "
                              "belongs to none"),
            {file.path, tensor}};
}

Error unlike(const WeightFile& file, const std::string& tensor, const Shape& shape)
{
    return {ErrorCode::Shape,
            QT_TRANSLATE_NOOP("core",
                              "'%1' fits neither the 5x5 nor a factorised branch: the tensor '%2' "
                              "is %3"),
            {file.path, tensor, shape.text()}};
}

/// The names alone, so the channels do not matter.
Misfit misfitOfNames(const std::vector<Parameter>& parameters, const WeightFile& file)
{
    Misfit misfit;
    for (const Parameter& parameter : parameters) {
        if (!file.tensors.contains(parameter.name))
            misfit.add(misfit.names, missing(file, parameter.name));
    }
    for (const auto& [name, tensor] : file.tensors) {
        if (std::ranges::find(parameters, name, &Parameter::name) == parameters.end())
            misfit.add(misfit.names, surplus(file, name));
    }
    return misfit;
}

bool isShapeOfKernels(const Shape& shape)
{
    const auto* domain = std::get_if<IntegerRange>(&findParameter("in-channels")->domain);
    EXPECTS(domain);
    return shape.rank() == 4 && std::ranges::all_of(shape.sizes(), [&](std::int64_t size) {
               return size >= domain->least && size <= domain->most;
           });
}

/// Reads the channels off the kernels, which are all there.
Misfit takeChannels(Candidate& candidate, const std::vector<Parameter>& parameters,
                    const WeightFile& file)
{
    Misfit misfit;
    std::vector<Shape> kernels;
    for (const Parameter& parameter : parameters) {
        const bool isShortcut = parameter.name.find(".shortcut.") != std::string::npos;
        if (parameter.role != ParameterRole::Weight || isShortcut)
            continue;
        kernels.push_back(file.tensors.at(parameter.name).shape());
        if (!isShapeOfKernels(kernels.back()))
            misfit.add(misfit.shapes, unlike(file, parameter.name, kernels.back()));
    }
    if (!misfit.isNone())
        return misfit;
    // The separable branch begins with one kernel for each input channel.
    const bool isSeparable = candidate.kind == BranchKind::Separable;
    candidate.experiment.inChannels = kernels.front()[isSeparable ? 0 : 1];
    candidate.experiment.outChannels = kernels.back()[0];
    if (candidate.kind != BranchKind::Original)
        candidate.experiment.midChannels = kernels[isSeparable ? 1 : 0][0];
    return misfit;
}

Misfit misfitOfShapes(const std::vector<Parameter>& parameters, const WeightFile& file)
{
    Misfit misfit;
    for (const Parameter& parameter : parameters) {
        const Shape& shape = file.tensors.at(parameter.name).shape();
        if (shape != parameter.shape)
            misfit.add(misfit.shapes, unlike(file, parameter.name, shape));
    }
    return misfit;
}

/// Gives the candidate the file's channels on the way.
Misfit compared(Candidate& candidate, const WeightFile& file)
{
    const auto parameters
        = [&] { return parametersOf(branchSpec(candidate.experiment, candidate.kind)); };
    const std::vector<Parameter> before = parameters();
    Misfit misfit = misfitOfNames(before, file);
    if (misfit.isNone())
        misfit = takeChannels(candidate, before, file);
    return misfit.isNone() ? misfitOfShapes(parameters(), file) : misfit;
}

bool hasWeights(const BranchSpec& spec, const std::shared_ptr<const WeightFile>& file)
{
    return file && requireWeights(spec, file->tensors);
}

bool originalFits(const Experiment& experiment)
{
    return hasWeights(branchSpec(experiment, BranchKind::Original), experiment.originalWeightFile);
}

bool factorisedFits(Experiment experiment)
{
    if (experiment.midBank > 0)
        experiment.midChannels = experiment.midBank;
    return hasWeights(branchSpec(experiment, experiment.factorised), experiment.weightFile);
}

Experiment adopted(Candidate candidate, std::shared_ptr<const WeightFile> file)
{
    Experiment& experiment = candidate.experiment;
    if (candidate.kind == BranchKind::Original) {
        experiment.originalWeightFile = std::move(file);
    } else {
        experiment.factorised = candidate.kind;
        experiment.weightFile = std::move(file);
        experiment.midBank = experiment.midChannels;
    }
    dropUnfitWeights(experiment);
    return experiment;
}

} // namespace

Result<Experiment> withWeights(Experiment experiment, std::shared_ptr<const WeightFile> file)
{
    EXPECTS(file);
    Misfit least{.names = std::numeric_limits<int>::max(), .shapes = 0, .first = {}};
    for (Candidate& candidate : candidatesFor(experiment)) {
        Misfit misfit = compared(candidate, *file);
        if (misfit.isNone()) {
            Experiment result = adopted(std::move(candidate), std::move(file));
            RETURN_IF_ERROR(validate(result));
            return result;
        }
        if (misfit.isLessThan(least))
            least = std::move(misfit);
    }
    return least.first;
}

void dropUnfitWeights(Experiment& experiment)
{
    if (!originalFits(experiment))
        experiment.originalWeightFile = nullptr;
    if (!factorisedFits(experiment))
        experiment.weightFile = nullptr;
    fitBank(experiment);
    const bool isMatchedMissing
        = experiment.kernels == HandMade::Matched && experiment.factorised == BranchKind::Separable;
    const bool isFromFile = experiment.weightFile != nullptr;
    if (isFromFile ? experiment.originalWeightFile != nullptr : isMatchedMissing)
        experiment.kernels.reset();
}

} // namespace factorscope
