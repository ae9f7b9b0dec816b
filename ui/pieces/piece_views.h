#pragma once

#include "core/experiment/piece_analysis.h"
#include "ui/kernels/kernel_grid.h"
#include "ui/kernels/kernel_picture.h"
#include "ui/maps/map_pane.h"
#include "ui/theme/theme.h"
#include "ui/view/view_state.h"

#include <QString>

#include <array>

namespace factorscope {

// What is seen of the linear pieces, as values: the window and exported figures are drawn from it.

/// What the settings ask: the middle while the pointer is elsewhere.
PieceQuestion pieceQuestion(const ViewSettings& settings, const BothEvaluated& both);

/// The colours of all pixels, (1,3,H,W) from 0 to 1; those of other pieces fade while one is
/// chosen.
SharedTensor pieceColours(const LinearPieces& pieces, std::optional<std::int64_t> chosen,
                          const Theme& theme);

/// The map of the pieces in a rectangle, and what is to be rendered for it.
MapPane piecePane(const PieceFindings& findings, const BothEvaluated& both,
                  const ViewSettings& settings, const QRectF& rect, const QFont& font);
PaneToRender pieceRendering(const MapPane& pane, const SharedTensor& colours,
                            const ViewSettings& settings, double devicePixelRatio,
                            const Theme& theme);

/// The kernel of the pixel, the linear stack's and the original's, on one scale; empty where there
/// are none.
std::array<KernelPicture, 3> pieceKernelPictures(const PieceFindings& findings,
                                                 const BothEvaluated& both, const Theme& theme);

/// The taps of the pixel, a tile for each mid channel.
KernelGrid tapGrid(const PieceFindings& findings, const ViewSettings& settings, const Theme& theme);

/// "Pixel x 24, y 20 has pattern 17 of 1,204 …": what an eye sees, in a few sentences.
QString piecesInWords(const PieceFindings& findings, const BothEvaluated& both);

} // namespace factorscope
