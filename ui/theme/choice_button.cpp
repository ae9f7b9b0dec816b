#include "ui/theme/choice_button.h"

#include <QStyleOptionToolButton>

namespace factorscope {

ChoiceButton::ChoiceButton(const QString& text, const QString& toolTip, QWidget* parent)
    : QToolButton(parent)
{
    setText(text);
    setToolTip(toolTip);
    setAccessibleName(text);
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
}

void ChoiceButton::initStyleOption(QStyleOptionToolButton* option) const
{
    QToolButton::initStyleOption(option);
    if (!isChecked())
        return;
    option->palette.setColor(QPalette::Button, palette().color(QPalette::Highlight));
    option->palette.setColor(QPalette::ButtonText, palette().color(QPalette::HighlightedText));
}

} // namespace factorscope
