#pragma once

#include "core/result/result.h"
#include "core/tensor/tensor.h"

#include <cstdint>
#include <filesystem>
#include <stop_token>

namespace factorscope {

/// Reads a .npy file as an input (N,C,H,W); one of (C,H,W) becomes (1,C,H,W). `limitBytes` bounds
/// it. Errors: as of readNpy(); Shape for any other number of axes and for nothing in it.
Result<SharedTensor> readInputTensor(const std::filesystem::path& path, std::int64_t limitBytes,
                                     const std::stop_token& stop = {});

} // namespace factorscope
