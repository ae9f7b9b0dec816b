#pragma once

#include "core/file/output_files.h"
#include "core/result/result.h"
#include "core/tensor/tensor.h"

#include <filesystem>
#include <stop_token>

namespace factorscope {

/// Reads a .safetensors file: F32, F64, F16 and BF16 become float32. Integer tensors whose name
/// ends in ".num_batches_tracked" are checked and left out; any other dtype is Unsupported, by
/// name. `limitBytes` bounds the tensors together.
/// Errors: File, Format, Unsupported, Memory, Cancelled.
Result<TensorMap> readSafetensors(const std::filesystem::path& path, std::int64_t limitBytes,
                                  const std::stop_token& stop = {});

/// Adds tensors as .safetensors, F32, in the map's order, with {"format":"pt"} as metadata.
Result<void> addSafetensors(OutputFiles& files, const std::filesystem::path& path,
                            const TensorMap& tensors, const std::stop_token& stop = {});

} // namespace factorscope
