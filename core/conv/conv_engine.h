#pragma once

#include "core/conv/conv_problem.h"
#include "core/conv/instruction_set.h"
#include "core/conv/map_layout.h"
#include "core/conv/row_range.h"
#include "core/parallel/thread_team.h"
#include "core/result/result.h"
#include "core/tensor/tensor.h"

#include <atomic>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

namespace factorscope {

/// How far a computation is, in multiply-accumulate operations; read from any thread.
struct Progress {
    std::atomic<std::int64_t> done{0};
    std::atomic<std::int64_t> total{0};

    /// From 0 to 1; 0 before the total is known.
    double share() const
    {
        const std::int64_t whole = total.load(std::memory_order_relaxed);
        const std::int64_t part = done.load(std::memory_order_relaxed);
        return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0.0;
    }
};

/// What the engines borrow for one call: threads, recycled memory, instruction set, stop token.
struct ComputeContext {
    ThreadTeam& team;
    TensorPool* pool = nullptr;
    InstructionSet instructionSet = bestInstructionSet();
    std::int64_t memoryLimitBytes = std::numeric_limits<std::int64_t>::max();
    std::stop_token stop{};
    Progress* progress = nullptr; ///< null: nobody asks

    void advance(std::int64_t macs) const
    {
        if (progress)
            progress->done.fetch_add(macs, std::memory_order_relaxed);
    }
};

/// The data of one convolution, laid out as ConvProblem says. Borrowed for the call.
struct ConvData {
    const float* input = nullptr;
    const float* weights = nullptr;
    const float* prepared = nullptr; ///< what the engine's prepare() made of the weights
    const float* bias = nullptr; ///< null for none
    std::optional<float> negativeSlope{}; ///< of the activation after the bias; nothing for none
    float* output = nullptr; ///< every element is written, unless the call was stopped
    // Of the engine `direct` only, laid out as the output.
    const float* initial = nullptr; ///< what the sums begin with instead of the bias; null for none
    float* preActivations = nullptr; ///< the sums before the activation; null for nowhere
    MapLayout inputLayout = MapLayout::Planar; ///< others for an engine that takes them alone
    MapLayout outputLayout = MapLayout::Planar;
};

inline bool arePlanar(const ConvData& data)
{
    return data.inputLayout == MapLayout::Planar && data.outputLayout == MapLayout::Planar;
}

/// One way to compute a convolution. Stateless; any thread.
class ConvEngine {
public:
    virtual ~ConvEngine() = default;

    /// As on the command line: "gemm". Several engines may share it and differ in their variant.
    virtual std::string_view name() const = 0;

    /// Such as "F(4x4,5x5)"; empty when the name says it all.
    virtual std::string_view variant() const { return {}; }

    /// Why this engine does not take the problem; nothing when it does.
    virtual std::optional<Error> declines(const ConvProblem& problem) const = 0;

    /// About how long one thread takes, counted in multiply-accumulate operations that it could do
    /// meanwhile: what `auto` compares. Of a problem that is not declined.
    virtual double estimatedCost(const ConvProblem& problem) const = 0;

    /// Multiplications between inputs and weights that it makes: by the definition as many as MACs,
    /// padding included; with minimal filtering fewer for each tile, in whole tiles, those at the
    /// edges reaching beyond the picture. What its transforms multiply by constants is not counted.
    virtual std::int64_t multiplications(const ConvProblem& problem) const
    {
        return problem.macs();
    }

    /// Floats that prepare() makes of the weights; 0 for an engine that takes them as they are.
    virtual std::int64_t preparedFloats(const ConvProblem&) const { return 0; }

    /// Brings the weights into the engine's own form, which depends on nothing else. False when
    /// stopped.
    virtual bool prepare(const ConvProblem&, const float* /*weights*/, float* /*prepared*/,
                         const ComputeContext&) const
    {
        return true;
    }

    /// Floats of scratch memory that each thread needs.
    virtual std::int64_t scratchFloats(const ConvProblem& problem) const = 0;

    /// Computes, and tells the context as it goes on. `scratch` holds scratchFloats() for each
    /// thread of the team, one after the other. The same bits for any number of threads, in any
    /// layout. False when stopped: the output is then undefined. Also when it met values that are
    /// not finite and maps are not planar: then what was told is taken back, too.
    virtual bool run(const ConvProblem& problem, const ConvData& data, std::span<float> scratch,
                     const ComputeContext& context) const = 0;

    /// Whether run() takes maps in blocks of channels, too.
    virtual bool takesBlocks() const { return false; }

    /// How many output rows runRows() computes at once, from a multiple of them on; 0 where it
    /// computes none.
    virtual std::int64_t rowStep() const { return 0; }

    /// Computes some output rows of one image, on the calling thread, to the same bits as run().
    /// `computed` begins with a multiple of rowStep(), and ends with one or with the image. `input`
    /// and `output` of the data are rows of it alone, as many for each channel. False when it met
    /// values that are not finite, for which it needs the whole.
    virtual bool runRows(const ConvProblem&, const ConvData&, RowRange /*input*/,
                         RowRange /*output*/, RowRange /*computed*/, float* /*scratch*/,
                         const ComputeContext&) const
    {
        return false;
    }
};

/// "gemm", "winograd F(4x4,5x5)": the engine's name and variant.
std::string label(const ConvEngine& engine);

/// All engines; the last takes everything.
std::span<const ConvEngine* const> convEngines();

/// "auto" and the names of the engines: what an algorithm may be called.
std::span<const std::string_view> convAlgorithms();

/// The engine for a problem: the one of least estimated cost among those that do not decline.
/// `algorithm` is one of convAlgorithms(), "auto" takes all into account, or the label of one
/// engine; Unsupported with the engine's reason when all that are meant decline. A rule of the
/// problem alone, never of a measurement: same problem, same engine, same bits.
Result<const ConvEngine*> chooseEngine(std::string_view algorithm, const ConvProblem& problem);

/// The same, or what `auto` takes where all that are meant decline.
Result<const ConvEngine*> engineOrAuto(std::string_view algorithm, const ConvProblem& problem);

/// What a convolution does to its input.
struct ConvLayer {
    const Tensor& weights; ///< what an engine makes of them stays with them
    const Tensor* bias = nullptr;
    std::optional<float> negativeSlope{}; ///< of the activation after it; nothing for none
};

/// The weights in the engine's form; null when it takes them as they are, or when stopped.
SharedTensor prepared(const ConvEngine& engine, const ConvProblem& problem, const Tensor& weights,
                      const ComputeContext& context);

/// Chooses, takes scratch from the pool and runs. Errors: Unsupported, Cancelled.
Result<Tensor> convolve(std::string_view algorithm, const ConvProblem& problem, const Tensor& input,
                        const ConvLayer& layer, const ComputeContext& context);

/// The same with an engine that does not decline.
Result<Tensor> convolve(const ConvEngine& engine, const ConvProblem& problem, const Tensor& input,
                        const ConvLayer& layer, const ComputeContext& context);

/// The same on data that are ready, but for the output.
Result<Tensor> convolve(const ConvEngine& engine, const ConvProblem& problem, ConvData data,
                        const ComputeContext& context);

} // namespace factorscope
