#pragma once

#include "app/command.h"
#include "app/cost_look_options.h"
#include "core/experiment/experiment.h"
#include "ui/theme/theme.h"
#include "ui/view/view_state.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace factorscope {

/// How a figure looks.
struct FigureLook {
    const Theme* theme = &lightTheme();
    double scale = 2.0;
    ViewSettings settings;
};

/// Options for how exported figures look: everything that a window lets its user choose of them.
///
/// One more for a view: a member here with its default, a line in addTo(), and in described() its
/// field of ViewSettings, from where the window and the figure take it, too. What depends on the
/// experiment, such as whether a channel exists, is decided in lookFor().
class LookOptions {
public:
    /// Adds the options to a subcommand. Must outlive the parsing.
    void addTo(CLI::App& command);

    /// Checks what the options alone decide: InvalidArgument with the value.
    Result<FigureLook> described() const;
    /// The look for one experiment, whose position and channels must exist: InvalidArgument with
    /// the values.
    Result<FigureLook> lookFor(const Experiment& experiment) const;

    /// The page that --section names; may be empty.
    const std::string& section() const { return m_section; }

private:
    void addMapsTo(CLI::App& command);
    void addFieldTo(CLI::App& command);
    void addKernelsTo(CLI::App& command);
    void addArithmeticTo(CLI::App& command);
    void addSpeedTo(CLI::App& command);
    Result<void> describeMaps(ViewSettings& settings) const;
    Result<void> describeMapsLook(ViewSettings& settings) const;
    Result<void> describeField(ViewSettings& settings) const;
    Result<void> describeKernels(ViewSettings& settings) const;
    Result<void> describeArithmetic(ViewSettings& settings) const;
    Result<void> describeSteps(ArithmeticLook& look) const;
    Result<void> describeSpeed(ViewSettings& settings) const;
    Result<void> place(ViewSettings& settings, const Experiment& experiment) const;
    Result<void> choose(ViewSettings& settings, const Experiment& experiment) const;

    double m_scale = FigureLook{}.scale;
    std::string m_theme = "light";
    std::string m_at;
    std::string m_module;
    std::optional<std::int64_t> m_channel;
    std::optional<std::int64_t> m_inputChannel;
    std::optional<std::int64_t> m_midChannel;
    std::optional<std::int64_t> m_outputChannel;
    std::string m_normalisation = "per-map";
    std::string m_colours;
    std::string m_signedColours;
    bool m_showsOutliers = false;
    std::string m_sort = "index";
    std::optional<double> m_splitAt;
    double m_zoom = 1.0;

    bool m_isEffective = false;
    bool m_isAveraged = false;
    std::int64_t m_blocks = 1;
    bool m_hasOwnScales = false;

    std::string m_section; ///< nothing: the first one of each view
    bool m_hasOneScale = false;
    std::optional<double> m_slope;
    std::string m_padding = "same";
    bool m_isOfMidChannel = false;
    std::optional<std::int64_t> m_pattern;
    std::string m_represented = "made";
    int m_representedMid = 1;

    CostLookOptions m_cost;
    std::string m_order = "natural";
    std::vector<std::string> m_taps;
    std::string m_sum = "original";
    std::optional<std::int64_t> m_terms;
    std::optional<std::int64_t> m_tile;
    std::optional<std::int64_t> m_tileOutput;
    bool m_isOfAllChannels = false;
    std::optional<int> m_rounds;
    std::vector<std::string> m_algorithms;
};

} // namespace factorscope
