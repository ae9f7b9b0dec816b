#pragma once

#include "core/collapse/border.h"
#include "core/experiment/stages.h"
#include "core/image/colormap.h"
#include "core/receptive/pixel_box.h"
#include "ui/view/arithmetic_look.h"
#include "ui/view/cost_look.h"
#include "ui/view/field_settings.h"
#include "ui/view/maps_look.h"
#include "ui/view/represent_look.h"
#include "ui/view/speed_look.h"
#include "ui/view/viewport.h"

#include <QObject>

#include <array>
#include <optional>
#include <vector>

namespace factorscope {

struct InceptionModule;

/// Which maps share a colour scale.
enum class Normalisation {
    PerMap, ///< each has its own
    PerLayer, ///< those of one stage
    Shared, ///< those of all stages after the input
};

/// What the view of the kernels shows.
enum class KernelsPage { Weights, Collapse, Pieces, Represent };

/// How the kernels are looked at.
struct KernelsLook {
    KernelsPage page = KernelsPage::Weights;
    bool hasOneScale = false; ///< of all layers, instead of one for each: weak ones stay dark
    std::optional<double> slope; ///< of the activation between; nothing: the experiment's
    BorderPadding padding = BorderPadding::Same; ///< of the stack beside its one convolution
    bool operator==(const KernelsLook&) const = default;
};

/// How the linear pieces are shown.
struct PiecesLook {
    bool isOfOneChannel = false; ///< patterns of the chosen mid channel, instead of all
    std::optional<std::int64_t> chosen; ///< the pattern whose pixels stand out
    bool operator==(const PiecesLook&) const = default;
};

/// How the maps are looked at: everything that shapes a figure beside the experiment.
struct ViewSettings {
    bool isAlone = false; ///< one map in each pane instead of all of them
    Normalisation normalisation = Normalisation::PerMap;
    bool clipsOutliers = true; ///< scales end where the strongest half percent begins
    const Colormap* sequential = &defaultColormap(false);
    const Colormap* diverging = nullptr; ///< null: what fits the ground, see divergingOn()
    Viewport viewport;
    std::int64_t inChannel = 0; ///< the chosen map of each kind, from 0
    std::int64_t midChannel = 0;
    std::int64_t outChannel = 0;
    std::optional<Position> cursor;
    bool isPinned = false; ///< the cursor stays where it is
    bool isFlickering = false; ///< the factorised branch is shown in the original's place
    MapsLook maps;
    KernelsLook kernels;
    FieldSettings field;
    PiecesLook pieces;
    RepresentLook represent;
    CostLook cost;
    ArithmeticLook arithmetic;
    SpeedLook speed;
    const InceptionModule* module = nullptr; ///< the one drawn; null: that of the experiment

    /// The colours of signed values: as chosen, else with zero as light or dark as the ground.
    const Colormap& divergingOn(bool isDark) const;
    std::int64_t channel(Stage stage) const;
    void setChannel(Stage stage, std::int64_t channel);
    std::optional<double>& scroll(Stage stage) { return maps.scroll[indexOf(kindOf(stage))]; }
    std::optional<double> scroll(Stage stage) const { return maps.scroll[indexOf(kindOf(stage))]; }
    bool operator==(const ViewSettings&) const = default;

private:
    static std::size_t indexOf(MapKind kind) { return static_cast<std::size_t>(kind); }
};

/// The settings of this window, shared by all its views. No part of the experiment, so not undone.
class ViewState : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    const ViewSettings& settings() const { return m_settings; }
    /// Tells what changed when something did.
    void set(const ViewSettings& settings);

    /// The pointer is over this position; does nothing while a position is pinned.
    void hover(std::optional<Position> position);
    /// Pins this position, or lets go when it is the pinned one.
    void pin(const Position& position);
    void letGo();
    /// Moves the cursor by so many pixels and pins it; begins in the middle of `size`.
    void moveCursor(std::int64_t dy, std::int64_t dx, Extent size);

    /// In which order the maps of a kind are shown, for whoever steps through them.
    void setOrder(MapKind kind, const std::vector<std::int64_t>& channels);
    /// The map `step` places after this one, or at the end; `channels` of them.
    std::int64_t neighbour(MapKind kind, std::int64_t channel, int step,
                           std::int64_t channels) const;

signals:
    void changed(); ///< something about how maps are drawn
    void cursorChanged(); ///< the cursor only

private:
    ViewSettings m_settings;
    std::array<std::vector<std::int64_t>, kMapKinds> m_orders;
};

} // namespace factorscope
