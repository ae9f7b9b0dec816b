#pragma once

#include "core/experiment/map_analysis.h"

#include <array>
#include <optional>

namespace factorscope {

/// Maps that have one order and are scrolled together.
enum class MapKind { Input, Mid, Output };
inline constexpr std::size_t kMapKinds = 3;

constexpr MapKind kindOf(Stage stage)
{
    switch (stage) {
    case Stage::Input:
        return MapKind::Input;
    case Stage::MidBefore:
    case Stage::MidAfter:
        return MapKind::Mid;
    case Stage::Original:
    case Stage::Factorised:
    case Stage::Difference:
        return MapKind::Output;
    }
    return MapKind::Input;
}

/// How the maps lie, and how both outputs are compared.
struct MapsLook {
    MapSort sort = MapSort::Index;
    bool isSplit = false; ///< of one map: both outputs in one pane, a divider between them
    double splitAt = 0.5; ///< where the divider is, as a share of the map's tile from its left
    /// Which place lies at the top where maps of a kind scroll, by MapKind; nothing: as far as it
    /// takes to see the chosen one.
    std::array<std::optional<double>, kMapKinds> scroll;

    bool operator==(const MapsLook&) const = default;
};

} // namespace factorscope
