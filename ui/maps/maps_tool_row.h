#pragma once

#include "ui/view/view_state.h"

#include <QWidget>

#include <vector>

class QAction;
class QActionGroup;
class QComboBox;
class QMenu;
class QToolButton;

namespace factorscope {

/// How the maps are shown: all or one, which scale, which colours; whole picture; flicker.
class MapsToolRow : public QWidget {
    Q_OBJECT
public:
    explicit MapsToolRow(ViewState& view, QWidget* parent = nullptr);

private:
    void addChoiceOfMaps();
    void addScales();
    void addColours();
    void addColour(QMenu& menu, QActionGroup& group, const QString& text,
                   const Colormap* ViewSettings::*slot, const Colormap* map);
    void addFit();
    void addFlicker();
    void syncFrom(const ViewSettings& settings);
    /// Changes the settings of the view.
    template <typename Change>
    void change(const Change& change);

    struct ColourChoice {
        QAction* action;
        const Colormap* ViewSettings::*slot; ///< which colours it sets
        const Colormap* map; ///< null: those that fit the theme
    };

    ViewState& m_view;
    std::vector<ColourChoice> m_colourChoices;
    QAction* m_clip = nullptr;
    QToolButton* m_all = nullptr;
    QToolButton* m_one = nullptr;
    QComboBox* m_scale = nullptr;
    QToolButton* m_colours = nullptr;
};

} // namespace factorscope
