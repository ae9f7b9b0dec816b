#include "tests/support/reference_case.h"

#include "core/branch/spec_json.h"
#include "core/weights/npy.h"
#include "core/weights/safetensors.h"

#include <algorithm>

namespace factorscope {
namespace {

constexpr std::int64_t kLimitBytes = std::int64_t{64} << 20;

} // namespace

std::vector<std::filesystem::path> referenceCases(const std::filesystem::path& testData)
{
    std::vector<std::filesystem::path> folders;
    for (const char* collection : {"golden", "recordings"}) {
        for (const auto& entry : std::filesystem::directory_iterator(testData / collection)) {
            if (std::filesystem::exists(entry.path() / "spec.json"))
                folders.push_back(entry.path());
        }
    }
    std::ranges::sort(folders);
    return folders;
}

Result<ReferenceCase> loadReferenceCase(const std::filesystem::path& folder)
{
    ReferenceCase result;
    ASSIGN_OR_RETURN(result.spec, readBranchSpec(folder / "spec.json"));
    ASSIGN_OR_RETURN(result.weights, readSafetensors(folder / "weights.safetensors", kLimitBytes));
    ASSIGN_OR_RETURN(Tensor input, readNpy(folder / "input.npy", kLimitBytes));
    result.input = std::make_shared<const Tensor>(std::move(input));
    ASSIGN_OR_RETURN(result.output, readNpy(folder / "output.npy", kLimitBytes));
    for (std::size_t i = 0; i < result.spec.layers.size(); ++i) {
        const auto file = folder / "activations" / (std::to_string(i) + ".npy");
        ASSIGN_OR_RETURN(Tensor activation, readNpy(file, kLimitBytes));
        result.activations.push_back(std::move(activation));
    }
    ASSIGN_OR_RETURN(result.cotangent, readNpy(folder / "cotangent.npy", kLimitBytes));
    ASSIGN_OR_RETURN(result.inputGradient, readNpy(folder / "grad_input.npy", kLimitBytes));
    ASSIGN_OR_RETURN(result.gradients, readSafetensors(folder / "grads.safetensors", kLimitBytes));
    return result;
}

Tensor loadedNpy(const std::filesystem::path& path)
{
    auto tensor = readNpy(path, kLimitBytes);
    EXPECTS(tensor);
    return *std::move(tensor);
}

} // namespace factorscope
