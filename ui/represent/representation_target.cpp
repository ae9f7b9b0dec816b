#include "ui/represent/representation_target.h"

#include "core/result/expects.h"

#include <algorithm>

namespace factorscope {
namespace {

struct Pair {
    std::int64_t out;
    std::int64_t in;
};

/// The chosen channels, or the last ones where there are not as many.
Pair chosenPair(const Tensor& bank, const ViewSettings& settings)
{
    return {std::clamp<std::int64_t>(settings.outChannel, 0, bank.shape()[0] - 1),
            std::clamp<std::int64_t>(settings.inChannel, 0, bank.shape()[1] - 1)};
}

} // namespace

SharedTensor originalBank(const BothEvaluated& both)
{
    const auto found = both.original.weights->find("branch.0.weight");
    EXPECTS(found != both.original.weights->end());
    return {both.original.weights, &found->second};
}

HandMadeChoice targetKernel(const BothEvaluated& both, const ViewSettings& settings)
{
    if (settings.represent.target == RepresentTarget::HandMade)
        return settings.represent.made;
    const SharedTensor bank = originalBank(both);
    const Pair pair = chosenPair(*bank, settings);
    HandMadeChoice choice = settings.represent.made;
    choice.kind = HandMade::Painted;
    choice.shape.painted = kernelAt(*bank, pair.out, pair.in);
    return choice;
}

RepresentationQuestion representationQuestion(const BothEvaluated& both,
                                              const ViewSettings& settings)
{
    RepresentationQuestion question;
    question.input = both.original.input;
    question.options.seed = both.experiment.seed;
    question.options.mostStarts = kStartsOfOneKernel; // that a curve is soon there
    const RepresentTarget target = settings.represent.target;
    if (target == RepresentTarget::WholeBank) {
        question.kernels = originalBank(both);
    } else {
        question.kernels = bankOfKernel(handMadeKernel(targetKernel(both, settings)));
        if (target == RepresentTarget::OneOfBank)
            question.channel = chosenPair(*originalBank(both), settings).in;
    }
    const Shape& shape = question.kernels->shape();
    question.midChannels = midChannelsThatPay(shape[1], shape[0]);
    return question;
}

ViewSettings paintingKernel(ViewSettings settings, const KernelShape& shape)
{
    settings.kernels.page = KernelsPage::Represent;
    settings.represent.target = RepresentTarget::HandMade;
    settings.represent.made = {HandMade::Painted, settings.represent.made.seed, shape};
    return settings;
}

} // namespace factorscope
