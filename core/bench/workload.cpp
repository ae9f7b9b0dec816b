#include "core/bench/workload.h"

#include "core/cost/cost.h"
#include "core/weights/initialize.h"

#include <algorithm>
#include <array>

namespace factorscope {

std::string Workload::text() const
{
    const std::string out = std::to_string(outChannels);
    return std::string(name) + ", " + std::to_string(inChannels) + " to " + out + " to " + out
        + " channels on " + size.text();
}

std::span<const Workload> workloads()
{
    static constexpr std::array<Workload, 4> kWorkloads{{
        {"article", 64, 64, {224, 224}},
        {"inception3a", 16, 32, {28, 28}},
        {"image", 3, 16, {512, 512}},
        {"large", 3, 16, {4096, 4096}},
    }};
    return kWorkloads;
}

const Workload* findWorkload(std::string_view name)
{
    const auto found = std::ranges::find(workloads(), name, &Workload::name);
    return found == workloads().end() ? nullptr : &*found;
}

SharedTensor benchInput(const Workload& workload, std::uint64_t seed, const std::stop_token& stop)
{
    Tensor input = Tensor::uninitialized(workload.inShape());
    if (!TorchGenerator(seed).normal(input.values(), stop))
        return nullptr;
    return std::make_shared<const Tensor>(std::move(input));
}

BranchSpec benchSpec(const Workload& workload, BranchKind kind)
{
    return namedBranch(kind,
                       {.inChannels = workload.inChannels,
                        .midChannels = workload.outChannels,
                        .outChannels = workload.outChannels});
}

std::shared_ptr<const BenchBranch> benchBranch(const Workload& workload, BranchKind kind,
                                               SharedTensor input, std::uint64_t seed)
{
    BenchBranch branch{.workload = workload,
                       .kind = kind,
                       .spec = benchSpec(workload, kind),
                       .weights = {},
                       .input = std::move(input)};
    TorchGenerator generator(seed);
    branch.weights = initialized(branch.spec, generator);
    branch.macs = costOf(branch.spec, workload.size)->total.macs;
    return std::make_shared<const BenchBranch>(std::move(branch));
}

} // namespace factorscope
