#pragma once

#include "core/conv/conv_engine.h"
#include "core/experiment/evaluate.h"
#include "core/experiment/piece_kernels.h"
#include "core/receptive/linear_pieces.h"
#include "core/result/result.h"

#include <cstdint>
#include <memory>
#include <optional>

namespace factorscope {

/// What is asked about the linear pieces of the factorised branch.
struct PieceQuestion {
    std::optional<std::int64_t> midChannel; ///< patterns of this one; nothing: of all
    Position position; ///< of the output
    std::int64_t outChannel = 0;
    std::int64_t inChannel = 0;
    bool operator==(const PieceQuestion&) const = default;
};

/// The pieces, and a look at one pixel.
struct PieceFindings {
    PieceQuestion question; ///< as answered: within what there is
    std::shared_ptr<const LinearPieces> pieces;
    TapPattern taps; ///< of all mid channels
    std::shared_ptr<const PieceKernels> kernels; ///< null: see whyNoKernels
    LocalKernel here; ///< of the pixel; empty without kernels
    std::optional<Error> whyNoKernels; ///< such as BatchNorm in training mode

    std::int64_t piece() const { return pieces->pieceAt(question.position); }
    /// How many of the taps of its pattern are on.
    std::int64_t active() const { return pieces->active[static_cast<std::size_t>(piece())]; }
};

/// The pieces; without an activation between all outputs share one. Errors: Memory, Cancelled.
Result<LinearPieces> piecesOf(const BothEvaluated& both, std::optional<std::int64_t> midChannel,
                              const ComputeContext& context);

/// A pixel or channel beyond what there is counts as the last. What `earlier`, of the same answer,
/// found already is taken over: then a pixel costs microseconds. Errors: Memory, Cancelled.
Result<PieceFindings> pieceFindings(const BothEvaluated& both, PieceQuestion question,
                                    const PieceFindings* earlier, const ComputeContext& context);

} // namespace factorscope
