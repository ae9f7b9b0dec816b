#include "core/experiment/input_tensor.h"

#include "core/weights/npy.h"

namespace factorscope {

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
