#pragma once

#include "core/experiment/stages.h"
#include "core/result/error.h"

#include <QLocale>
#include <QString>

#include <cstdint>

namespace factorscope {

/// The user's locale; English where the system has none, so that numbers have their separators.
QLocale numberLocale();

QString grouped(std::int64_t number); ///< "5,138,022,400"
QString shortNumber(double number); ///< "5.14 G", "73.7 k", "128"
QString fixed(double number, int decimals); ///< "12.3", "−0.50"
QString significant(double number, int digits); ///< "0.0123", "−1.2e−7"
QString signedPercent(double fraction, int decimals); ///< "−28.0 %" of −0.28, "+44.0 %" of 0.44
QString bytesInWords(std::int64_t bytes); ///< "12.8 MB"

/// A label or an error of core in the user's language.
QString translated(const char* text);
QString sentence(const Error& error);

/// "original 5×5", "decomposed 3×3∘3×3"
QString branchTitle(BranchKind kind);
/// "input", "mid, before ReLU", "original 5×5"
QString stageTitle(Stage stage, const Experiment& experiment);
/// "mid before", "decomposed": for narrow places.
QString shortStageTitle(Stage stage, const Experiment& experiment);
/// What one map shows: "decomposed, mid channel 12 of 64, after ReLU". `channel` counts from 0.
QString mapTitle(Stage stage, const Experiment& experiment, std::int64_t channel,
                 std::int64_t channels);

} // namespace factorscope
