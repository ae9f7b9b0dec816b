#pragma once

#include "core/arithmetic/ordered_sum.h"
#include "ui/kernels/kernel_cells.h"
#include "ui/view/arithmetic_look.h"

#include <QColor>
#include <QStringList>

#include <array>
#include <memory>
#include <optional>

namespace factorscope {

/// One sum of products with its words: what has come together so far, all its products as tiles of
/// the kernel's size, one for each channel, and one of them large.
struct SumPicture {
    std::shared_ptr<const OrderedSum> ordered; ///< null: there is none
    QString heading;
    QString shortHeading; ///< for narrow places
    QString caption;
    QStringList result; ///< what becomes of the whole sum; what fits stands in one line
    QString emptyText; ///< said where there is no sum
    QColor colour; ///< the branch's
    std::optional<std::int64_t> terms; ///< added up so far; nothing: all, and none is the last
    std::optional<std::size_t> opened; ///< the product whose own sum is shown elsewhere
    bool isActive = false; ///< what is stepped through

    bool isEmpty() const { return !ordered; }
    const ProductSum& sum() const { return ordered->sum; }
    std::int64_t count() const { return static_cast<std::int64_t>(sum().terms()); }
    std::int64_t taken() const { return terms.value_or(count()); }
    /// What was added last, of the products; nothing before the first, for the bias, and for all.
    std::optional<std::size_t> current() const;
    bool isAtBias() const;
    /// Whether a product is not added up yet.
    bool isPending(std::size_t product) const;
    double soFar() const { return ordered->running[static_cast<std::size_t>(taken())]; }
    /// Index of the channel that is shown large: that of the current product, or of the strongest.
    std::size_t channel() const;
};

/// Tiles of all channels, in the order in which they are looked at, and after them the bias. Where
/// there are more than fit, the rows about the current one are shown.
struct ProductSheet {
    QRectF area;
    double side = 0.0; ///< of a cell; 0: no room
    double gap = 0.0;
    int rows = 1; ///< of a tile
    int columns = 1;
    int across = 1; ///< tiles in a row
    int count = 0; ///< tiles, with the bias
    int firstRow = 0; ///< of those shown
    int shownRows = 0;

    int allRows() const { return (count + across - 1) / across; }
    KernelCells cells(int tile) const;
    bool shows(int tile) const;
    std::optional<int> tileAt(QPointF point) const;
};

QString soFarText(const SumPicture& picture); ///< "Σ = 0.618076"

/// Where the parts of a picture stand. What has no room is empty.
struct SumLayout {
    QString headingText; ///< the one that fits
    QRectF heading;
    QRectF soFar; ///< right of it
    QRectF caption;
    std::array<QRectF, 3> labels;
    std::array<KernelCells, 3> tiles; ///< values, weights, products of the channel shown large
    QRectF equation;
    QRectF strip;
    ProductSheet sheet;
    QRectF result;
    QStringList resultLines;
};

/// How small the cells of the sheet may become before it shows but a part.
struct SheetFit {
    double leastSide = 2.0;
    int scrolledRows = 0; ///< from where it would stand by itself
};
SumLayout sumLayout(const SumPicture& picture, const QRectF& rect, const QFont& font,
                    const SheetFit& fit = {});

/// Draws it in the painter's font.
void paintSum(QPainter& painter, const QRectF& rect, const SumPicture& picture, const Theme& theme,
              const Colormap* diverging, const SheetFit& fit = {});

/// The number of terms after a step from product to product, or from channel to channel.
enum class SumStep { Back, On, ChannelBack, ChannelOn };
std::int64_t termsAfter(const SumPicture& picture, SumStep step, std::int64_t times = 1);
/// With this channel complete, or in the order of contributions with the first of it.
std::int64_t termsOfChannel(const OrderedSum& ordered, std::size_t channel);

} // namespace factorscope
