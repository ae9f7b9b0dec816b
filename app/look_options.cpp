#include "app/look_options.h"

#include "app/position_text.h"
#include "core/experiment/prepare.h"
#include "core/receptive/receptive_field.h"
#include "ui/export/kernels_sections.h"

#include <CLI/App.hpp>

#include <algorithm>
#include <array>

namespace factorscope {
namespace {

constexpr double kLeastScale = 0.25;
constexpr double kMostScale = 8.0;
constexpr std::array<std::string_view, 3> kNormalisationNames{"per-map", "per-layer", "shared"};

Error invalid(const char* text, std::vector<std::string> arguments)
{
    return {ErrorCode::InvalidArgument, text, std::move(arguments)};
}

} // namespace

void LookOptions::addTo(CLI::App& command)
{
    command.add_option("--scale", m_scale,
                       "pixels of a PNG for each point, 0.25 to 8; 2 by itself");
    command.add_option("--theme", m_theme, "light or dark ground of figures");
    command.add_option("--at", m_at, "the output pixel Y,X that figures mark");
    command.add_option("--channel", m_channel, "shows this map alone in each pane, counted from 0");
    command.add_option("--normalisation", m_normalisation,
                       "which maps share a colour scale: per-map, per-layer, shared");
    command.add_option("--section", m_section, "the page of kernels: " + kernelsSectionNames());
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
    const auto* name = std::ranges::find(kNormalisationNames, m_normalisation);
    if (name == kNormalisationNames.end())
        return invalid(QT_TRANSLATE_NOOP("core",
                                         "the normalisation is per-map, per-layer or "
                                         "shared, not '%1'"),
                       {m_normalisation});
    look.settings.normalisation = static_cast<Normalisation>(name - kNormalisationNames.begin());
    const KernelsSection* section = findKernelsSection(m_section);
    if (!section)
        return invalid(QT_TRANSLATE_NOOP("core", "the section '%1' is none of %2"),
                       {m_section, kernelsSectionNames()});
    look.settings.kernels.page = section->page;
    if (!m_at.empty()) {
        ASSIGN_OR_RETURN(look.settings.cursor, positionFromText(m_at));
        look.settings.isPinned = true;
    }
    return look;
}

Result<FigureLook> LookOptions::lookFor(const Experiment& experiment) const
{
    ASSIGN_OR_RETURN(FigureLook look, described());
    RETURN_IF_ERROR(place(look.settings, experiment));
    RETURN_IF_ERROR(choose(look.settings, experiment));
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
    if (at.y >= 0 && at.y < output.height && at.x >= 0 && at.x < output.width)
        return {};
    return invalid(QT_TRANSLATE_NOOP("core", "position %1,%2 is outside the output of %3"),
                   {std::to_string(at.y), std::to_string(at.x), output.text()});
}

Result<void> LookOptions::choose(ViewSettings& settings, const Experiment& experiment) const
{
    if (!m_channel)
        return {};
    const std::int64_t channel = *m_channel;
    const std::int64_t channels
        = std::max({experiment.inChannels, experiment.midChannels, experiment.outChannels});
    if (channel < 0 || channel >= channels)
        return invalid(
            QT_TRANSLATE_NOOP("core", "there is no channel %1: channels go from 0 to %2"),
            {std::to_string(channel), std::to_string(channels - 1)});
    // A pane with fewer channels shows its last one; its caption tells which.
    settings.isAlone = true;
    settings.inChannel = std::min(channel, experiment.inChannels - 1);
    settings.midChannel = std::min(channel, experiment.midChannels - 1);
    settings.outChannel = std::min(channel, experiment.outChannels - 1);
    return {};
}

} // namespace factorscope
