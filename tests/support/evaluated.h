#pragma once

#include "core/experiment/evaluate.h"

#include <memory>

namespace factorscope {

/// What the window opens with, on a small picture of its sample: 40 high, 48 wide.
Experiment smallExperiment();

/// Both branches, computed here and now. Ends the program when there is an error.
std::shared_ptr<const BothEvaluated> evaluated(const Experiment& experiment);

/// The same answer with other maps at one stage, and their statistics.
BothEvaluated withMaps(const BothEvaluated& both, Stage stage, const SharedTensor& maps);

/// Maps (1,C,height,width) whose value is valueAt(channel, index in the map).
template <typename ValueAt>
SharedTensor mapsOf(std::int64_t channels, Extent size, const ValueAt& valueAt)
{
    Tensor maps = Tensor::zeros({1, channels, size.height, size.width});
    const std::int64_t plane = size.height * size.width;
    for (std::int64_t i = 0; i < maps.elements(); ++i)
        maps.data()[i] = static_cast<float>(valueAt(i / plane, i % plane));
    return std::make_shared<const Tensor>(std::move(maps));
}

/// Weights of the factorised branch as if read from a file: those of an answer, with one number
/// changed. A file holds the whole of its mid channels.
std::shared_ptr<const WeightFile> weightsWith(const BothEvaluated& both, const std::string& tensor,
                                              std::size_t index, float value);

} // namespace factorscope
