#pragma once

#include "ui/pieces/piece_list.h"

#include <QWidget>

namespace factorscope {

/// Shows the most frequent patterns; one is chosen by click or arrow keys, and let go by the same
/// click, Space or Esc.
class PieceListWidget : public QWidget {
    Q_OBJECT
public:
    explicit PieceListWidget(QWidget* parent = nullptr);

    void show(const PieceList& list);
    using QWidget::show;
    const PieceList& list() const { return m_list; }

    QSize sizeHint() const override { return {280, 240}; }
    QSize minimumSizeHint() const override { return {150, 100}; }

signals:
    /// A piece, or nothing any more.
    void chosen(std::optional<qint64> piece);

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    QRectF area() const;
    PieceListLayout layOut() const;
    /// What a key makes of the choice; nothing for one that is not used here.
    std::optional<std::optional<std::int64_t>> targetOf(const QKeyEvent& event) const;
    void choose(std::optional<std::int64_t> piece);
    void describe();

    PieceList m_list;
};

} // namespace factorscope
