#include "ui/window/window_menus.h"

#include "ui/export/export_actions.h"
#include "ui/open/open_actions.h"
#include "ui/theme/theme_switch.h"
#include "ui/window/view_tabs.h"

#include <QAbstractSpinBox>
#include <QActionGroup>
#include <QApplication>
#include <QKeyEvent>
#include <QMainWindow>
#include <QMenuBar>
#include <QMessageBox>
#include <QSettings>
#include <QToolBar>
#include <QToolButton>
#include <QUndoStack>

namespace factorscope {

WindowMenus::WindowMenus(QMainWindow& window, const Parts& parts)
    : QObject(&window), m_window(window), m_parts(parts),
      m_undo(parts.undoStack.createUndoAction(this, tr("Undo"))),
      m_redo(parts.undoStack.createRedoAction(this, tr("Redo")))
{
    m_undo->setShortcut(QKeySequence::Undo);
    m_undo->setIconText(QStringLiteral("↶"));
    m_redo->setShortcut(QKeySequence::Redo);
    m_redo->setIconText(QStringLiteral("↷"));
    addFile();
    addEdit();
    addView();
    addHelp();
    addToolBar();
    keepShortcuts();
    QCoreApplication::instance()->installEventFilter(this);
}

bool WindowMenus::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() != QEvent::ShortcutOverride || !watched->inherits("QAbstractSpinBox"))
        return false;
    const auto* key = static_cast<QKeyEvent*>(event);
    if (!key->matches(QKeySequence::Undo) && !key->matches(QKeySequence::Redo))
        return false;
    event->ignore();
    return true;
}

void WindowMenus::addFile()
{
    QMenu* menu = m_window.menuBar()->addMenu(tr("&File"));
    menu->addAction(m_parts.openActions.openFile());
    menu->addMenu(m_parts.openActions.recentFiles());
    menu->addMenu(m_parts.openActions.samples());
    menu->addMenu(m_parts.openActions.presets());
    menu->addMenu(m_parts.openActions.weights());
    menu->addSeparator();
    menu->addMenu(m_parts.exportActions.menu());
    menu->addSeparator();
    QAction* quit = menu->addAction(tr("&Quit"), &m_window, &QWidget::close);
    quit->setShortcut(QKeySequence::Quit);
}

void WindowMenus::addEdit()
{
    QMenu* menu = m_window.menuBar()->addMenu(tr("&Edit"));
    menu->addAction(m_undo);
    menu->addAction(m_redo);
    menu->addSeparator();
    menu->addAction(m_parts.openActions.paste());
    menu->addAction(m_parts.exportActions.copyView());
}

void WindowMenus::addView()
{
    QMenu* menu = m_window.menuBar()->addMenu(tr("&View"));
    for (int i = 0; i < m_parts.views.count(); ++i) {
        QAction* action = menu->addAction(m_parts.views.tabText(i));
        action->setShortcut(ViewTabs::keyOf(i));
        connect(action, &QAction::triggered, this, [this, i] {
            m_parts.views.setCurrentIndex(i);
            m_parts.views.currentWidget()->setFocus();
        });
    }
    menu->addSeparator();
    menu->addAction(&m_parts.presentation);
    addThemes(*menu->addMenu(tr("Theme")));
}

void WindowMenus::addThemes(QMenu& menu)
{
    const QString key = QStringLiteral("theme");
    const int chosen = m_parts.settings.value(key, 0).toInt();
    const QStringList names{tr("As the system"), tr("Light"), tr("Dark")};
    auto* group = new QActionGroup(this);
    for (int i = 0; i < names.size(); ++i) {
        QAction* action = menu.addAction(names[i]);
        action->setCheckable(true);
        action->setActionGroup(group);
        action->setChecked(i == chosen);
        connect(action, &QAction::triggered, this, [this, key, i] {
            m_parts.settings.setValue(key, i);
            m_parts.theme.choose(static_cast<ThemeChoice>(i));
        });
    }
    if (chosen > 0 && chosen < names.size())
        m_parts.theme.choose(static_cast<ThemeChoice>(chosen));
}

void WindowMenus::addHelp()
{
    QMenu* menu = m_window.menuBar()->addMenu(tr("&Help"));
    QAction* keys = menu->addAction(tr("Keys"), this, &WindowMenus::showKeys);
    keys->setShortcut(QKeySequence::HelpContents);
    menu->addAction(tr("About Factorscope"), this, &WindowMenus::showAbout);
}

void WindowMenus::addToolBar()
{
    QToolBar* bar = m_window.addToolBar(tr("Tools"));
    bar->setObjectName(QStringLiteral("tools"));
    bar->setMovable(false);
    bar->setToolButtonStyle(Qt::ToolButtonTextOnly);
    m_parts.openActions.addTo(*bar);
    bar->addSeparator();
    for (QAction* action : {m_undo, m_redo}) {
        bar->addAction(action);
        bar->widgetForAction(action)->setAccessibleName(action->text());
    }
    bar->addSeparator();
    bar->addAction(m_parts.exportActions.menu()->menuAction());
    if (auto* button = qobject_cast<QToolButton*>(
            bar->widgetForAction(m_parts.exportActions.menu()->menuAction())))
        button->setPopupMode(QToolButton::InstantPopup);
}

/// Those of a hidden menu bar would sleep.
void WindowMenus::keepShortcuts()
{
    std::vector<const QWidget*> menus{m_window.menuBar()};
    while (!menus.empty()) {
        const QList<QAction*> actions = menus.back()->actions();
        menus.pop_back();
        for (QAction* action : actions) {
            if (action->menu())
                menus.push_back(action->menu());
            else if (!action->shortcut().isEmpty())
                m_window.addAction(action);
        }
    }
}

void WindowMenus::showKeys()
{
    QString rows = QStringLiteral("<table cellspacing='6'>");
    for (int i = 0; i < m_parts.views.count(); ++i)
        rows += QStringLiteral("<tr><td><b>%1</b></td><td>%2</td></tr>")
                    .arg(ViewTabs::keyOf(i).toString(QKeySequence::NativeText),
                         m_parts.views.tabText(i));
    rows += tr(
        "<tr><td><b>arrows</b></td><td>move the cursor by a pixel, with Shift by ten</td></tr>"
        "<tr><td><b>Enter, click</b></td><td>pin the cursor</td></tr>"
        "<tr><td><b>Enter in Speed</b></td><td>start a race, or stop it</td></tr>"
        "<tr><td><b>Esc</b></td><td>let it go</td></tr>"
        "<tr><td><b>+ − 0, wheel</b></td><td>zoom, whole picture</td></tr>"
        "<tr><td><b>drag</b></td><td>move the picture</td></tr>"
        "<tr><td><b>A, double click</b></td><td>all maps or one</td></tr>"
        "<tr><td><b>Page Up, Page Down</b></td><td>output map, with Shift mid map</td></tr>"
        "<tr><td><b>← → ↑ ↓, Home, End, Space</b></td><td>in the arithmetic: the next product or "
        "channel, none, all, play</td></tr>"
        "<tr><td><b>hold F</b></td><td>flicker between the branches</td></tr>"
        "<tr><td><b>S</b></td><td>both outputs of one map in one pane, split</td></tr>"
        "<tr><td><b>, .</b></td><td>move the divider between them</td></tr>"
        "<tr><td><b>Ctrl+Page Up, Page Down, Home, End</b></td><td>scroll many output maps, "
        "with Shift mid maps</td></tr>"
        "<tr><td><b>F5</b></td><td>presentation, for a room</td></tr>"
        "<tr><td><b>Ctrl+Z, Ctrl+Shift+Z</b></td><td>undo, redo</td></tr>"
        "<tr><td><b>Ctrl+O, Ctrl+V</b></td><td>open, paste</td></tr>"
        "<tr><td><b>Ctrl+E, Ctrl+Shift+C</b></td><td>export, copy this view</td></tr>"
        "</table>");
    QMessageBox box(QMessageBox::NoIcon, tr("Keys"), rows, QMessageBox::Close, &m_window);
    box.exec();
}

void WindowMenus::showAbout()
{
    QMessageBox::about(
        &m_window, tr("About Factorscope"),
        tr("<p><b>Factorscope %1</b></p><p>A 5×5 convolution beside two stacked 3×3, on your own "
           "picture.</p><p>Licence: GPL-3.0-or-later. Built on Qt, Qt Charts and Eigen.</p>")
            .arg(QCoreApplication::applicationVersion()));
}

} // namespace factorscope
