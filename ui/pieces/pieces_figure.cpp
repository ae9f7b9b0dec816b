#include "ui/pieces/pieces_figure.h"

#include "core/experiment/fields.h"
#include "ui/figure/figure_page.h"
#include "ui/pieces/piece_list.h"
#include "ui/pieces/piece_views.h"

#include <QCoreApplication>
#include <QPainter>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Pieces {
    Q_DECLARE_TR_FUNCTIONS(Pieces)
};

constexpr QSizeF kSize(1120.0, 900.0);
constexpr double kPixelsPerPoint = 2.0;
constexpr double kGap = 4.0 * kGrid;
constexpr double kWords = 12.0 * kGrid; ///< height, below all
constexpr double kKernels = 66.0 * kGrid; ///< likewise

/// What the drawing is made of.
struct Sheet {
    FigurePage page;
    BothEvaluated both;
    ViewSettings settings;
    Theme theme;
};

void paintMap(QPainter& painter, const Sheet& sheet, const PieceFindings& findings,
              const QRectF& rect)
{
    ViewSettings settings = sheet.settings;
    settings.cursor = findings.question.position;
    const MapPane pane = piecePane(findings, sheet.both, settings, rect, sheet.page.font());
    const SharedTensor colours
        = pieceColours(*findings.pieces, settings.pieces.chosen, sheet.theme);
    const QImage image
        = rendered(pieceRendering(pane, colours, settings, kPixelsPerPoint, sheet.theme));
    paintPane(painter, pane, image, settings, fieldsOf(sheet.both.experiment), sheet.theme);
}

void paintKernels(QPainter& painter, const Sheet& sheet, const PieceFindings& findings,
                  const QRectF& rect)
{
    const auto pictures = pieceKernelPictures(findings, sheet.both, sheet.theme);
    const double width = (rect.width() - 3.0 * kGap) / 4.0;
    const auto place = [&](std::size_t column) {
        return QRectF(rect.left() + static_cast<double>(column) * (width + kGap), rect.top(), width,
                      rect.height());
    };
    const Colormap& colours = sheet.settings.divergingOn(sheet.theme.isDark);
    for (std::size_t i = 0; i < pictures.size(); ++i)
        paintKernelPicture(painter, place(i), pictures[i], sheet.theme, &colours);
    paintKernelGrid(painter, place(3), tapGrid(findings, sheet.settings, sheet.theme), sheet.theme);
}

void paintFindings(QPainter& painter, const Sheet& sheet, const PieceFindings& findings)
{
    const QRectF area = sheet.page.area();
    const double half = (area.width() - kGap) / 2.0;
    const double height = area.height() - kKernels - kWords - 2.0 * kGap;
    const QRectF map(area.left(), area.top(), half, height);
    painter.setFont(sheet.page.font());
    paintMap(painter, sheet, findings, map);
    paintPieceList(painter,
                   pieceList(findings, sheet.both, sheet.settings.pieces.chosen, sheet.theme),
                   map.translated(half + kGap, 0.0), sheet.theme);
    const QRectF kernels(area.left(), map.bottom() + kGap, area.width(), kKernels);
    paintKernels(painter, sheet, findings, kernels);
    painter.setPen(sheet.theme.text);
    painter.drawText(QRectF(area.left(), area.bottom() - kWords, area.width(), kWords),
                     Qt::AlignLeft | Qt::AlignVCenter | Qt::TextWordWrap,
                     piecesInWords(findings, sheet.both));
}

} // namespace

Figure piecesFigure(const BothEvaluated& both, const std::shared_ptr<const PieceFindings>& findings,
                    const ViewSettings& settings, const Theme& wantedTheme)
{
    const Theme theme = onPaper(wantedTheme);
    const Sheet sheet{FigurePage(kSize, Pieces::tr("Linear pieces"), both.experiment), both,
                      settings, theme};
    return {sheet.page.title(), kSize, [sheet, findings](QPainter& painter) {
                sheet.page.paint(painter, sheet.theme);
                paintFindings(painter, sheet, *findings);
            }};
}

} // namespace factorscope
