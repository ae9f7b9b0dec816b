#include "app/look_options.h"

#include "app/position_text.h"
#include "core/experiment/field_analysis.h"
#include "core/experiment/inception_module.h"
#include "core/experiment/prepare.h"
#include "core/receptive/receptive_field.h"
#include "ui/export/figure_views.h"

#include <CLI/App.hpp>

#include <algorithm>
#include <array>
#include <span>

namespace factorscope {
namespace {

constexpr double kLeastScale = 0.25;
constexpr double kMostScale = 8.0;
constexpr std::array<std::string_view, 3> kRepresentedNames{"made", "one", "bank"};
constexpr std::array<std::string_view, 2> kOrderNames{"natural", "contribution"};
constexpr std::array<std::string_view, 3> kSumNames{"original", "factorised", "tap"};
constexpr std::array<std::string_view, 3> kSortNames{"index", "energy", "similarity"};
constexpr double kMostZoom = 4096.0;
constexpr std::array<std::string_view, 3> kNormalisationNames{"per-map", "per-layer", "shared"};

Error invalid(const char* text, std::vector<std::string> arguments)
{
    return {ErrorCode::InvalidArgument, text, std::move(arguments)};
}

/// Which of a list of words; else a sentence that has the word as %1.
template <typename Chosen>
Result<Chosen> oneOf(std::span<const std::string_view> words, const std::string& word,
                     const char* sentence)
{
    const auto found = std::ranges::find(words, word);
    if (found == words.end())
        return invalid(sentence, {word});
    return static_cast<Chosen>(found - words.begin());
}

std::string colourNames(bool isDiverging)
{
    std::string names;
    for (const Colormap& map : colormaps()) {
        if (map.diverging == isDiverging)
            names.append(names.empty() ? "" : ", ").append(map.id);
    }
    return names;
}

/// Leaves the colours as they are where no name is given.
Result<void> colour(const Colormap*& colours, const std::string& name, bool isDiverging)
{
    if (name.empty())
        return {};
    const Colormap* map = findColormap(name);
    if (!map || map->diverging != isDiverging)
        return invalid(QT_TRANSLATE_NOOP("core", "the colours '%1' are none of %2"),
                       {name, colourNames(isDiverging)});
    colours = map;
    return {};
}

Result<void> requireChannel(std::int64_t channel, std::int64_t channels)
{
    if (channel >= 0 && channel < channels)
        return {};
    return invalid(QT_TRANSLATE_NOOP("core", "there is no channel %1: channels go from 0 to %2"),
                   {std::to_string(channel), std::to_string(channels - 1)});
}

} // namespace

void LookOptions::addTo(CLI::App& command)
{
    command.add_option("--scale", m_scale,
                       "pixels of a PNG for each point, 0.25 to 8; 2 by itself");
    command.add_option("--theme", m_theme, "light or dark ground of figures");
    command.add_option("--at", m_at, "the output pixel Y,X that figures mark");
    command.add_option("--module", m_module,
                       "the Inception module that is drawn, googlenet-3a to googlenet-5b; else the "
                       "one of the branch");
    command.add_option("--section", m_section, "the page of a view: " + sectionNames());
    addMapsTo(command);
    addFieldTo(command);
    addKernelsTo(command);
    m_cost.addTo(command);
    addArithmeticTo(command);
    addSpeedTo(command);
}

void LookOptions::addMapsTo(CLI::App& command)
{
    command.add_option("--channel", m_channel, "shows this map alone in each pane, counted from 0");
    command.add_option("--input-channel", m_inputChannel, "the chosen input channel, from 0");
    command.add_option("--mid-channel", m_midChannel, "the chosen mid channel, from 0");
    command.add_option("--output-channel", m_outputChannel, "the chosen output channel, from 0");
    command.add_option("--normalisation", m_normalisation,
                       "which maps share a colour scale: per-map, per-layer, shared");
    command.add_option("--colours", m_colours, "of values from 0: " + colourNames(false));
    command.add_option("--signed-colours", m_signedColours,
                       "of signed values: " + colourNames(true) + "; else as fits the theme");
    command.add_flag("--outliers", m_showsOutliers,
                     "colour scales reach to the strongest value of a map; without this they end "
                     "where the strongest half percent begins");
    command.add_option("--sort", m_sort,
                       "in which order maps lie: index; energy, the greatest mean square first; "
                       "similarity, outputs of both branches in pairs, those most alike first");
    command.add_option("--split", m_splitAt,
                       "of --channel: both outputs in one pane with a divider at this share of "
                       "its width, from 0 to 1");
    command.add_option("--zoom", m_zoom,
                       "so many times larger than the whole map, about --at or the middle");
}

void LookOptions::addFieldTo(CLI::App& command)
{
    command.add_flag("--effective", m_isEffective,
                     "receptive-field by gradient, not by paths: of the mean over all output "
                     "channels, or of the one that is chosen");
    command.add_flag("--average", m_isAveraged,
                     "of the effective field: the mean over output pixels all over the picture");
    command.add_option("--blocks", m_blocks,
                       "of the effective field: so many blocks of each branch in a row, up to "
                           + std::to_string(kMostDeepBlocks));
    command.add_flag("--own-scales", m_hasOwnScales,
                     "of the effective field: a colour scale for each branch");
}

void LookOptions::addKernelsTo(CLI::App& command)
{
    command.add_flag("--one-scale", m_hasOneScale,
                     "of the weights: one colour scale for all layers");
    command.add_option("--slope", m_slope,
                       "of the collapse: the slope of the activation between, from 0 (ReLU) to 1 "
                       "(none); that of the branch by itself");
    command.add_option("--padding", m_padding,
                       "of the collapse: same, valid or once, as of 'factorscope collapse'");
    command.add_flag("--of-mid-channel", m_isOfMidChannel,
                     "of the pieces: patterns of the chosen mid channel alone");
    command.add_option("--represented", m_represented,
                       "of what a stack can represent: made, the kernel of --kernels, a Laplacian "
                       "of Gaussian without one; one, that between the chosen channels; bank, all "
                       "of them");
    command.add_option(
        "--represented-mid", m_representedMid,
        "the mid channels of the stack that is shown, or the next less with a point");
    command.add_option("--pattern", m_pattern,
                       "of the pieces: the pattern that stands out, from 0, the most frequent");
}

void LookOptions::addArithmeticTo(CLI::App& command)
{
    command.add_option("--order", m_order,
                       "of the products: natural, as they are added up, or contribution, the "
                       "largest first");
    command.add_option("--tap", m_taps,
                       "of the products: the tap CHANNEL,ROW,COLUMN whose own sum is opened, from "
                       "0; again for one of that sum; the strongest by itself");
    command.add_option("--sum", m_sum,
                       "of the products: the sum whose values are shown where they are read, and "
                       "that --terms is about: original, factorised or tap");
    command.add_option("--terms", m_terms,
                       "of the products: so many terms are added up, and the last one stands out; "
                       "all by itself");
    command.add_option("--tile", m_tile,
                       "of the multiplications: outputs on each side that share mid values, from 1 "
                       "to "
                           + std::to_string(ArithmeticLook::kMostTile));
    command.add_option("--tile-output", m_tileOutput,
                       "of the multiplications: the output of the tile that is computed last, row "
                       "by row from 0; all are by itself");
    command.add_flag("--all-channels", m_isOfAllChannels,
                     "of the multiplications: for all channels, instead of one of each kind");
}

void LookOptions::addSpeedTo(CLI::App& command)
{
    command.add_option("--rounds", m_rounds,
                       "of speed: so many rounds, in each of which every lane has its turn; up to "
                       "9 in some seconds when not given");
    command
        .add_option("--algorithms", m_algorithms,
                    "of speed: some of auto, winograd, direct, gemm, reference; the first four "
                    "when not given")
        ->delimiter(',')
        ->allow_extra_args(false);
}

Result<FigureLook> LookOptions::described() const
{
    FigureLook look;
    if (!(m_scale >= kLeastScale && m_scale <= kMostScale))
        return invalid(QT_TRANSLATE_NOOP("core", "the scale must be from 0.25 to 8, not %1"),
                       {std::to_string(m_scale)});
    look.scale = m_scale;
    if (m_theme != "light" && m_theme != "dark")
        return invalid(QT_TRANSLATE_NOOP("core", "the theme is light or dark, not '%1'"),
                       {m_theme});
    look.theme = m_theme == "dark" ? &darkTheme() : &lightTheme();
    if (!m_at.empty()) {
        ASSIGN_OR_RETURN(look.settings.cursor, positionFromText(m_at));
        look.settings.isPinned = true;
    }
    if (!m_module.empty()) {
        look.settings.module = findInceptionModule(m_module);
        if (!look.settings.module)
            return invalid(QT_TRANSLATE_NOOP("core", "unknown module '%1'"), {m_module});
    }
    if (!m_section.empty() && !turnToSection(look.settings, m_section))
        return invalid(QT_TRANSLATE_NOOP("core", "the section '%1' is none of %2"),
                       {m_section, sectionNames()});
    RETURN_IF_ERROR(describeMaps(look.settings));
    RETURN_IF_ERROR(describeField(look.settings));
    RETURN_IF_ERROR(describeKernels(look.settings));
    RETURN_IF_ERROR(m_cost.describe(look.settings.cost));
    RETURN_IF_ERROR(describeArithmetic(look.settings));
    RETURN_IF_ERROR(describeSpeed(look.settings));
    return look;
}

Result<void> LookOptions::describeMaps(ViewSettings& settings) const
{
    ASSIGN_OR_RETURN(
        settings.normalisation,
        oneOf<Normalisation>(kNormalisationNames, m_normalisation,
                             QT_TRANSLATE_NOOP("core",
                                               "the normalisation is per-map, per-layer or "
                                               "shared, not '%1'")));
    settings.clipsOutliers = !m_showsOutliers;
    RETURN_IF_ERROR(describeMapsLook(settings));
    RETURN_IF_ERROR(colour(settings.sequential, m_colours, false));
    return colour(settings.diverging, m_signedColours, true);
}

Result<void> LookOptions::describeMapsLook(ViewSettings& settings) const
{
    ASSIGN_OR_RETURN(
        settings.maps.sort,
        oneOf<MapSort>(
            kSortNames, m_sort,
            QT_TRANSLATE_NOOP("core", "maps are sorted by index, energy or similarity, not '%1'")));
    if (m_splitAt && !(*m_splitAt >= 0.0 && *m_splitAt <= 1.0))
        return invalid(QT_TRANSLATE_NOOP("core", "--split is from 0 to 1, not %1"),
                       {std::to_string(*m_splitAt)});
    if (m_splitAt && !m_channel)
        return invalid(QT_TRANSLATE_NOOP("core", "--split %1 is for one map: name it by --channel"),
                       {std::to_string(*m_splitAt)});
    settings.maps.isSplit = m_splitAt.has_value();
    settings.maps.splitAt = m_splitAt.value_or(settings.maps.splitAt);
    if (!(m_zoom >= 1.0 && m_zoom <= kMostZoom))
        return invalid(QT_TRANSLATE_NOOP("core", "the zoom is from 1 to 4096, not %1"),
                       {std::to_string(m_zoom)});
    settings.viewport.zoom = m_zoom;
    return {};
}

Result<void> LookOptions::describeField(ViewSettings& settings) const
{
    if (m_blocks < 1 || m_blocks > kMostDeepBlocks)
        return invalid(QT_TRANSLATE_NOOP("core", "--blocks is from 1 to %1, not %2"),
                       {std::to_string(kMostDeepBlocks), std::to_string(m_blocks)});
    if (!m_isEffective && (m_isAveraged || m_hasOwnScales || m_blocks > 1))
        return invalid(
            QT_TRANSLATE_NOOP("core", "--average, --own-scales and --blocks are for --effective"),
            {});
    settings.field.isEffective = m_isEffective;
    settings.field.isAveraged = m_isAveraged;
    settings.field.isOfAllChannels = !m_channel && !m_outputChannel;
    settings.field.hasOwnScales = m_hasOwnScales;
    settings.field.blocks = m_blocks;
    return {};
}

Result<void> LookOptions::describeKernels(ViewSettings& settings) const
{
    settings.kernels.hasOneScale = m_hasOneScale;
    if (m_slope && !(*m_slope >= 0.0 && *m_slope <= 1.0))
        return invalid(QT_TRANSLATE_NOOP("core", "the slope is from 0 to 1, not %1"),
                       {std::to_string(*m_slope)});
    settings.kernels.slope = m_slope;
    ASSIGN_OR_RETURN(settings.kernels.padding, borderPaddingFromText(m_padding));
    ASSIGN_OR_RETURN(
        settings.represent.target,
        oneOf<RepresentTarget>(
            kRepresentedNames, m_represented,
            QT_TRANSLATE_NOOP("core", "--represented is made, one or bank, not '%1'")));
    if (m_representedMid < 1)
        return invalid(QT_TRANSLATE_NOOP("core", "--represented-mid is at least 1, not %1"),
                       {std::to_string(m_representedMid)});
    settings.represent.midChannels = m_representedMid;
    settings.pieces.isOfOneChannel = m_isOfMidChannel;
    if (m_pattern && *m_pattern < 0)
        return invalid(QT_TRANSLATE_NOOP("core", "there is no pattern %1: they begin at 0"),
                       {std::to_string(*m_pattern)});
    settings.pieces.chosen = m_pattern;
    return {};
}

Result<void> LookOptions::describeArithmetic(ViewSettings& settings) const
{
    ASSIGN_OR_RETURN(
        settings.arithmetic.order,
        oneOf<ProductOrder>(
            kOrderNames, m_order,
            QT_TRANSLATE_NOOP("core", "--order is natural or contribution, not '%1'")));
    for (const std::string& tap : m_taps) {
        ASSIGN_OR_RETURN(settings.arithmetic.opened.emplace_back(), tapFromText(tap));
    }
    if (m_tile && (*m_tile < 1 || *m_tile > ArithmeticLook::kMostTile))
        return invalid(QT_TRANSLATE_NOOP("core", "--tile is from 1 to %1, not %2"),
                       {std::to_string(ArithmeticLook::kMostTile), std::to_string(*m_tile)});
    settings.arithmetic.tile = m_tile.value_or(settings.arithmetic.tile);
    settings.arithmetic.channels = m_isOfAllChannels ? Channels::All : Channels::One;
    return describeSteps(settings.arithmetic);
}

Result<void> LookOptions::describeSteps(ArithmeticLook& look) const
{
    ASSIGN_OR_RETURN(
        const auto sum,
        oneOf<std::size_t>(
            kSumNames, m_sum,
            QT_TRANSLATE_NOOP("core", "--sum is original, factorised or tap, not '%1'")));
    look.active = kSumPlaces[sum];
    if (m_terms && *m_terms < 0)
        return invalid(QT_TRANSLATE_NOOP("core", "--terms is at least 0, not %1"),
                       {std::to_string(*m_terms)});
    look.termsOf(look.active) = m_terms;
    const std::int64_t last = look.tile * look.tile - 1;
    if (m_tileOutput && (*m_tileOutput < 0 || *m_tileOutput > last))
        return invalid(QT_TRANSLATE_NOOP("core", "--tile-output is from 0 to %1, not %2"),
                       {std::to_string(last), std::to_string(*m_tileOutput)});
    look.output = m_tileOutput;
    return {};
}

Result<void> LookOptions::describeSpeed(ViewSettings& settings) const
{
    RacePlan& plan = settings.speed.plan;
    if (m_rounds)
        plan.rounds = plan.leastRounds = *m_rounds;
    if (!m_algorithms.empty())
        plan.algorithms = m_algorithms;
    return requirePlan(plan);
}

Result<FigureLook> LookOptions::lookFor(const Experiment& experiment) const
{
    ASSIGN_OR_RETURN(FigureLook look, described());
    RETURN_IF_ERROR(place(look.settings, experiment));
    RETURN_IF_ERROR(choose(look.settings, experiment));
    if (experiment.kernels && *experiment.kernels != HandMade::Matched)
        look.settings.represent.made
            = {*experiment.kernels, experiment.seed, experiment.kernelShape};
    return look;
}

Result<void> LookOptions::place(ViewSettings& settings, const Experiment& experiment) const
{
    if (!settings.cursor)
        return {};
    ASSIGN_OR_RETURN(const Extent input, inputSize(experiment));
    ASSIGN_OR_RETURN(const Extent output,
                     outputSize(branchSpec(experiment, BranchKind::Original), input));
    const Position at = *settings.cursor;
    if (at.y >= 0 && at.y < output.height && at.x >= 0 && at.x < output.width) {
        const auto share = [](std::int64_t pixel, std::int64_t size) {
            return (static_cast<double>(pixel) + 0.5) / static_cast<double>(size);
        };
        settings.viewport.center = {share(at.x, output.width), share(at.y, output.height)};
        return {};
    }
    return invalid(QT_TRANSLATE_NOOP("core", "position %1,%2 is outside the output of %3"),
                   {std::to_string(at.y), std::to_string(at.x), output.text()});
}

Result<void> LookOptions::choose(ViewSettings& settings, const Experiment& experiment) const
{
    const std::array<std::int64_t, 3> counts{experiment.inChannels, experiment.midChannels,
                                             experiment.outChannels};
    std::array<std::optional<std::int64_t>, 3> chosen{m_inputChannel, m_midChannel,
                                                      m_outputChannel};
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (chosen[i]) {
            RETURN_IF_ERROR(requireChannel(*chosen[i], counts[i]));
        }
    }
    if (m_channel) {
        // A pane with fewer channels shows its last one; its caption tells which.
        RETURN_IF_ERROR(requireChannel(*m_channel, std::ranges::max(counts)));
        settings.isAlone = true;
        for (std::size_t i = 0; i < counts.size(); ++i)
            chosen[i] = chosen[i].value_or(std::min(*m_channel, counts[i] - 1));
    }
    settings.inChannel = chosen[0].value_or(0);
    settings.midChannel = chosen[1].value_or(0);
    settings.outChannel = chosen[2].value_or(0);
    return {};
}

} // namespace factorscope
