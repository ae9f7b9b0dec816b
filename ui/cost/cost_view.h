#pragma once

#include "core/experiment/evaluate.h"
#include "core/result/error.h"
#include "ui/cost/cost_data.h"
#include "ui/view/paged_view.h"
#include "ui/view/view_state.h"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace factorscope {

class CurvesPage;

/// What both branches cost, on several pages. A page is a widget with show(CostQuestion); only the
/// one that is open is told what to show. Counted at once: nothing need have been computed.
class CostView : public PagedView {
    Q_OBJECT
public:
    explicit CostView(ViewState& view, QWidget* parent = nullptr);

    using QWidget::show;
    /// As long as the size of the input is known; else what was shown stays.
    void show(const Experiment& experiment);
    void show(const BothEvaluated& both);
    /// What has been computed last, for what is measured of it.
    void setComputed(const std::shared_ptr<const BothEvaluated>& both);
    bool isBusy() const; ///< something is measured

signals:
    /// Picked in the curve; all until pickEnded() are one gesture.
    void midChannelsPicked(qint64 midChannels);
    void pickEnded();
    /// The channels of this preset are wanted in the experiment.
    void presetPicked(const QString& id);
    void failed(const Error& error);

private:
    struct Page {
        std::function<void(const CostQuestion&)> show;
        std::optional<CostQuestion> shown; ///< last
    };
    template <typename Widget>
    Widget* add(const QString& title, const QString& tip, Widget* widget);
    void addPages(ViewState& view);
    void present();

    std::optional<CostQuestion> m_question;
    std::vector<Page> m_pages; ///< as in the stack
    CurvesPage* m_curves = nullptr;
};

} // namespace factorscope
