#pragma once

#include <span>

namespace factorscope {

class ConvEngine;

/// The engines, each in a file of its own name. Listed in the table of conv_engine.cpp.
const ConvEngine& referenceEngine();
const ConvEngine& gemmEngine();
const ConvEngine& directEngine();
std::span<const ConvEngine* const> winogradEngines(); ///< one for each size of tile and kernel
std::span<const ConvEngine* const> winogradRowsEngines(); ///< likewise, of tiles in one row

} // namespace factorscope
