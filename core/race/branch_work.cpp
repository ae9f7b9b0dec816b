#include "core/race/branch_work.h"

#include "core/branch/fusion.h"
#include "core/branch/layer_traits.h"

#include <algorithm>
#include <vector>

namespace factorscope {
namespace {

constexpr std::int64_t kFloat = sizeof(float);

std::int64_t bytesOf(const Shape& shape)
{
    return shape.elements() * kFloat;
}

/// Follows the executor layer by layer without computing anything.
class WorkCounter {
public:
    explicit WorkCounter(std::string_view algorithm) : m_algorithm(algorithm) {}

    /// `isInput`: what flows in is the input of the branch. Returns the shape at the end.
    Shape countAll(const std::vector<Layer>& layers, Shape shape, bool isInput)
    {
        for (std::size_t i = 0; i < layers.size(); ++i) {
            if (runsWithConvolution(layers, i))
                continue;
            // What lies between two convolutions that run as one moves as they lay it out.
            if (const auto pair = fusedPairAt(layers, i, shape, m_algorithm)) {
                const std::int64_t between = bytesOf(pair->convs.second.problem.inShape());
                m_work.traffic.intermediate += 2 * (betweenFloats(pair->convs) * kFloat - between);
            }
            shape = count(layers[i], shape, isInput);
            isInput = false;
        }
        return shape;
    }

    BranchWork finished(const Shape& output)
    {
        m_work.traffic.intermediate -= bytesOf(output);
        m_work.traffic.output = bytesOf(output);
        if (std::ranges::adjacent_find(m_engines, std::not_equal_to{}) == m_engines.end()
            && !m_engines.empty())
            m_engines.resize(1);
        for (const std::string& engine : m_engines)
            m_work.engines += (m_work.engines.empty() ? "" : " + ") + engine;
        return m_work;
    }

private:
    Shape count(const Layer& layer, const Shape& in, bool isInput)
    {
        if (const auto* conv = std::get_if<Conv2d>(&layer.type))
            return countConvolution(*conv, in, isInput);
        if (const auto* residual = std::get_if<Residual>(&layer.type))
            return countResidual(*residual, in, isInput);
        if (std::holds_alternative<BatchNorm>(layer.type))
            m_work.traffic.weights += 4 * in[1] * kFloat; // scale, shift, mean, variance
        read(in, isInput);
        write(in);
        return in;
    }

    Shape countConvolution(const Conv2d& conv, const Shape& in, bool isInput)
    {
        const ConvProblem problem = convProblem(conv, in);
        const ConvEngine& engine = **engineOrAuto(m_algorithm, problem);
        const bool isAsked = static_cast<bool>(chooseEngine(m_algorithm, problem));
        m_engines.push_back(label(engine));
        ++m_work.convolutions;
        m_work.asAsked += isAsked ? 1 : 0;
        m_work.macs += problem.macs();
        m_work.multiplications += engine.multiplications(problem);
        const std::int64_t prepared = engine.preparedFloats(problem);
        m_work.traffic.transformed += prepared * kFloat;
        if (prepared == 0)
            m_work.traffic.weights += bytesOf(problem.weightShape());
        if (conv.bias)
            m_work.traffic.weights += problem.outChannels * kFloat;
        read(in, isInput);
        write(problem.outShape());
        return problem.outShape();
    }

    Shape countResidual(const Residual& residual, const Shape& in, bool isInput)
    {
        const Shape out = countAll(residual.body, in, isInput);
        if (residual.shortcut == Shortcut::Conv1x1) {
            countConvolution(shortcutConv(out[1]), in, isInput);
            read(out, false);
        } else {
            read(in, isInput);
        }
        read(out, false);
        write(out);
        return out;
    }

    void read(const Shape& shape, bool isInput)
    {
        (isInput ? m_work.traffic.input : m_work.traffic.intermediate) += bytesOf(shape);
    }
    void write(const Shape& shape) { m_work.traffic.intermediate += bytesOf(shape); }

    const std::string_view m_algorithm;
    std::vector<std::string> m_engines;
    BranchWork m_work;
};

} // namespace

double BranchWork::saving() const
{
    return multiplications > 0 ? static_cast<double>(macs) / static_cast<double>(multiplications)
                               : 1.0;
}

double BranchWork::intensity() const
{
    return traffic.total() > 0 ? madeFlops() / static_cast<double>(traffic.total()) : 0.0;
}

BranchWork workOf(const BranchSpec& spec, const Shape& input, std::string_view algorithm)
{
    WorkCounter counter(algorithm);
    const Shape output = counter.countAll(spec.layers, input, true);
    return counter.finished(output);
}

} // namespace factorscope
