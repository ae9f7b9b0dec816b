#include "ui/panel/number_box.h"

#include <QLineEdit>
#include <QStyleOptionSpinBox>

#include <algorithm>

namespace factorscope {

WholeNumberBox::WholeNumberBox(QWidget* parent) : QAbstractSpinBox(parent)
{
    setFocusPolicy(Qt::StrongFocus); // not by the wheel
    connect(this, &QAbstractSpinBox::editingFinished, this, &WholeNumberBox::takeText);
    showValue();
}

void WholeNumberBox::setRange(qint64 least, qint64 most)
{
    if (m_least == least && m_most == most)
        return;
    m_least = least;
    m_most = most;
    m_value = std::clamp(m_value, least, most);
    showValue();
    updateGeometry();
}

void WholeNumberBox::setWordForLeast(const QString& word)
{
    m_wordForLeast = word;
    lineEdit()->setPlaceholderText(word);
    showValue();
}

void WholeNumberBox::setValue(qint64 value)
{
    value = std::clamp(value, m_least, m_most);
    if (value == m_value)
        return; // and a number being typed stays
    m_value = value;
    showValue();
    emit valueChanged(value);
}

void WholeNumberBox::showValue()
{
    const bool isWord = m_value == m_least && !m_wordForLeast.isEmpty();
    lineEdit()->setText(isWord ? QString() : QString::number(m_value));
    update(); // of the arrows at either end
}

void WholeNumberBox::takeText()
{
    const QString text = lineEdit()->text().trimmed();
    bool isNumber = false;
    const qint64 typed = text.toLongLong(&isNumber);
    if (isNumber)
        setValue(typed);
    else if (text.isEmpty() && !m_wordForLeast.isEmpty())
        setValue(m_least);
    showValue();
}

void WholeNumberBox::stepBy(int steps)
{
    takeText();
    // Clamped by the room, not by the sum, which may be more than 64 bits hold.
    const qint64 step = steps > 0 ? std::min<qint64>(steps, m_most - m_value)
                                  : std::max<qint64>(steps, m_least - m_value);
    setValue(m_value + step);
    selectAll();
}

QAbstractSpinBox::StepEnabled WholeNumberBox::stepEnabled() const
{
    StepEnabled enabled = StepNone;
    enabled.setFlag(StepUpEnabled, m_value < m_most);
    enabled.setFlag(StepDownEnabled, m_value > m_least);
    return enabled;
}

QValidator::State WholeNumberBox::validate(QString& text, int&) const
{
    const auto isFit = [](QChar c) { return c.isDigit() || c == u'-' || c.isSpace(); };
    return std::ranges::all_of(text, isFit) ? QValidator::Acceptable : QValidator::Invalid;
}

QSize WholeNumberBox::sizeHint() const
{
    const QString digits(5, u'0'); // all boxes are as wide; longer numbers scroll
    const int text = std::max(fontMetrics().horizontalAdvance(digits),
                              fontMetrics().horizontalAdvance(m_wordForLeast));
    QStyleOptionSpinBox option;
    initStyleOption(&option);
    const QSize content(text + fontMetrics().averageCharWidth(), lineEdit()->sizeHint().height());
    return style()->sizeFromContents(QStyle::CT_SpinBox, &option, content, this);
}

QSize WholeNumberBox::minimumSizeHint() const
{
    return sizeHint();
}

RealNumberBox::RealNumberBox(QWidget* parent) : QDoubleSpinBox(parent)
{
    constexpr int kMostDecimals = 6;
    setFocusPolicy(Qt::StrongFocus);
    setKeyboardTracking(false);
    setDecimals(kMostDecimals);
}

QString RealNumberBox::textFromValue(double value) const
{
    return locale().toString(value, 'g', QLocale::FloatingPointShortest);
}

} // namespace factorscope
