#pragma once

#include "ui/arithmetic/arithmetic_sums.h"
#include "ui/arithmetic/sum_picture.h"
#include "ui/arithmetic/sum_player.h"
#include "ui/compute/analysis_lane.h"
#include "ui/maps/map_pane.h"
#include "ui/maps/map_renderer.h"
#include "ui/view/view_state.h"

#include <QImage>
#include <QWidget>

#include <array>
#include <memory>
#include <optional>

class QGridLayout;
class QLabel;

namespace factorscope {

class CloseUpWidget;
class MapPaneWidget;
class SumControls;
class SumWidget;

/// The products of the output value under the cursor: those of the 5×5 on the left, on the right
/// those of the branch beside it and of one of its taps, and where they are read. They add
/// themselves up on demand.
class ProductsPage : public QWidget {
    Q_OBJECT
public:
    explicit ProductsPage(ViewState& view, QWidget* parent = nullptr);
    ~ProductsPage() override;

    void show(const std::shared_ptr<const BothEvaluated>& both);
    using QWidget::show;
    bool isBusy() const { return m_lane.isBusy() || m_renderer.isBusy(); }
    bool isPlaying() const { return m_player.isPlaying(); }
    /// What is shown; null at first.
    const std::shared_ptr<const ArithmeticSums>& sums() const { return m_sums; }
    SumWidget& sum(SumPlace place) const { return *m_panes[static_cast<std::size_t>(place)]; }

signals:
    void drawn();
    void failed(const Error& error);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void layOut();
    void fit();
    void connectPane(SumPlace place);
    void connectControls();
    void follow();
    void ask();
    void take(const std::shared_ptr<const ArithmeticSums>& sums);
    void showSums();
    void showSource();
    void markTap();
    void render();
    void setTerms(SumPlace place, std::optional<std::int64_t> terms);
    void open(SumPlace place, std::size_t product);
    void close(SumPlace place);
    void play();
    void add(qint64 terms);
    const SumPicture& activePicture() const;
    template <typename Change>
    void change(const Change& change);

    ViewState& m_view;
    std::shared_ptr<const BothEvaluated> m_both;
    std::shared_ptr<const ArithmeticSums> m_sums;
    std::optional<SumsQuestion> m_asked; ///< the latest about m_both

    QGridLayout* m_grid;
    bool m_isTight = false; ///< there is no room for two rows
    SumControls* m_controls;
    std::array<SumWidget*, 3> m_panes{};
    MapPaneWidget* m_map;
    CloseUpWidget* m_source;
    QLabel* m_words;
    SumPlayer m_player;
    MapPane m_pane; ///< the input, as it was drawn last
    QImage m_image;
    ExperimentFields m_fields;
    MapRenderer m_renderer;
    AnalysisLane m_lane; ///< last: it ends before what it uses
};

} // namespace factorscope
