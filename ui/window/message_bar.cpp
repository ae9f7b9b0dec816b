#include "ui/window/message_bar.h"

#include "ui/theme/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QToolButton>

namespace factorscope {
namespace {

constexpr int kNoteMs = 8000;

} // namespace

MessageBar::MessageBar(QWidget* below)
    : QFrame(below->parentWidget()), m_below(below), m_sentence(new QLabel(this))
{
    setAccessibleName(tr("Message"));
    m_sentence->setWordWrap(true);
    m_sentence->setTextFormat(Qt::PlainText);
    m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* close = new QToolButton(this);
    close->setText(QStringLiteral("✕"));
    close->setAutoRaise(true);
    close->setToolTip(tr("Closes this message"));
    close->setAccessibleName(tr("Close the message"));
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(4 * kGrid, kGrid, 2 * kGrid, kGrid);
    row->addWidget(m_sentence, 1);
    row->addWidget(close, 0, Qt::AlignTop);
    hide();
    m_leave.setSingleShot(true);
    m_leave.setInterval(kNoteMs);
    connect(&m_leave, &QTimer::timeout, this, &QWidget::hide);
    below->installEventFilter(this);
}

bool MessageBar::eventFilter(QObject*, QEvent* event)
{
    if (event->type() == QEvent::Move || event->type() == QEvent::Resize)
        place();
    return false;
}

void MessageBar::place()
{
    const int width = m_below->width();
    const int height = layout()->totalHeightForWidth(width);
    setGeometry(m_below->x(), m_below->y() - height, width, height);
}

void MessageBar::show(const QString& sentence, Kind kind)
{
    m_kind = kind;
    m_sentence->setText((kind == Kind::Error ? tr("⚠ %1") : QStringLiteral("%1")).arg(sentence));
    setAccessibleDescription(sentence);
    if (kind == Kind::Note)
        m_leave.start();
    else
        m_leave.stop();
    place();
    raise();
    setVisible(true);
    update();
}

QString MessageBar::text() const
{
    return accessibleDescription();
}

void MessageBar::paintEvent(QPaintEvent*)
{
    const Theme& theme = themeOf(*this);
    QPainter painter(this);
    painter.fillRect(rect(), theme.surface);
    painter.fillRect(QRect(0, 0, width(), 1), theme.line);
    painter.fillRect(QRect(0, 0, kGrid, height()),
                     m_kind == Kind::Error ? theme.error : theme.accent);
}

} // namespace factorscope
