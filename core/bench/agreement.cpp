#include "core/bench/agreement.h"

#include "core/branch/executor.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <random>

namespace factorscope {
namespace {

constexpr std::int64_t kWindows = 64;
constexpr std::int64_t kWindowSide = 8; // beyond a period of every transform's tiles

/// The part of (1,C,H,W) in a box.
Tensor cut(const Tensor& whole, const PixelBox& box)
{
    const Shape& shape = whole.shape();
    Tensor part = Tensor::uninitialized({1, shape[1], box.height(), box.width()});
    float* to = part.data();
    for (std::int64_t c = 0; c < shape[1]; ++c) {
        for (std::int64_t y = box.y0; y <= box.y1; ++y) {
            const float* row = whole.data() + (c * shape[2] + y) * shape[3];
            to = std::copy(row + box.x0, row + box.x1 + 1, to);
        }
    }
    return part;
}

PixelBox movedBy(const PixelBox& box, std::int64_t dy, std::int64_t dx)
{
    return {box.y0 + dy, box.x0 + dx, box.y1 + dy, box.x1 + dx};
}

std::string numberText(double number)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.2g", number);
    return text;
}

} // namespace

std::vector<PixelBox> comparedWindows(Extent outSize, std::int64_t macs, std::uint64_t seed)
{
    if (macs <= kWholeMacs || std::min(outSize.height, outSize.width) < kWindowSide)
        return {{0, 0, outSize.height - 1, outSize.width - 1}};
    const std::int64_t bottom = outSize.height - kWindowSide;
    const std::int64_t right = outSize.width - kWindowSide;
    std::vector<PixelBox> windows;
    const auto add = [&](std::int64_t y, std::int64_t x) {
        windows.push_back({y, x, y + kWindowSide - 1, x + kWindowSide - 1});
    };
    std::mt19937_64 generator(seed);
    const auto upTo = [&](std::int64_t last) {
        return static_cast<std::int64_t>(generator() % static_cast<std::uint64_t>(last + 1));
    };
    for (const std::int64_t y : {std::int64_t{0}, bottom}) {
        add(y, 0);
        add(y, right);
        add(y, upTo(right));
    }
    add(upTo(bottom), 0);
    add(upTo(bottom), right);
    while (std::ssize(windows) < kWindows) {
        const std::int64_t y = upTo(bottom);
        add(y, upTo(right));
    }
    return windows;
}

Result<Reference> referenceOf(const BenchBranch& branch, std::span<const PixelBox> windows,
                              const ComputeContext& context)
{
    const TheoreticalField field = theoreticalField(branch.spec);
    ASSIGN_OR_RETURN(const Extent outSize, outputSize(branch.spec, branch.workload.size));
    EXPECTS(outSize == branch.workload.size && field.stride == (Extent{1, 1}));
    Reference reference;
    for (const PixelBox& box : windows) {
        const PixelBox first = fieldBox(field, box.y0, box.x0);
        const PixelBox last = fieldBox(field, box.y1, box.x1);
        const PixelBox seen
            = clippedTo({first.y0, first.x0, last.y1, last.x1}, branch.workload.size);
        const auto input = std::make_shared<const Tensor>(cut(*branch.input, seen));
        ASSIGN_OR_RETURN(
            const BranchRun run,
            runBranch(branch.spec, branch.weights, input, "reference", Capture::Output, context));
        // Near a cut the part has padding where the whole has pixels: that is left out here.
        reference.push_back({box, cut(*run.output, movedBy(box, -seen.y0, -seen.x0))});
    }
    return reference;
}

double maxRelativeError(const Tensor& output, const Reference& reference)
{
    double error = 0.0;
    double magnitude = 0.0;
    for (const auto& [box, expected] : reference) {
        const Tensor actual = cut(output, box);
        for (std::int64_t i = 0; i < expected.elements(); ++i) {
            const double difference
                = std::abs(double{actual.data()[i]} - double{expected.data()[i]});
            if (std::isnan(difference))
                return std::numeric_limits<double>::infinity();
            error = std::max(error, difference);
            magnitude = std::max(magnitude, std::abs(double{expected.data()[i]}));
        }
    }
    return error > 0.0 ? error / magnitude : 0.0;
}

Result<void> requireAgreement(const Candidate& candidate, double maxRelativeError)
{
    if (maxRelativeError <= kLargestDisagreement)
        return {};
    return Error{
        ErrorCode::Unsupported,
        QT_TRANSLATE_NOOP("core",
                          "%1 is not timed: its output is off the reference by %2 of the "
                          "largest value, and %3 is allowed"),
        {candidate.text(), numberText(maxRelativeError), numberText(kLargestDisagreement)}};
}

} // namespace factorscope
