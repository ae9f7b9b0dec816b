#pragma once

class QMainWindow;
class QTabWidget;
class QWidget;

namespace factorscope {

/// What stands where: panel, views and inspector beside each other, a row for C_mid and the cost
/// strip below them.
struct WindowParts {
    QWidget& panel;
    QTabWidget& views;
    QWidget& inspector;
    QWidget& midRow;
    QWidget& costStrip;
};

/// Lays the parts out in the window and gives it its first and its least size. Returns what the
/// inspector scrolls in.
QWidget* layOut(QMainWindow& window, const WindowParts& parts);

} // namespace factorscope
