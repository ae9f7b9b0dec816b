#pragma once

#include "ui/view/view_state.h"

#include <QWidget>

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
    void addDefault(QMenu& menu, QActionGroup& group);
    void addFit();
    void addFlicker();
    void syncFrom(const ViewSettings& settings);
    /// Changes the settings of the view.
    template <typename Change>
    void change(const Change& change);

    ViewState& m_view;
    QToolButton* m_all = nullptr;
    QToolButton* m_one = nullptr;
    QComboBox* m_scale = nullptr;
    QToolButton* m_colours = nullptr;
};

} // namespace factorscope
