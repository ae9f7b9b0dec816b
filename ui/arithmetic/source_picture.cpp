#include "ui/arithmetic/source_picture.h"

#include "ui/text/text.h"

#include <QCoreApplication>

#include <algorithm>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Arithmetic {
    Q_DECLARE_TR_FUNCTIONS(Arithmetic)
};

constexpr std::int64_t kBeyond = 3; ///< pixels shown about the window

PixelBox windowOf(const ProductSum& sum)
{
    const Product& first = sum.products.front();
    const Product& last = sum.products[sum.tapsOfChannel() - 1];
    return {first.y, first.x, last.y, last.x};
}

/// A square about a box.
PixelBox squareAbout(const PixelBox& box)
{
    const std::int64_t side = std::max(box.height(), box.width()) + 2 * kBeyond;
    const std::int64_t y = box.y0 - (side - box.height()) / 2;
    const std::int64_t x = box.x0 - (side - box.width()) / 2;
    return {y, x, y + side - 1, x + side - 1};
}

} // namespace

CloseUp sourcePicture(const ArithmeticSums& sums, SumPlace place, const SumPicture& picture,
                      const ViewSettings& settings, const Theme& theme)
{
    CloseUp closeUp;
    closeUp.colour = picture.colour;
    closeUp.heading = Arithmetic::tr("read from: nothing");
    if (picture.isEmpty())
        return closeUp;
    const ProductSum& sum = picture.sum();
    const SumSource source = sourceOf(sums, place);
    const BothEvaluated& both = *sums.both;
    const bool hasAfter = both.stages[Stage::MidAfter].maps != nullptr;
    const Stage mid = hasAfter ? Stage::MidAfter : Stage::MidBefore;
    const Stage stage = source == SumSource::MidMaps ? mid : Stage::Input;
    const std::int64_t channel
        = picture.ordered->firstChannel() + static_cast<std::int64_t>(picture.channel());
    closeUp.heading = Arithmetic::tr("read from: %1").arg(stageTitle(stage, both.experiment));
    if (source == SumSource::Between) {
        closeUp.heading = Arithmetic::tr("read from: between two layers");
        closeUp.caption = Arithmetic::tr("these maps are not kept");
        return closeUp;
    }
    closeUp.caption
        = Arithmetic::tr("channel %1 of %2").arg(channel + 1).arg(both.stages[stage].channels());
    closeUp.field = windowOf(sum);
    closeUp.position
        = {(closeUp.field.y0 + closeUp.field.y1) / 2, (closeUp.field.x0 + closeUp.field.x1) / 2};
    closeUp.shown = squareAbout(closeUp.field);
    if (const auto current = picture.current())
        closeUp.tap = Position{sum.products[*current].y, sum.products[*current].x};
    ViewSettings chosen = settings;
    chosen.setChannel(stage, channel);
    fillPixels(closeUp, both, chosen, stage, theme);
    return closeUp;
}

} // namespace factorscope
