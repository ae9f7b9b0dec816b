#include "core/experiment/input_tensor.h"

#include "core/file/input_file.h"
#include "core/weights/npy.h"

#include <array>
#include <cstring>
#include <span>

namespace factorscope {

Result<bool> isNpyFile(const std::filesystem::path& path)
{
    ASSIGN_OR_RETURN(InputFile file, InputFile::open(path));
    if (path.string().ends_with(".npy"))
        return true;
    std::array<char, 6> magic{};
    if (file.size() < static_cast<std::int64_t>(magic.size()))
        return false;
    RETURN_IF_ERROR(file.read(std::as_writable_bytes(std::span(magic))));
    return std::memcmp(magic.data(), "\x93NUMPY", magic.size()) == 0;
}

Result<SharedTensor> readInputTensor(const std::filesystem::path& path, std::int64_t limitBytes,
                                     const std::stop_token& stop)
{
    ASSIGN_OR_RETURN(Tensor tensor, readNpy(path, limitBytes, stop));
    const Shape shape = tensor.shape();
    if (shape.rank() == 3)
        tensor.reshape({1, shape[0], shape[1], shape[2]});
    if (tensor.shape().rank() != 4 || tensor.elements() == 0)
        return Error{ErrorCode::Shape,
                     QT_TRANSLATE_NOOP("core", "'%1' is %2, neither (C,H,W) nor (N,C,H,W)"),
                     {path.string(), shape.text()}};
    return std::make_shared<const Tensor>(std::move(tensor));
}

} // namespace factorscope
