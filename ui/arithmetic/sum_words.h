#pragma once

#include "ui/arithmetic/arithmetic_sums.h"
#include "ui/arithmetic/sum_picture.h"

#include <QString>

namespace factorscope {

/// The picture of one of the sums, with its words; empty, with the reason, where there is none.
SumPicture sumPicture(const ArithmeticSums& sums, SumPlace place, const ArithmeticLook& look,
                      const Theme& theme);

/// "0.3125 × −0.0449 = −0.01403": the current term, or the whole sum.
QString equationText(const SumPicture& picture);
/// "12 of 1,601 terms"
QString takenText(const SumPicture& picture);
/// "input channel 3, row 1, column 2 …": all that there is to say of a product.
QString productInWords(const SumPicture& picture, std::size_t product);
/// The same of a tile of the sheet.
QString tileInWords(const SumPicture& picture, int tile);
/// What an eye sees, for those that do not.
QString sumInWords(const SumPicture& picture);
/// The products one per line, for a spreadsheet.
QString sumAsText(const SumPicture& picture);

/// What there is to say of both branches at this pixel.
QString sumsInWords(const ArithmeticSums& sums);

} // namespace factorscope
