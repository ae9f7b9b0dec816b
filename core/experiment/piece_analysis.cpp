#include "core/experiment/piece_analysis.h"

#include "core/experiment/fields.h"

#include <algorithm>

namespace factorscope {
namespace {

Extent outputExtent(const BothEvaluated& both)
{
    const Shape& shape = both.factorised.run.output->shape();
    return {shape[2], shape[3]};
}

std::int64_t within(std::int64_t index, std::int64_t count)
{
    return std::clamp<std::int64_t>(index, 0, count - 1);
}

PieceQuestion within(PieceQuestion question, const BothEvaluated& both)
{
    const Extent size = outputExtent(both);
    question.position
        = {within(question.position.y, size.height), within(question.position.x, size.width)};
    question.outChannel = within(question.outChannel, both.factorised.run.output->shape()[1]);
    question.inChannel = within(question.inChannel, both.factorised.input->shape()[1]);
    if (question.midChannel)
        question.midChannel
            = within(*question.midChannel, both.stages[Stage::MidBefore].channels());
    return question;
}

bool areOf(const PieceQuestion& question, const PieceKernels* kernels)
{
    return kernels && kernels->outChannel == question.outChannel
        && kernels->inChannel == question.inChannel;
}

} // namespace

Result<LinearPieces> piecesOf(const BothEvaluated& both, std::optional<std::int64_t> midChannel,
                              const ComputeContext& context)
{
    const Tensor& mid = *both.stages[Stage::MidBefore].maps;
    const Extent size = outputExtent(both);
    const TheoreticalField field = fieldsOf(both.experiment).mid;
    if (both.experiment.between != Between::None)
        return linearPieces(mid, field, size, midChannel, context);
    LinearPieces one;
    one.size = size;
    one.pieces.assign(static_cast<std::size_t>(size.height * size.width), 0);
    one.counts = {size.height * size.width};
    one.examples = {Position{}};
    one.taps = field.size.height * field.size.width * (midChannel ? 1 : mid.shape()[1]);
    one.active = {one.taps};
    return one;
}

Result<PieceFindings> pieceFindings(const BothEvaluated& both, PieceQuestion question,
                                    const PieceFindings* earlier, const ComputeContext& context)
{
    PieceFindings findings;
    findings.question = within(question, both);
    const PieceQuestion& asked = findings.question;
    if (earlier && earlier->question.midChannel == asked.midChannel) {
        findings.pieces = earlier->pieces;
    } else {
        ASSIGN_OR_RETURN(LinearPieces pieces, piecesOf(both, asked.midChannel, context));
        findings.pieces = std::make_shared<const LinearPieces>(std::move(pieces));
    }
    findings.taps = tapsAt(both, asked.position);
    if (earlier && areOf(asked, earlier->kernels.get())) {
        findings.kernels = earlier->kernels;
    } else if (Result<PieceKernels> kernels
               = pieceKernels(both, asked.outChannel, asked.inChannel, context)) {
        findings.kernels = std::make_shared<const PieceKernels>(*std::move(kernels));
    } else if (kernels.error().code == ErrorCode::Cancelled) {
        return kernels.error();
    } else {
        findings.whyNoKernels = kernels.error();
        return findings;
    }
    findings.here = kernelAt(*findings.kernels, both, asked.position, findings.taps);
    return findings;
}

} // namespace factorscope
