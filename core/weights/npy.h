#pragma once

#include "core/file/byte_source.h"
#include "core/file/output_files.h"
#include "core/result/result.h"
#include "core/tensor/tensor.h"

#include <filesystem>
#include <stop_token>
#include <string>

namespace factorscope {

/// Whether a file is .npy: it begins with that format's magic; its ending decides where even that
/// is missing. File when it cannot be read.
Result<bool> isNpyFile(const std::filesystem::path& path);

/// Reads a NumPy .npy file, versions 1 to 3, as float32: floating point of 2, 4 and 8 bytes,
/// integers and booleans, both byte orders, both storage orders. `limitBytes` bounds the tensor.
/// Errors: File, Format, Unsupported (other dtypes), Memory, Cancelled.
Result<Tensor> readNpy(const std::filesystem::path& path, std::int64_t limitBytes,
                       const std::stop_token& stop = {});

/// The same from a member of an archive.
Result<Tensor> readNpy(const ByteSource& source, std::int64_t limitBytes);

/// Adds a tensor as .npy: little-endian float32 in C order, version 1, byte for byte what NumPy
/// itself writes.
Result<void> addNpy(OutputFiles& files, const std::filesystem::path& path, const Tensor& tensor,
                    const std::stop_token& stop = {});

/// What stands before the numbers of a .npy file that addNpy() writes.
std::string npyPreamble(const Shape& shape);

} // namespace factorscope
