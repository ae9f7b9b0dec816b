#include "ui/kernels/kernel_pane.h"

#include <QAction>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHelpEvent>
#include <QImage>
#include <QKeyEvent>
#include <QMenu>
#include <QMimeData>
#include <QPainter>
#include <QToolTip>

namespace factorscope {

KernelPane::KernelPane(QWidget* parent) : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

QRectF KernelPane::area() const
{
    return QRectF(rect()).adjusted(kGrid, kGrid, -kGrid, -kGrid);
}

void KernelPane::copy() const
{
    const QString text = copiedText();
    if (text.isEmpty())
        return;
    constexpr int kScale = 2; // to be put into a paper
    QImage image(size() * kScale, QImage::Format_RGB32);
    image.setDevicePixelRatio(kScale);
    image.fill(themeOf(*this).surface);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(font());
    draw(painter, area());
    painter.end();
    auto* copied = new QMimeData; // the clipboard owns it
    copied->setImageData(image);
    copied->setText(text);
    QGuiApplication::clipboard()->setMimeData(copied);
}

void KernelPane::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(font());
    draw(painter, area());
    if (!hasFocus() || !window()->testAttribute(Qt::WA_KeyboardFocusChange))
        return;
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(themeOf(*this).accent, 2.0));
    painter.drawRect(rect().adjusted(1, 1, -1, -1));
}

bool KernelPane::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride && uses(*static_cast<QKeyEvent*>(event))) {
        event->accept();
        return true;
    }
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const QString words = wordsAt(help->pos());
        if (!words.isEmpty()) {
            QToolTip::showText(help->globalPos(), words, this);
            return true;
        }
    }
    return QWidget::event(event);
}

bool KernelPane::uses(const QKeyEvent& event) const
{
    return event.matches(QKeySequence::Copy);
}

void KernelPane::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy))
        copy();
    else
        QWidget::keyPressEvent(event);
}

void KernelPane::addTo(QMenu& menu)
{
    QAction* action = menu.addAction(tr("&Copy picture and numbers"), this, &KernelPane::copy);
    action->setShortcut(QKeySequence::Copy);
    action->setEnabled(!copiedText().isEmpty());
}

void KernelPane::contextMenuEvent(QContextMenuEvent* event)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    addTo(*menu);
    menu->popup(event->globalPos());
}

void KernelPane::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    update();
}

void KernelPane::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    update();
}

} // namespace factorscope
