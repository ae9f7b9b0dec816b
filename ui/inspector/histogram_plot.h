#pragma once

#include "core/experiment/stages.h"
#include "core/image/histogram.h"
#include "core/parallel/lane.h"

#include <QWidget>

#include <memory>
#include <vector>

namespace factorscope {

/// The values of a few maps as histograms on one axis, each in the colour of its stage. Counting is
/// done on a thread of its own.
class HistogramPlot : public QWidget {
    Q_OBJECT
public:
    explicit HistogramPlot(QWidget* parent = nullptr);

    struct Source {
        Stage stage;
        SharedTensor maps;
        std::int64_t channel;
        bool operator==(const Source&) const = default;
    };
    void show(const std::vector<Source>& sources, ValueRange range);

    bool isBusy() const { return m_counted != m_number; }

    QSize sizeHint() const override { return {200, 112}; }
    QSize minimumSizeHint() const override { return {120, 96}; }

signals:
    void counted();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    struct Curve {
        Stage stage;
        Histogram histogram;
    };
    void describe();

    /// A source without its maps, so that they may go.
    struct Asked {
        Stage stage;
        std::weak_ptr<const Tensor> maps;
        std::int64_t channel;
    };
    bool isAsked(const std::vector<Source>& sources, ValueRange range) const;

    std::vector<Asked> m_asked; ///< for the newest
    ValueRange m_range;
    quint64 m_number = 0; ///< of the newest maps
    quint64 m_counted = 0; ///< of those that are shown
    std::vector<Curve> m_curves;
    Lane m_lane; ///< last: its thread ends before what it uses
};

} // namespace factorscope
