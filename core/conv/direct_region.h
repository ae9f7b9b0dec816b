#pragma once

#include "core/conv/conv_engine.h"
#include "core/conv/conv_problem.h"
#include "core/conv/instruction_set.h"
#include "core/conv/output_region.h"

#include <cstdint>
#include <vector>

namespace factorscope {

/// A rectangle of some output channels of one group of one image.
struct DirectPart {
    std::int64_t image;
    std::int64_t group;
    OutputRegion region;
    std::int64_t firstChannel; ///< within the group
    std::int64_t endChannel;
};

/// The taps of a kernel along one axis, and the inputs that so many neighbouring outputs see
/// through them. Inputs a stride apart are neighbours in a run; a run serves all taps that it can.
struct TapAxis {
    std::int64_t kernel;
    std::int64_t padding;
    std::int64_t stride;
    std::int64_t dilation;
    std::int64_t outputs;

    struct Place {
        std::int64_t run;
        std::int64_t slot; ///< within the run
    };

    std::int64_t period() const; ///< taps until one sees inputs a multiple of the stride away
    std::int64_t distance() const; ///< and how many slots away these are
    std::int64_t runs() const;
    std::int64_t first(std::int64_t run) const; ///< input coordinate of its slot 0, for output 0
    std::int64_t length(std::int64_t run) const; ///< slots, never more than run 0 has
    std::int64_t start(std::int64_t run) const; ///< slots of the runs before it
    Place place(std::int64_t tap) const; ///< of what output 0 sees through a tap

private:
    bool shares() const; ///< whether taps share runs: else a run would be mostly gaps
};

/// What a rectangle of output pixels of all channels of a group sees, as DirectRegions gathers it.
struct DirectInput {
    bool isInPlace; ///< read where it lies
    std::int64_t floats;
    std::int64_t rows; ///< that are gathered
    std::int64_t pitch; ///< from row to row
};

DirectInput directInput(const ConvProblem& problem, Extent rectangle);

/// Computes rectangles of the output directly from the definition: copies the input that they see
/// to scratch memory, with zeros for the padding, so that the kernel (see direct_kernel.cpp) knows
/// no edge; or lets it read the input in place where that is as good. None may be larger than
/// `largest`, and all but the last of a row must be as wide. An output is the same bits in whatever
/// rectangle it is computed.
class DirectRegions {
public:
    DirectRegions(const ConvProblem& problem, Extent largest);

    /// What one rectangle needs; the same for all rectangles.
    static std::int64_t scratchFloats(const ConvProblem& problem, Extent largest);

    /// Gathers and computes a part.
    void run(const ConvData& data, const DirectPart& part, float* scratch,
             const ComputeContext& context) const;

    /// Brings the input that a part sees to scratch, whatever its output channels; it does nothing
    /// when that is read in place.
    void gather(const float* input, const DirectPart& part, float* scratch,
                InstructionSet set) const;

    /// Computes a part whose input is in scratch. It returns early when stopped.
    void compute(const ConvData& data, const DirectPart& part, const float* scratch,
                 const ComputeContext& context) const;

private:
    std::int64_t offsetOfTap(std::int64_t ky, std::int64_t kx) const;

    ConvProblem m_problem;
    Extent m_largest;
    TapAxis m_rows;
    TapAxis m_columns;
    bool m_inPlace = false;
    std::int64_t m_pitch = 0;
    std::int64_t m_runFloats = 0; ///< of one run of columns of one channel, (rows, pitch)
    std::int64_t m_channelFloats = 0;
    std::vector<std::int32_t> m_offsets; ///< see DirectSums
};

} // namespace factorscope
