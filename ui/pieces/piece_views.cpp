#include "ui/pieces/piece_views.h"

#include "ui/pieces/piece_list.h"
#include "ui/receptive/close_up.h"
#include "ui/text/text.h"
#include "ui/theme/piece_palette.h"

#include <QCoreApplication>
#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Pieces {
    Q_DECLARE_TR_FUNCTIONS(Pieces)
};

KernelPicture pictureOf(const LocalKernel& kernel, double limit)
{
    KernelPicture picture;
    picture.rows = static_cast<int>(kernel.size.height);
    picture.columns = static_cast<int>(kernel.size.width);
    picture.values = kernel.values;
    picture.limit = limit;
    return picture;
}

QString percent(double share)
{
    return fixed(100.0 * share, share < 0.1 ? 1 : 0);
}

QRect deviceRect(const QRectF& rect, double ratio)
{
    const auto edge = [ratio](double at) { return static_cast<int>(std::lround(at * ratio)); };
    return {QPoint(edge(rect.left()), edge(rect.top())),
            QPoint(edge(rect.right()) - 1, edge(rect.bottom()) - 1)};
}

QString whatPatternsAre(const PieceFindings& findings, const BothEvaluated& both)
{
    const auto patterns = static_cast<std::int64_t>(findings.pieces->counts.size());
    if (both.experiment.between == Between::None)
        return Pieces::tr("Without an activation between, all pixels share one piece: the branch "
                          "is one convolution everywhere, but for the border.");
    if (findings.question.midChannel)
        return Pieces::tr("%1 patterns of the %2 taps on mid channel %3.")
            .arg(grouped(patterns), grouped(findings.pieces->taps),
                 grouped(*findings.question.midChannel + 1));
    return Pieces::tr("One 5×5 against a menu of %1: each pattern of the %2 mid taps, on or off, "
                      "makes the branch a kernel of its own.")
        .arg(grouped(patterns), grouped(findings.pieces->taps));
}

} // namespace

PieceQuestion pieceQuestion(const ViewSettings& settings, const BothEvaluated& both)
{
    PieceQuestion question;
    if (settings.pieces.isOfOneChannel)
        question.midChannel = settings.midChannel;
    question.position = positionOf(settings, both.stages[Stage::Factorised].size());
    question.outChannel = settings.outChannel;
    question.inChannel = settings.inChannel;
    return question;
}

SharedTensor pieceColours(const LinearPieces& pieces, std::optional<std::int64_t> chosen,
                          const Theme& theme)
{
    const bool hasChoice
        = chosen && *chosen >= 0 && *chosen < static_cast<std::int64_t>(pieces.counts.size());
    std::vector<std::array<float, 3>> colours;
    for (std::size_t piece = 0; piece < pieces.counts.size(); ++piece) {
        const auto rank = static_cast<std::int64_t>(piece);
        const double share
            = static_cast<double>(pieces.active[piece]) / static_cast<double>(pieces.taps);
        QColor colour = pieceColour({rank, share}, theme);
        if (hasChoice && rank != *chosen)
            colour = fadedPiece(colour, theme);
        colours.push_back({colour.redF(), colour.greenF(), colour.blueF()});
    }
    Tensor tensor = Tensor::uninitialized({1, 3, pieces.size.height, pieces.size.width});
    const std::size_t plane = pieces.pieces.size();
    float* to = tensor.data();
    for (std::size_t i = 0; i < plane; ++i) {
        const auto& colour = colours[static_cast<std::size_t>(pieces.pieces[i])];
        for (std::size_t c = 0; c < 3; ++c)
            to[c * plane + i] = colour[c];
    }
    return std::make_shared<const Tensor>(std::move(tensor));
}

MapPane piecePane(const PieceFindings& findings, const BothEvaluated& both,
                  const ViewSettings& settings, const QRectF& rect, const QFont& font)
{
    const auto& mid = findings.question.midChannel;
    MapPane pane;
    pane.stage = Stage::Factorised; // it is looked at pixel by pixel, as the output is
    pane.rect = rect;
    const QString branch = shortStageTitle(Stage::Factorised, both.experiment);
    pane.heading = mid ? Pieces::tr("%1: linear pieces of mid channel %2").arg(branch).arg(*mid + 1)
                       : Pieces::tr("%1: linear pieces").arg(branch);
    pane.map = findings.pieces->size;
    const QString size = QStringLiteral("%1 × %2").arg(pane.map.width).arg(pane.map.height);
    const auto patterns = static_cast<std::int64_t>(findings.pieces->counts.size());
    pane.caption
        = (patterns == 1
               ? Pieces::tr("1 pattern of %1 taps · %2").arg(grouped(findings.pieces->taps), size)
               : Pieces::tr("%1 patterns of %2 taps · %3")
                     .arg(grouped(patterns), grouped(findings.pieces->taps), size));
    const double top = std::ceil(QFontMetricsF(font).height()
                                 + QFontMetricsF(sized(font, TextSize::Caption)).height())
        + kGrid;
    pane.mapArea = rect.adjusted(0.0, top, 0.0, 0.0);
    pane.chosen = std::clamp<std::int64_t>(settings.outChannel, 0,
                                           both.stages[Stage::Factorised].channels() - 1);
    pane.tiles = TileLayout::alone(pane.map, pane.mapArea, pane.chosen);
    return pane;
}

PaneToRender pieceRendering(const MapPane& pane, const SharedTensor& colours,
                            const ViewSettings& settings, double devicePixelRatio,
                            const Theme& theme)
{
    if (!colours || pane.tiles.tileSize().isEmpty())
        return {};
    PaneToRender request;
    request.maps = colours;
    request.pixels = deviceRect(QRectF({0.0, 0.0}, pane.mapArea.size()), devicePixelRatio).size();
    request.ground = theme.window.rgb();
    request.outside = theme.ground.rgb();
    const QRectF tile = pane.tiles.tile(pane.chosen).translated(-pane.mapArea.topLeft());
    request.tiles.push_back({0, true, deviceRect(tile, devicePixelRatio),
                             pane.mapping(settings.viewport).view(devicePixelRatio), pane.scale});
    return request;
}

std::array<KernelPicture, 3> pieceKernelPictures(const PieceFindings& findings,
                                                 const BothEvaluated& both, const Theme& theme)
{
    if (!findings.kernels)
        return {};
    const PieceKernels& kernels = *findings.kernels;
    const double limit
        = std::max({largestMagnitude(findings.here.values), largestMagnitude(kernels.linear.values),
                    largestMagnitude(kernels.original.values)});
    std::array<KernelPicture, 3> pictures{pictureOf(findings.here, limit),
                                          pictureOf(kernels.linear, limit),
                                          pictureOf(kernels.original, limit)};
    pictures[0].heading = Pieces::tr("this pixel");
    pictures[1].heading = Pieces::tr("linear stack");
    pictures[2].heading = branchTitle(BranchKind::Original);
    const QString pair
        = Pieces::tr("input %1 → output %2").arg(kernels.inChannel + 1).arg(kernels.outChannel + 1);
    const std::optional<double> away = deviation(findings.here, kernels.linear);
    if (away == 0.0)
        pictures[0].caption = Pieces::tr("as the linear one");
    else
        pictures[0].caption = away ? Pieces::tr("%1 % off linear").arg(percent(*away)) : pair;
    pictures[1].caption = Pieces::tr("for all pixels");
    pictures[2].caption = pair;
    pictures[0].colour = pictures[1].colour = theme.factorised;
    pictures[2].colour = theme.original;
    if (kernels.original.size != findings.here.size
        || both.original.spec.inChannels != both.factorised.spec.inChannels)
        pictures[2].note = Pieces::tr("of other channels than the branch beside it");
    return pictures;
}

KernelGrid tapGrid(const PieceFindings& findings, const ViewSettings& settings, const Theme& theme)
{
    const TapPattern& taps = findings.taps;
    const std::size_t window = static_cast<std::size_t>(taps.window.height * taps.window.width);
    KernelGrid grid;
    grid.heading = Pieces::tr("its mid taps");
    grid.caption = activeInWords(taps.active(), static_cast<std::int64_t>(taps.isOn.size()));
    grid.colour = theme.factorised;
    grid.rows = static_cast<int>(taps.window.height);
    grid.columns = static_cast<int>(taps.window.width);
    grid.isSigned = false;
    grid.limit = 1.0;
    for (std::int64_t m = 0; m < taps.channels; ++m) {
        const auto first
            = taps.isOn.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(m) * window);
        grid.tiles.push_back({Pieces::tr("mid channel %1").arg(m + 1),
                              {first, first + static_cast<std::ptrdiff_t>(window)}});
    }
    grid.chosen
        = static_cast<int>(std::clamp<std::int64_t>(settings.midChannel, 0, taps.channels - 1));
    return grid;
}

QString piecesInWords(const PieceFindings& findings, const BothEvaluated& both)
{
    const LinearPieces& pieces = *findings.pieces;
    QString words = whatPatternsAre(findings, both);
    const auto piece = static_cast<std::size_t>(findings.piece());
    const Position& at = findings.question.position;
    const auto pixels = static_cast<std::int64_t>(pieces.pieces.size());
    if (both.experiment.between != Between::None)
        words += u' '
            + Pieces::tr("Pixel x %1, y %2 has pattern %3: %4, shared by %5 of %6 pixels.")
                  .arg(at.x)
                  .arg(at.y)
                  .arg(grouped(findings.piece() + 1),
                       activeInWords(pieces.active[piece], pieces.taps),
                       grouped(pieces.counts[piece]), grouped(pixels));
    if (findings.whyNoKernels)
        words += u' ' + sentence(*findings.whyNoKernels);
    return words;
}

} // namespace factorscope
