#pragma once

#include "core/experiment/inception_module.h"
#include "ui/theme/theme.h"

#include <QLineF>
#include <QRectF>
#include <QString>

#include <optional>
#include <vector>

class QPainter;

namespace factorscope {

/// Which of the two drawings of a module: that with the 5×5, or that with what replaces it.
enum class ModuleForm { Original, Factorised };

/// A step of a drawn module.
struct ModulePlace {
    ModuleForm form = ModuleForm::Original;
    std::size_t branch = 0; ///< as kModuleBranchKinds
    std::size_t step = 0;
    bool operator==(const ModulePlace&) const = default;
};

struct ModuleBox {
    ModulePlace place;
    QRectF rect;
    QString title; ///< "3×3"
    QString detail; ///< "96 → 128"
    double share = 0.0; ///< of the MACs of its module
    bool isReplaceable = false;
};

/// A branch's part of the concatenated output.
struct ModuleSegment {
    QRectF rect; ///< as wide as it has channels
    QString text; ///< their number; empty where it has no room
    bool isReplaceable = false;
};

/// What one branch has of its module.
struct ModuleShare {
    QRectF rect; ///< the length of a bar of 100 %
    double share = 0.0;
    QString text; ///< "12.5 %"
    bool isReplaceable = false;
};

/// A line of text in its place.
struct ModuleText {
    QRectF rect;
    QString text;
    TextSize size = TextSize::Body;
    bool isMuted = false;
};

/// One form of the module, laid out.
struct ModuleHalf {
    ModuleForm form = ModuleForm::Original;
    QString heading;
    QRectF headingRect;
    std::vector<ModuleText> texts;
    QRectF input;
    std::vector<ModuleBox> boxes; ///< branch by branch, from the input on
    std::vector<ModuleSegment> segments;
    std::vector<ModuleShare> shares;
    std::vector<QLineF> links;
};

/// A module with its 5×5 beside the same with what replaces it, laid out in `area`.
struct ModuleDiagram {
    std::array<ModuleHalf, 2> halves;

    const ModuleBox* boxAt(const QPointF& point) const;
    const ModuleBox* boxOf(const ModulePlace& place) const;
    /// The box that a step of the arrow keys leads to: beside (dx) or above and below (dy); the
    /// same one at an edge.
    ModulePlace next(const ModulePlace& from, int dx, int dy) const;
};

ModuleDiagram moduleDiagram(const ModuleComparison& of, const QRectF& area, const QFont& font);

/// `chosen`: the box that stands out.
void paintModule(QPainter& painter, const ModuleDiagram& diagram, const QFont& font,
                 const Theme& theme, const std::optional<ModulePlace>& chosen = {});

} // namespace factorscope
