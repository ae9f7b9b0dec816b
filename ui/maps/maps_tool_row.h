#pragma once

#include "ui/view/view_state.h"

#include <QWidget>

#include <vector>

class QAction;
class QActionGroup;
class QComboBox;
class QHBoxLayout;
class QLabel;
class QMenu;
class QToolButton;

namespace factorscope {

/// How the maps are shown: all or one, which scale, which colours, in which order; both outputs
/// split; whole picture; flicker.
class MapsToolRow : public QWidget {
    Q_OBJECT
public:
    explicit MapsToolRow(ViewState& view, QWidget* parent = nullptr);

    QSize minimumSizeHint() const override; ///< of its least form

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void addChoiceOfMaps();
    void addScales();
    void addColours();
    void addColour(QMenu& menu, QActionGroup& group, const QString& text,
                   const Colormap* ViewSettings::*slot, const Colormap* map);
    void addSort();
    void addSplit();
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
    QHBoxLayout* m_row;
    QLabel* m_scaleLabel = nullptr; ///< where there is room
    QToolButton* m_sort = nullptr; ///< of all maps
    QToolButton* m_split = nullptr; ///< of one
    std::vector<QAction*> m_sorts; ///< as MapSort
};

} // namespace factorscope
