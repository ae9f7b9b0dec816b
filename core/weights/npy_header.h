#pragma once

#include "core/result/result.h"
#include "core/tensor/shape.h"
#include "core/weights/number_format.h"

#include <string>
#include <string_view>

namespace factorscope {

/// What the dictionary at the head of a .npy file says.
struct NpyHeader {
    enum class Storage { RowMajor, ColumnMajor };

    NumberFormat format;
    Storage storage = Storage::RowMajor;
    Shape shape;
};

/// Parses the dictionary, a Python literal of exactly `descr`, `fortran_order` and `shape`.
/// `source` names the file in errors. Errors: Format, Unsupported.
Result<NpyHeader> parseNpyHeader(std::string_view text, const std::string& source);

} // namespace factorscope
