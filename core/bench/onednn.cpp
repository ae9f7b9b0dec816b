#include "core/bench/onednn.h"
#include "core/timing/timing.h"

#include <dnnl.hpp>
#include <omp.h>

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>

namespace factorscope {
namespace {

using Desc = dnnl::memory::desc;
using Tag = dnnl::memory::format_tag;

Desc described(const dnnl::memory::dims& sizes, Tag tag)
{
    return {sizes, dnnl::memory::data_type::f32, tag};
}

dnnl::memory::dims dims(const Shape& shape)
{
    return {shape.sizes().begin(), shape.sizes().end()};
}

std::int64_t bytesOf(const Desc& desc)
{
    return static_cast<std::int64_t>(desc.get_size());
}

/// Before anything else of the library is called, and once: as our own engines are capped.
void capInstructionSet(InstructionSet set)
{
    static const bool done = [set] {
        if (set == InstructionSet::Avx2)
            dnnl::set_max_cpu_isa(dnnl::cpu_isa::avx2);
        else if (set < InstructionSet::Avx2)
            dnnl::set_max_cpu_isa(dnnl::cpu_isa::sse41);
        return true;
    }();
    (void)done;
}

/// Winograd on `large` asks for more than two gigabytes a thread, and is slow: it is left out.
constexpr std::int64_t kMostScratchBytes = std::int64_t{1} << 30;

/// A convolution or a reorder: reads one memory and writes another.
struct Step {
    dnnl::primitive primitive;
    Desc from;
    Desc to;
    std::unordered_map<int, dnnl::memory> arguments; ///< with what does not change
};

/// The branch as steps of oneDNN. Their results lie in two blocks of memory in turn; a third is
/// their scratch.
class Chain {
public:
    Chain(std::shared_ptr<const BenchBranch> branch, const ComputeContext& context)
        : m_branch(std::move(branch)), m_context(context), m_stream(m_engine)
    {}

    /// False when oneDNN has no such implementation for one of the convolutions, or one that takes
    /// too much scratch.
    bool addConvolutions(dnnl::algorithm algorithm)
    {
        const std::vector<Layer>& layers = m_branch->spec.layers;
        std::int64_t channels = m_branch->spec.inChannels;
        for (std::size_t i = 0; i < layers.size(); ++i) {
            const auto* conv = std::get_if<Conv2d>(&layers[i].type);
            if (!conv)
                continue; // a ReLU, which runs with the convolution before it
            const bool isActivated
                = i + 1 < layers.size() && std::holds_alternative<Relu>(layers[i + 1].type);
            if (!addConvolution(*conv, channels, isActivated, algorithm,
                                "branch." + std::to_string(i)))
                return false;
            channels = conv->outChannels;
        }
        return true;
    }

    /// Reorders become steps of the chain, or are left out of what is timed.
    void finish(bool withReorders)
    {
        const Desc plainIn = described(dims(m_branch->input->shape()), Tag::nchw);
        const Desc plainOut = described(m_steps.back().to.dims(), Tag::nchw);
        m_input = dnnl::memory(plainIn, m_engine, writable(m_branch->input->data()));
        if (m_steps.front().from != plainIn) {
            const Step reorder = reorderStep(plainIn, m_steps.front().from);
            if (withReorders)
                m_steps.insert(m_steps.begin(), reorder);
            else
                m_input = reordered(m_input, reorder.to);
        }
        if (m_steps.back().to != plainOut && withReorders)
            m_steps.push_back(reorderStep(m_steps.back().to, plainOut));
    }

    Result<double> time()
    {
        if (m_context.stop.stop_requested())
            return cancelled();
        const Blocks blocks = acquiredBlocks();
        return execute();
    }

    Result<SharedTensor> output()
    {
        const Blocks blocks = acquiredBlocks();
        execute();
        const Desc& to = m_steps.back().to;
        const dnnl::memory::dims sizes = to.dims();
        Tensor plain = Tensor::uninitialized(*Shape::checked(sizes), m_context.pool);
        dnnl::memory result(described(sizes, Tag::nchw), m_engine, plain.data());
        dnnl::reorder(m_steps.back().arguments.at(DNNL_ARG_DST), result)
            .execute(m_stream, m_steps.back().arguments.at(DNNL_ARG_DST), result);
        m_stream.wait();
        return std::make_shared<const Tensor>(std::move(plain));
    }

    std::int64_t scratchBytes() const { return m_scratchBytes; }

private:
    using Blocks = std::array<Tensor, 3>;

    // The library's handles know no constants.
    static void* writable(const float* values) { return const_cast<float*>(values); }

    dnnl::memory reordered(dnnl::memory from, const Desc& to)
    {
        dnnl::memory made(to, m_engine);
        dnnl::reorder(from, made).execute(m_stream, from, made);
        m_stream.wait();
        return made;
    }

    Step reorderStep(const Desc& from, const Desc& to)
    {
        return {dnnl::reorder({m_engine, from, m_engine, to}), from, to, {}};
    }

    bool addConvolution(const Conv2d& conv, std::int64_t channels, bool isActivated,
                        dnnl::algorithm algorithm, const std::string& name)
    {
        const auto [height, width] = m_branch->workload.size;
        const Tensor& weights = m_branch->weights.at(name + ".weight");
        const Tensor& bias = m_branch->weights.at(name + ".bias");
        const dnnl::memory::dims padding{conv.padding.height, conv.padding.width};
        dnnl::memory::dims sizes = dims(weights.shape());
        const bool isGrouped = conv.groups > 1;
        if (isGrouped) {
            sizes[0] /= conv.groups;
            sizes.insert(sizes.begin(), conv.groups);
        }
        const dnnl::convolution_forward::desc description(
            dnnl::prop_kind::forward_inference, algorithm,
            described({1, channels, height, width}, Tag::any), described(sizes, Tag::any),
            described(dims(bias.shape()), Tag::a),
            described({1, conv.outChannels, height, width}, Tag::any),
            {conv.stride.height, conv.stride.width},
            {conv.dilation.height - 1, conv.dilation.width - 1}, padding, padding);
        const dnnl::convolution_forward::primitive_desc chosen(description, attributes(isActivated),
                                                               m_engine, true);
        if (!chosen || bytesOf(chosen.scratchpad_desc()) > kMostScratchBytes)
            return false;
        const Desc plain = described(sizes, isGrouped ? Tag::goihw : Tag::oihw);
        const dnnl::memory given(plain, m_engine, writable(weights.data()));
        addStep(chosen, reordered(given, chosen.weights_desc()),
                dnnl::memory(chosen.bias_desc(), m_engine, writable(bias.data())));
        return true;
    }

    static dnnl::primitive_attr attributes(bool isActivated)
    {
        dnnl::primitive_attr attributes;
        attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
        if (isActivated) {
            dnnl::post_ops after;
            after.append_eltwise(1.0F, dnnl::algorithm::eltwise_relu, 0.0F, 0.0F);
            attributes.set_post_ops(after);
        }
        return attributes;
    }

    void addStep(const dnnl::convolution_forward::primitive_desc& chosen, dnnl::memory weights,
                 dnnl::memory bias)
    {
        if (!m_steps.empty() && m_steps.back().to != chosen.src_desc())
            m_steps.push_back(reorderStep(m_steps.back().to, chosen.src_desc()));
        const Desc scratch = chosen.scratchpad_desc();
        m_scratchBytes = std::max(m_scratchBytes, static_cast<std::int64_t>(scratch.get_size()));
        m_steps.push_back(
            {dnnl::convolution_forward(chosen),
             chosen.src_desc(),
             chosen.dst_desc(),
             {{DNNL_ARG_WEIGHTS, std::move(weights)},
              {DNNL_ARG_BIAS, std::move(bias)},
              {DNNL_ARG_SCRATCHPAD, dnnl::memory(chosen.scratchpad_desc(), m_engine, nullptr)}}});
    }

    /// The blocks, with the steps told to use them.
    Blocks acquiredBlocks()
    {
        std::int64_t bytes = 0;
        for (const Step& step : m_steps)
            bytes = std::max(bytes, bytesOf(step.to));
        const auto acquired = [this](std::int64_t size) {
            return Tensor::uninitialized({(size + 3) / std::int64_t{sizeof(float)}},
                                         m_context.pool);
        };
        Blocks blocks{acquired(bytes), acquired(bytes), acquired(m_scratchBytes)};
        dnnl::memory from = m_input;
        for (std::size_t i = 0; i < m_steps.size(); ++i) {
            auto& arguments = m_steps[i].arguments;
            dnnl::memory to(m_steps[i].to, m_engine, blocks[i % 2].data());
            arguments.insert_or_assign(DNNL_ARG_SRC, from);
            arguments.insert_or_assign(DNNL_ARG_DST, to);
            if (const auto scratch = arguments.find(DNNL_ARG_SCRATCHPAD);
                scratch != arguments.end())
                scratch->second.set_data_handle(blocks[2].data());
            from = std::move(to);
        }
        return blocks;
    }

    /// The milliseconds of all steps.
    double execute()
    {
        omp_set_num_threads(m_context.team.size());
        const auto start = Clock::now();
        for (const Step& step : m_steps)
            step.primitive.execute(m_stream, step.arguments);
        m_stream.wait();
        return millisecondsSince(start);
    }

    const std::shared_ptr<const BenchBranch> m_branch;
    const ComputeContext m_context;
    dnnl::engine m_engine{dnnl::engine::kind::cpu, 0};
    dnnl::stream m_stream;
    std::vector<Step> m_steps;
    dnnl::memory m_input; ///< in the layout of the first step
    std::int64_t m_scratchBytes = 0;
};

} // namespace

bool hasOneDnn()
{
    return true;
}

std::vector<Candidate> oneDnnCandidates(const std::shared_ptr<const BenchBranch>& branch,
                                        const ComputeContext& context)
{
    capInstructionSet(context.instructionSet);
    omp_set_num_threads(context.team.size()); // a primitive is made for a number of threads
    struct Way {
        const char* name;
        dnnl::algorithm algorithm;
        bool withReorders;
    };
    std::vector<Candidate> candidates;
    for (const Way& mode :
         {Way{"direct", dnnl::algorithm::convolution_direct, false},
          Way{"direct with reorders", dnnl::algorithm::convolution_direct, true},
          Way{"winograd", dnnl::algorithm::convolution_winograd, false},
          Way{"winograd with reorders", dnnl::algorithm::convolution_winograd, true}}) {
        const auto chain = std::make_shared<Chain>(branch, context);
        if (!chain->addConvolutions(mode.algorithm))
            continue;
        chain->finish(mode.withReorders);
        candidates.push_back({.branch = branch,
                              .algorithm = "onednn",
                              .variant = mode.name,
                              .scratchBytes = chain->scratchBytes(),
                              .output = [chain] { return chain->output(); },
                              .time = [chain] { return chain->time(); }});
    }
    return candidates;
}

std::int64_t oneDnnPeakBytes(const Workload& workload)
{
    // Two blocks in turn, and the input once more in the layout of each mode; its result for the
    // check.
    const std::int64_t pixels = workload.size.height * workload.size.width;
    return (3 * workload.outChannels + 4 * workload.inChannels) * pixels
        * std::int64_t{sizeof(float)}
    + kMostScratchBytes;
}

} // namespace factorscope
