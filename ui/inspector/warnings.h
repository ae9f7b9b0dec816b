#pragma once

#include "core/experiment/evaluate.h"

#include <QStringList>

namespace factorscope {

/// What one should know before trusting what is seen, a sentence each: notes of the picture, dead
/// and non-finite maps, unrelated weights.
QStringList warningsOf(const BothEvaluated& both);

} // namespace factorscope
