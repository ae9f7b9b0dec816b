#pragma once

namespace factorscope {

class ConvEngine;

/// The engines, each in a file of its own name. Listed in the table of conv_engine.cpp.
const ConvEngine& referenceEngine();
const ConvEngine& gemmEngine();

} // namespace factorscope
