#pragma once

#include "core/conv/conv_problem.h"
#include "core/conv/instruction_set.h"
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
    const float* bias = nullptr; ///< null for none
    float* output = nullptr; ///< every element is written, unless the call was stopped
};

/// One way to compute a convolution. Stateless; any thread.
class ConvEngine {
public:
    virtual ~ConvEngine() = default;

    /// As on the command line: "gemm".
    virtual std::string_view name() const = 0;

    /// What exactly would run, such as "F(4x4,5x5)"; empty when the name says it all.
    virtual std::string variant(const ConvProblem&) const { return {}; }

    /// Why this engine does not take the problem; nothing when it does.
    virtual std::optional<Error> declines(const ConvProblem& problem) const = 0;

    /// Floats of scratch memory that each thread needs.
    virtual std::int64_t scratchFloats(const ConvProblem& problem) const = 0;

    /// Computes, and tells the context as it goes on. `scratch` holds scratchFloats() for each
    /// thread of the team, one after the other. The same bits for any number of threads. False when
    /// stopped: the output is then undefined.
    virtual bool run(const ConvProblem& problem, const ConvData& data, std::span<float> scratch,
                     const ComputeContext& context) const = 0;
};

/// The engines in the order in which `auto` asks them; the last takes everything.
std::span<const ConvEngine* const> convEngines();

/// "auto" and the names of the engines: what an algorithm may be called.
std::span<const std::string_view> convAlgorithms();

/// The engine for a problem. `algorithm` is one of convAlgorithms(): "auto" takes the first of the
/// table that does not decline, another name only that one; Unsupported with the engine's reason.
/// A rule of the problem alone, never of a measurement: same problem, same engine, same bits.
Result<const ConvEngine*> chooseEngine(std::string_view algorithm, const ConvProblem& problem);

/// Chooses, takes scratch from the pool and runs. Errors: Unsupported, Cancelled.
Result<Tensor> convolve(std::string_view algorithm, const ConvProblem& problem, const Tensor& input,
                        const Tensor& weights, const Tensor* bias, const ComputeContext& context);

} // namespace factorscope
