#pragma once

#include <QImage>
#include <QWidget>

class QLabel;

namespace factorscope {

/// A heading and below it all maps of one layer, scaled to fit.
class MapSheet : public QWidget {
    Q_OBJECT
public:
    explicit MapSheet(QWidget* parent = nullptr);
    void setMaps(const QString& heading, const QImage& sheet);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QLabel* m_heading;
    QImage m_sheet;
};

} // namespace factorscope
