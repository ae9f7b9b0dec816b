#include "core/experiment/prepare.h"

#include "core/branch/layer_traits.h"
#include "core/image/resize.h"
#include "core/tensor/memory.h"
#include "core/weights/initialize.h"

#include <algorithm>

namespace factorscope {
namespace {

SharedTensor shared(Tensor tensor)
{
    return std::make_shared<const Tensor>(std::move(tensor));
}

SharedWeights shared(TensorMap tensors)
{
    return std::make_shared<const TensorMap>(std::move(tensors));
}

Result<SharedWeights> sharedLeadingPart(const BranchSpec& spec, const TensorMap& bank)
{
    ASSIGN_OR_RETURN(TensorMap tensors, leadingPart(spec, bank));
    return shared(std::move(tensors));
}

/// The tensors of the file, which lives on with them.
SharedWeights tensorsOf(const std::shared_ptr<const WeightFile>& file)
{
    return {file, &file->tensors};
}

Result<void> requireWeightMemory(const BranchSpec& spec, std::int64_t memoryLimitBytes)
{
    std::int64_t bytes = 0;
    for (const Parameter& parameter : parametersOf(spec))
        bytes += parameter.shape.elements() * std::int64_t{sizeof(float)};
    return requireMemory(bytes, memoryLimitBytes, QT_TRANSLATE_NOOP("core", "the channels"));
}

BranchOptions bankOptions(const Experiment& experiment, BranchKind kind)
{
    BranchOptions options = branchOptions(experiment, kind);
    if (experiment.midBank > 0)
        options.midChannels = experiment.midBank;
    return options;
}

Result<SharedTensor> randomInput(const Shape& shape, TorchGenerator& generator,
                                 const std::stop_token& stop)
{
    Tensor input = Tensor::uninitialized(shape);
    if (!generator.normal(input.values(), stop))
        return cancelled();
    return shared(std::move(input));
}

Result<SharedTensor> liftedInput(const Picture& picture, Lift lift, std::int64_t channels,
                                 Extent size, const std::stop_token& stop)
{
    if (size != picture.size()) {
        ASSIGN_OR_RETURN(const Picture fitting, resized(picture, size, stop));
        return liftedInput(fitting, lift, channels, size, stop);
    }
    ASSIGN_OR_RETURN(Tensor input, lifted(picture, lift, static_cast<int>(channels), stop));
    return shared(std::move(input));
}

} // namespace

Result<SharedWeights> bankOf(const Experiment& experiment, BranchKind kind,
                             TorchGenerator& generator, std::int64_t memoryLimitBytes)
{
    const auto& file
        = kind == BranchKind::Original ? experiment.originalWeightFile : experiment.weightFile;
    if (file)
        return tensorsOf(file);
    const BranchOptions options = bankOptions(experiment, kind);
    const BranchSpec bank = namedBranch(kind, options);
    RETURN_IF_ERROR(requireWeightMemory(bank, memoryLimitBytes));
    if (!experiment.kernels)
        return shared(initialized(bank, generator));
    ASSIGN_OR_RETURN(
        TensorMap made,
        handMadeWeights(kind, options,
                        {*experiment.kernels, experiment.seed, experiment.kernelShape}));
    return shared(std::move(made));
}

bool haveSameBank(const Experiment& a, const Experiment& b)
{
    Experiment same = a;
    same.midChannels = b.midChannels;
    return a.midBank > 0 && same == b;
}

Result<SharedWeights> weightsOf(const Experiment& experiment, BranchKind kind,
                                const SharedWeights& bank)
{
    const BranchSpec spec = branchSpec(experiment, kind);
    if (namedBranch(kind, bankOptions(experiment, kind)) == spec)
        return bank;
    return sharedLeadingPart(spec, *bank);
}

Result<SharedWeights> weightsOf(const Experiment& experiment, BranchKind kind,
                                TorchGenerator& generator, std::int64_t memoryLimitBytes)
{
    ASSIGN_OR_RETURN(const SharedWeights bank,
                     bankOf(experiment, kind, generator, memoryLimitBytes));
    return weightsOf(experiment, kind, bank);
}

Result<SharedWeights> weightsOf(const Experiment& experiment, const BranchSpec& spec,
                                TorchGenerator& generator, std::int64_t memoryLimitBytes)
{
    if (experiment.kernels || experiment.midBank > 0)
        return Error{ErrorCode::InvalidArgument,
                     QT_TRANSLATE_NOOP("core",
                                       "hand-made kernels and banks of mid channels exist for "
                                       "the named branches only, not for '%1'"),
                     {spec.name}};
    if (experiment.weightFile)
        return tensorsOf(experiment.weightFile);
    RETURN_IF_ERROR(requireWeightMemory(spec, memoryLimitBytes));
    return shared(initialized(spec, generator));
}

Result<Extent> inputSize(const Experiment& experiment)
{
    if (experiment.inputTensor)
        return Extent{experiment.inputTensor->shape()[2], experiment.inputTensor->shape()[3]};
    if (experiment.size.height > 0)
        return experiment.size;
    if (experiment.picture)
        return experiment.picture->size();
    return Error{ErrorCode::InvalidArgument,
                 QT_TRANSLATE_NOOP("core", "there is neither an input nor a size for one"),
                 {}};
}

Result<SharedTensor> inputOf(const Experiment& experiment, std::int64_t channels,
                             TorchGenerator& generator, std::int64_t memoryLimitBytes,
                             const std::stop_token& stop)
{
    if (experiment.inputTensor)
        return experiment.inputTensor;
    ASSIGN_OR_RETURN(const Extent size, inputSize(experiment));
    const Shape shape{1, channels, size.height, size.width}; // at most 2^16 each
    constexpr std::int64_t kPlanesBeside = 16; // resizing and lifting keep a few planes more
    const std::int64_t floats = shape.elements() + kPlanesBeside * size.height * size.width;
    RETURN_IF_ERROR(requireMemory(floats * std::int64_t{sizeof(float)}, memoryLimitBytes,
                                  QT_TRANSLATE_NOOP("core", "the size or the channels")));
    const Lift lift = experiment.lift.value_or(defaultLift(static_cast<int>(channels)));
    if (lift == Lift::Randn)
        return randomInput(shape, generator, stop);
    if (!experiment.picture)
        return Error{ErrorCode::InvalidArgument,
                     QT_TRANSLATE_NOOP("core", "there is no picture to lift to %1 channels"),
                     {std::to_string(channels)}};
    return liftedInput(*experiment.picture, lift, channels, size, stop);
}

Result<void> liftPicture(Experiment& experiment, std::int64_t channels,
                         std::int64_t memoryLimitBytes, const std::stop_token& stop)
{
    if (!experiment.picture)
        return {};
    TorchGenerator unused(experiment.seed);
    ASSIGN_OR_RETURN(experiment.inputTensor,
                     inputOf(experiment, channels, unused, memoryLimitBytes, stop));
    experiment.picture = nullptr;
    return {};
}

} // namespace factorscope
