#include "ui/window/message_bar.h"

#include "ui/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QToolButton>

namespace factorscope {

MessageBar::MessageBar(QWidget* parent) : QFrame(parent), m_sentence(new QLabel(this))
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
}

void MessageBar::show(const QString& sentence, Kind kind)
{
    m_kind = kind;
    m_sentence->setText((kind == Kind::Error ? tr("⚠ %1") : QStringLiteral("%1")).arg(sentence));
    setAccessibleDescription(sentence);
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
    painter.fillRect(QRect(0, 0, kGrid, height()),
                     m_kind == Kind::Error ? theme.error : theme.warning);
}

} // namespace factorscope
