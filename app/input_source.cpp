#include "app/input_source.h"

#include "core/experiment/opening.h"
#include "core/file/input_file.h"
#include "core/image/samples.h"
#include "core/tensor/memory.h"
#include "core/weights/npy.h"
#include "ui/image/picture_file.h"

#include <array>
#include <cstring>
#include <filesystem>

namespace factorscope {
namespace {

constexpr std::string_view kSamplePrefix = "sample:";
constexpr std::int64_t kDrawnBytesPerPixel = 3 * sizeof(float);

/// A .npy file begins with its own magic; its ending decides where even that is missing.
Result<bool> isNpy(const std::string& path)
{
    ASSIGN_OR_RETURN(InputFile file, InputFile::open(path));
    if (path.ends_with(".npy"))
        return true;
    std::array<char, 6> magic{};
    if (file.size() < static_cast<std::int64_t>(magic.size()))
        return false;
    RETURN_IF_ERROR(file.read(std::as_writable_bytes(std::span(magic))));
    return std::memcmp(magic.data(), "\x93NUMPY", magic.size()) == 0;
}

Result<SharedTensor> inputTensor(const std::string& path, Extent size, CommandContext& context)
{
    ASSIGN_OR_RETURN(Tensor tensor,
                     readNpy(path, context.memoryLimitBytes(), context.interrupt().token()));
    const Shape shape = tensor.shape();
    if (shape.rank() == 3)
        tensor.reshape({1, shape[0], shape[1], shape[2]});
    if (tensor.shape().rank() != 4 || tensor.elements() == 0)
        return Error{ErrorCode::Shape,
                     QT_TRANSLATE_NOOP("core", "'%1' is %2, neither (C,H,W) nor (N,C,H,W)"),
                     {path, shape.text()}};
    const Extent own{tensor.shape()[2], tensor.shape()[3]};
    if (size.height > 0 && size != own)
        return Error{ErrorCode::Shape,
                     QT_TRANSLATE_NOOP("core", "'%1' is %2 and a tensor is not resized to %3"),
                     {path, own.text(), size.text()}};
    return std::make_shared<const Tensor>(std::move(tensor));
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
    ASSIGN_OR_RETURN(const bool npy, isNpy(input));
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
