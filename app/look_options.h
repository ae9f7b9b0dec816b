#pragma once

#include "app/command.h"
#include "core/experiment/experiment.h"
#include "ui/theme/theme.h"
#include "ui/view/view_state.h"

#include <cstdint>
#include <optional>
#include <string>

namespace factorscope {

/// How a figure looks.
struct FigureLook {
    const Theme* theme = &lightTheme();
    double scale = 2.0;
    ViewSettings settings;
};

/// Options for how exported figures look: --scale, --theme, --at, --channel, --normalisation,
/// --section.
///
/// One more for a view: a member here with its default, a line in addTo(), and in described() its
/// field of ViewSettings, from where the window and the figure take it, too.
/// What depends on the experiment, such as whether a row exists, is decided in lookFor().
class LookOptions {
public:
    /// Adds the options to a subcommand. Must outlive the parsing.
    void addTo(CLI::App& command);

    /// Checks what the options alone decide: InvalidArgument with the value.
    Result<FigureLook> described() const;
    /// The look for one experiment, whose position and channel must exist: InvalidArgument with the
    /// values.
    Result<FigureLook> lookFor(const Experiment& experiment) const;

private:
    Result<void> place(ViewSettings& settings, const Experiment& experiment) const;
    Result<void> choose(ViewSettings& settings, const Experiment& experiment) const;

    double m_scale = FigureLook{}.scale;
    std::string m_theme = "light";
    std::string m_at;
    std::optional<std::int64_t> m_channel;
    std::string m_normalisation = "per-map";
    std::string m_section = "weights";
};

} // namespace factorscope
