#pragma once

#include "ui/arithmetic/sum_picture.h"

class QPainter;

namespace factorscope {

/// A running sum over its terms: what is added up in the branch's colour, what is to come faint.
void paintRunningSum(QPainter& painter, const QRectF& area, const SumPicture& picture,
                     const Theme& theme);

} // namespace factorscope
