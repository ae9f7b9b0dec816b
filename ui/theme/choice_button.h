#pragma once

#include <QToolButton>

namespace factorscope {

/// One of a few choices beside each other: the chosen one bears the colour of selection, which a
/// pressed button on dark ground hardly does.
class ChoiceButton : public QToolButton {
    Q_OBJECT
public:
    ChoiceButton(const QString& text, const QString& toolTip, QWidget* parent);

protected:
    void initStyleOption(QStyleOptionToolButton* option) const override;
};

} // namespace factorscope
