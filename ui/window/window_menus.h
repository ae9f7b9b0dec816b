#pragma once

#include <QObject>

class QAction;
class QMainWindow;
class QMenu;
class QSettings;
class QToolBar;
class QUndoStack;

namespace factorscope {

class ExportActions;
class OpenActions;
class ThemeSwitch;
class ViewTabs;

/// The menus and the tool bar of the window, from the actions of its parts.
class WindowMenus : public QObject {
    Q_OBJECT
public:
    struct Parts {
        OpenActions& openActions;
        ExportActions& exportActions;
        QUndoStack& undoStack;
        ViewTabs& views;
        ThemeSwitch& theme;
        QAction& presentation;
        QSettings& settings;
    };
    WindowMenus(QMainWindow& window, const Parts& parts);

    /// Keeps undo and redo from the text of number boxes, where nothing else could be undone.
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void addFile();
    void addEdit();
    void addView();
    void addThemes(QMenu& menu);
    void addHelp();
    void addToolBar();
    void keepShortcuts();
    void showKeys();
    void showAbout();

    QMainWindow& m_window;
    Parts m_parts;
    QAction* m_undo;
    QAction* m_redo;
};

} // namespace factorscope
