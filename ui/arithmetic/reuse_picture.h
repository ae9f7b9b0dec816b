#pragma once

#include "core/arithmetic/multiplications.h"
#include "core/experiment/experiment.h"
#include "ui/chart/line_plot.h"
#include "ui/kernels/kernel_cells.h"
#include "ui/view/arithmetic_look.h"

#include <QString>

#include <optional>
#include <vector>

namespace factorscope {

/// The outputs of a tile, computed one after the other over mid positions that are kept: what each
/// of them multiplies, and what it finds computed.
struct ReusePicture {
    Multiplications counts;
    Channels channels = Channels::One;
    QString name; ///< of the branch beside the original
    std::int64_t tile = 1; ///< outputs on each side
    std::optional<std::int64_t> output; ///< the one computed last, row by row; nothing: all are
    std::vector<std::int64_t> known; ///< mid positions that each output finds

    Position current() const; ///< `output` in the tile; there must be one
    std::int64_t outputs() const { return tile * tile; }
    std::int64_t computed() const { return output ? *output + 1 : outputs(); }
    std::int64_t multiplicationsOf(std::int64_t index) const
    {
        return counts.withKnown(known[static_cast<std::size_t>(index)]);
    }
    double average() const; ///< of the outputs that are computed
    Extent midSize() const
    {
        return {tile + counts.window.height - 1, tile + counts.window.width - 1};
    }
};
ReusePicture reusePicture(const Experiment& experiment, const ArithmeticLook& look);

/// Where the boards and the bars stand.
struct ReuseLayout {
    QRectF heading;
    QRectF caption;
    QRectF midTitle;
    KernelCells mids;
    QRectF outputTitle;
    KernelCells outputs;
    QRectF legend;
    QRectF bars;
};
ReuseLayout reuseLayout(const ReusePicture& picture, const QRectF& rect, const QFont& font);

void paintReuse(QPainter& painter, const QRectF& rect, const ReusePicture& picture,
                const Theme& theme);

/// Multiplications per output over the side of the tile.
LinePlot reusePlot(const ReusePicture& picture, const Theme& theme);
/// "The 5×5 multiplies 25 times …": 25, 90 and 18 explained.
QString multiplicationsInWords(const ReusePicture& picture);
/// What is seen of the current output, or of the tile as a whole.
QString outputInWords(const ReusePicture& picture);

} // namespace factorscope
