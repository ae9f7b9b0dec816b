#include "ui/kernels/kernel_canvas.h"

#include "core/weights/kernel_text.h"
#include "ui/kernels/kernel_picture.h"
#include "ui/text/text.h"

#include <QAccessible>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QMenu>
#include <QMimeData>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

constexpr double kTypedShare = 0.7; // of the largest digits, so that more of them can be typed

/// 1, 2 or 5 times a power of ten that covers the kernel, so that colours seldom change while it is
/// painted.
double coveringLimit(const Kernel5x5& kernel)
{
    const double most = largestMagnitude(kernel);
    if (most == 0.0)
        return 1.0;
    const double power = std::pow(10.0, std::floor(std::log10(most)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor * power >= most * (1.0 - 1e-12))
            return factor * power;
    }
    return 10.0 * power;
}

} // namespace

KernelCanvas::KernelCanvas(std::function<int()> newGesture, QWidget* parent)
    : KernelPane(parent), m_newGesture(std::move(newGesture))
{
    setAccessibleName(tr("5×5 kernel, painted by hand"));
    setCursor(Qt::CrossCursor);
    describe();
}

KernelCells KernelCanvas::cells() const
{
    return cellsWithin(area().adjusted(0.0, 0.0, -1.0, -1.0), kSide, kSide);
}

void KernelCanvas::setKernel(const Kernel5x5& kernel)
{
    if (kernel == m_kernel)
        return;
    m_kernel = kernel;
    m_steps.reset();
    m_typed.clear();
    describe();
    update();
}

void KernelCanvas::describe()
{
    const auto index = static_cast<std::size_t>(m_current.row * kSide + m_current.column);
    setAccessibleDescription(cellInWords(m_current, m_kernel[index]) + QStringLiteral("; ")
                             + rangeInWords(m_kernel));
}

void KernelCanvas::draw(QPainter& painter, const QRectF&) const
{
    const Theme& theme = themeOf(*this);
    const KernelCells all = cells();
    const KernelColours colours = kernelColours(coveringLimit(m_kernel), true, theme, nullptr);
    paintCells(painter, all, m_kernel, colours, theme);
    paintNumbers(painter, all, m_kernel, colours);
    const QRectF current = all.cell(m_current);
    if (!m_typed.isEmpty()) {
        painter.fillRect(current, theme.surface);
        painter.setPen(theme.text);
        const QRectF room = current.adjusted(kGrid, 0.0, -kGrid, 0.0);
        QFont digits = painter.font();
        digits.setPixelSize(std::max(1, mostDigitPixels(kTypedShare * all.side)));
        painter.setFont(digits);
        QString typed = m_typed + u'|';
        typed.replace(u'-', u'−');
        painter.drawText(room, Qt::AlignCenter,
                         QFontMetricsF(digits).elidedText(typed, Qt::ElideLeft, room.width()));
    }
    if (hasFocus())
        paintCellFrame(painter, current, theme);
}

QString KernelCanvas::copiedText() const
{
    return QString::fromStdString(kernelText(m_kernel, kSide));
}

QString KernelCanvas::wordsAt(QPointF point) const
{
    const QString help = tr("Drag paints with the brush, right or Ctrl+drag erases, the wheel "
                            "changes by %1; or type a number.")
                             .arg(fixed(kStep, 1));
    const KernelCells all = cells();
    const std::optional<KernelCell> cell = all.cellAt(point);
    return cell ? cellInWords(*cell, m_kernel[all.index(*cell)]) + u'\n' + help : help;
}

void KernelCanvas::set(const Kernel5x5& kernel, int gesture)
{
    if (kernel == m_kernel)
        return;
    m_kernel = kernel;
    describe();
    update();
    emit edited(m_kernel, gesture);
}

void KernelCanvas::setCell(KernelCell cell, double value, int gesture)
{
    Kernel5x5 kernel = m_kernel;
    kernel[static_cast<std::size_t>(cell.row * kSide + cell.column)] = value;
    set(kernel, gesture);
}

void KernelCanvas::step(KernelCell cell, double by)
{
    if (!m_steps || m_steps->cell != cell)
        m_steps = Steps{cell, m_newGesture()};
    const double value = m_kernel[static_cast<std::size_t>(cell.row * kSide + cell.column)] + by;
    constexpr double kDecimals = 1e9; // so that ten steps of a tenth are one
    setCell(cell, std::clamp(std::round(value * kDecimals) / kDecimals, -kMostTap, kMostTap),
            m_steps->gesture);
}

void KernelCanvas::goTo(KernelCell cell)
{
    m_current = cell;
    m_steps.reset();
    describe();
    QAccessibleEvent moved(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&moved);
    update();
}

void KernelCanvas::paste()
{
    m_typed.clear();
    m_steps.reset();
    update();
    const Result<Kernel5x5> kernel
        = typedKernel(QGuiApplication::clipboard()->text().toStdString());
    if (kernel)
        set(*kernel, m_newGesture());
    else
        emit refused(sentence(kernel.error()));
}

void KernelCanvas::addTo(QMenu& menu)
{
    KernelPane::addTo(menu);
    menu.addAction(tr("&Paste 25 numbers"), this, &KernelCanvas::paste)
        ->setShortcut(QKeySequence::Paste);
}

bool KernelCanvas::accept()
{
    if (m_typed.isEmpty())
        return true;
    const Result<double> value = typedNumber(m_typed.toStdString());
    m_typed.clear();
    update();
    if (value)
        setCell(m_current, *value, m_newGesture());
    else
        emit refused(sentence(value.error()));
    return static_cast<bool>(value);
}

void KernelCanvas::type(const QString& text)
{
    constexpr qsizetype kMostTyped = 24;
    m_steps.reset();
    m_typed = text.left(kMostTyped);
    update();
}

// By pointer.

void KernelCanvas::paintAlong(QPointF from, QPointF to)
{
    const KernelCells all = cells();
    const double away = std::hypot(to.x() - from.x(), to.y() - from.y());
    const int steps
        = std::max(1, static_cast<int>(std::ceil(4.0 * away / std::max(1.0, all.side))));
    Kernel5x5 kernel = m_kernel;
    for (int i = 0; i <= steps; ++i) {
        const auto cell = all.cellAt(from + (to - from) * i / steps);
        if (!cell)
            continue;
        kernel[all.index(*cell)] = m_stroke->value;
        m_current = *cell;
    }
    describe();
    update();
    set(kernel, m_stroke->gesture);
}

void KernelCanvas::mousePressEvent(QMouseEvent* event)
{
    const bool isRight = event->button() == Qt::RightButton;
    if (event->buttons() == event->button())
        m_stroke.reset(); // its release went elsewhere
    if ((event->button() != Qt::LeftButton && !isRight) || m_stroke)
        return;
    accept();
    m_steps.reset();
    if (!cells().cellAt(event->position()))
        return;
    const bool erases = isRight || event->modifiers().testFlag(Qt::ControlModifier);
    m_stroke = Stroke{erases ? 0.0 : m_brush, event->position(), m_newGesture()};
    paintAlong(event->position(), event->position());
}

void KernelCanvas::mouseMoveEvent(QMouseEvent* event)
{
    if (!m_stroke)
        return;
    const QPointF from = m_stroke->at;
    m_stroke->at = event->position();
    paintAlong(from, event->position());
}

void KernelCanvas::mouseReleaseEvent(QMouseEvent* event)
{
    if (!(event->buttons() & (Qt::LeftButton | Qt::RightButton)))
        m_stroke.reset();
}

void KernelCanvas::wheelEvent(QWheelEvent* event)
{
    const std::optional<KernelCell> cell = cells().cellAt(event->position());
    if (!cell || m_stroke) {
        event->ignore();
        return;
    }
    accept();
    event->accept();
    constexpr int kNotch = QWheelEvent::DefaultDeltasPerStep;
    m_wheel += event->angleDelta().y();
    const int notches = m_wheel / kNotch;
    m_wheel -= notches * kNotch;
    if (notches == 0)
        return;
    if (m_current != *cell)
        goTo(*cell);
    step(*cell, notches * kStep);
}

/// The right button erases; only the keyboard asks for the menu.
void KernelCanvas::contextMenuEvent(QContextMenuEvent* event)
{
    if (event->reason() != QContextMenuEvent::Mouse)
        KernelPane::contextMenuEvent(event);
}

} // namespace factorscope
