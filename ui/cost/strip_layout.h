#pragma once

#include <QFont>
#include <QRect>
#include <QString>

#include <array>
#include <optional>
#include <vector>

namespace factorscope {

/// One measure of both branches, ready to be drawn.
struct StripColumn {
    QString heading{};
    QString shortHeading{};
    double original = 0.0; ///< lengths of the bars; their scale is the column's own
    double factorised = 0.0;
    QString originalText{};
    QString factorisedText{};
    QString shortOriginalText{}; ///< where the long ones find no room; empty: they always do
    QString shortFactorisedText{};
    QString saving{}; ///< "−28.0 %"
    QString note{}; ///< below the numbers, where there is room
    bool warns = false;
    bool isOld = false; ///< of an earlier run
};

/// All that the cost strip shows.
struct StripContent {
    QString originalName;
    QString factorisedName;
    std::array<StripColumn, 4> columns;
    QString claim; ///< below the last two columns
};

/// Where it stands, in pixels.
struct StripLayout {
    enum class Ink { Text, Muted, Warning };
    struct Text {
        QRect box;
        QString text;
        Qt::Alignment alignment;
        Ink ink = Ink::Text;
        bool isCaption = false;
    };
    struct Bar {
        QRect box;
        bool isOriginal = true;
        bool isOld = false;
    };
    std::vector<Text> texts;
    std::vector<Bar> bars;
    std::array<QRect, 4> columns;
    std::optional<QRect> sign; ///< before the words of a warning
    int height = 0;
};

/// Headings above, a row for each branch, notes below. Numbers end at one edge, bars take what is
/// left. Where numbers find no room they are shortened, a note is left out; nothing is cut.
StripLayout laidOut(const StripContent& content, const QFont& font, int width);

} // namespace factorscope
