#include "ui/pieces/piece_numbers.h"

#include <utility>

namespace factorscope {
namespace {

NumberTable patternTable(const LinearPieces& pieces)
{
    NumberTable table{
        .name = "patterns",
        .columns = {"pattern", "pixels", "share", "active_taps", "taps", "example_y", "example_x"},
        .rows = {}};
    const auto pixels = static_cast<double>(pieces.pieces.size());
    for (std::size_t i = 0; i < pieces.counts.size(); ++i)
        table.rows.push_back({i, pieces.counts[i], static_cast<double>(pieces.counts[i]) / pixels,
                              pieces.active[i], pieces.taps, pieces.examples[i].y,
                              pieces.examples[i].x});
    return table;
}

/// Null where there is no kernel to compare.
Json deviationOf(const PieceFindings& findings)
{
    if (!findings.kernels)
        return {};
    const std::optional<double> away = deviation(findings.here, findings.kernels->linear);
    return away ? Json(*away) : Json();
}

NumberTable pixelTable(const PieceFindings& findings)
{
    const PieceQuestion& of = findings.question;
    const LinearPieces& pieces = *findings.pieces;
    return {.name = "pixel",
            .columns = {"y", "x", "pattern", "patterns", "pixels_alike", "active_taps", "taps",
                        "mid_channel", "input_channel", "output_channel", "deviation_from_linear"},
            .rows = {{of.position.y, of.position.x, findings.piece(), pieces.counts.size(),
                      pieces.counts[static_cast<std::size_t>(findings.piece())], findings.active(),
                      pieces.taps, of.midChannel ? Json(*of.midChannel) : Json(), of.inChannel,
                      of.outChannel, deviationOf(findings)}}};
}

NumberTable tapTable(const TapPattern& taps)
{
    NumberTable table{.name = "taps", .columns = {"mid_channel", "y", "x", "is_on"}, .rows = {}};
    const std::int64_t window = taps.window.height * taps.window.width;
    for (std::size_t i = 0; i < taps.isOn.size(); ++i) {
        const auto at = static_cast<std::int64_t>(i);
        table.rows.push_back({at / window, at % window / taps.window.width,
                              at % window % taps.window.width, taps.isOn[i] != 0});
    }
    return table;
}

void addKernel(NumberTable& table, const char* name, const LocalKernel& kernel)
{
    for (std::size_t i = 0; i < kernel.values.size(); ++i) {
        const auto at = static_cast<std::int64_t>(i);
        table.rows.push_back(
            {name, at / kernel.size.width, at % kernel.size.width, kernel.values[i]});
    }
}

} // namespace

std::vector<NumberTable> pieceNumbers(const PieceFindings& findings)
{
    std::vector<NumberTable> tables{patternTable(*findings.pieces), pixelTable(findings),
                                    tapTable(findings.taps)};
    if (!findings.kernels)
        return tables;
    NumberTable kernels{.name = "kernels", .columns = {"kernel", "y", "x", "value"}, .rows = {}};
    addKernel(kernels, "pixel", findings.here);
    addKernel(kernels, "linear", findings.kernels->linear);
    addKernel(kernels, "original", findings.kernels->original);
    tables.push_back(std::move(kernels));
    return tables;
}

} // namespace factorscope
