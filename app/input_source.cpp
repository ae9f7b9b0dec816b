#include "app/input_source.h"

#include "core/experiment/input_tensor.h"
#include "core/experiment/opening.h"
#include "core/image/samples.h"
#include "core/tensor/memory.h"
#include "core/weights/npy.h"
#include "ui/image/picture_file.h"

#include <filesystem>

namespace factorscope {
namespace {

constexpr std::string_view kSamplePrefix = "sample:";
constexpr std::int64_t kDrawnBytesPerPixel = 3 * sizeof(float);

Result<SharedTensor> inputTensor(const std::string& path, Extent size, CommandContext& context)
{
    ASSIGN_OR_RETURN(
        SharedTensor tensor,
        readInputTensor(path, context.memoryLimitBytes(), context.interrupt().token()));
    const Extent own{tensor->shape()[2], tensor->shape()[3]};
    if (size.height > 0 && size != own)
        return Error{ErrorCode::Shape,
                     QT_TRANSLATE_NOOP("core", "'%1' is %2 and a tensor is not resized to %3"),
                     {path, own.text(), size.text()}};
    return tensor;
}

} // namespace

bool isSample(const std::string& input)
{
    return input.starts_with(kSamplePrefix);
}

Result<void> checkInputName(const std::string& input)
{
    if (!isSample(input) || findSample(input.substr(kSamplePrefix.size())))
        return {};
    return Error{ErrorCode::InvalidArgument,
                 QT_TRANSLATE_NOOP("core", "unknown sample '%1'"),
                 {input.substr(kSamplePrefix.size())}};
}

Result<void> loadInput(const std::string& input, Experiment& experiment, std::string& name,
                       CommandContext& context)
{
    RETURN_IF_ERROR(checkInputName(input));
    if (isSample(input)) {
        const Sample* sample = findSample(input.substr(kSamplePrefix.size()));
        const Extent size = experiment.size.height > 0 ? experiment.size : kSampleSize;
        RETURN_IF_ERROR(requireMemory(size.height * size.width * kDrawnBytesPerPixel,
                                      context.memoryLimitBytes(),
                                      QT_TRANSLATE_NOOP("core", "the size")));
        experiment.picture = std::make_shared<const Picture>(sample->draw(size));
        name = sample->id;
        return {};
    }
    name = std::filesystem::path(input).stem().string();
    ASSIGN_OR_RETURN(const bool npy, isNpyFile(input));
    if (npy) {
        ASSIGN_OR_RETURN(experiment.inputTensor, inputTensor(input, experiment.size, context));
        return {};
    }
    context.startQt();
    const ForeignSilence silence; // libpng talks of every damage
    ASSIGN_OR_RETURN(Picture picture, readPicture(input, context.memoryLimitBytes()));
    for (const Error& note : picture.notes)
        context.warn(note.message());
    experiment.picture = std::make_shared<const Picture>(std::move(picture));
    return {};
}

} // namespace factorscope
