#pragma once

#include <QAbstractSpinBox>
#include <QDoubleSpinBox>

namespace factorscope {

/// A spin box for whole numbers of 64 bits, such as seeds. Tells a typed number when it is
/// complete: at Enter, or when the focus goes.
class WholeNumberBox : public QAbstractSpinBox {
    Q_OBJECT
    Q_PROPERTY(qint64 value READ value WRITE setValue NOTIFY valueChanged USER true)
    Q_PROPERTY(qint64 minimum READ minimum)
    Q_PROPERTY(qint64 maximum READ maximum)
public:
    explicit WholeNumberBox(QWidget* parent = nullptr);

    qint64 value() const { return m_value; }
    qint64 minimum() const { return m_least; }
    qint64 maximum() const { return m_most; }
    void setRange(qint64 least, qint64 most);
    /// Shown in place of the least value, which an empty text stands for too.
    void setWordForLeast(const QString& word);

    void stepBy(int steps) override;
    QValidator::State validate(QString& text, int& position) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

public slots:
    void setValue(qint64 value);

signals:
    void valueChanged(qint64 value);

protected:
    StepEnabled stepEnabled() const override;

private:
    void takeText();
    void showValue();

    qint64 m_value = 0;
    qint64 m_least = 0;
    qint64 m_most = 99;
    QString m_wordForLeast;
};

/// A spin box for real numbers that shows no more decimals than there are.
class RealNumberBox : public QDoubleSpinBox {
    Q_OBJECT
public:
    explicit RealNumberBox(QWidget* parent = nullptr);

    QString textFromValue(double value) const override;
};

} // namespace factorscope
