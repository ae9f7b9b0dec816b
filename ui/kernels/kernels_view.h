#pragma once

#include "core/experiment/evaluate.h"
#include "core/result/error.h"
#include "ui/view/paged_view.h"
#include "ui/view/view_state.h"

#include <functional>
#include <memory>
#include <vector>

namespace factorscope {

/// The kernels of both branches, on several pages. A page is a widget with
/// show(shared_ptr<const BothEvaluated>), isBusy() and the signal drawn(), and failed(Error) where
/// it does work that can fail. It asks for nothing while it is hidden.
class KernelsView : public PagedView {
    Q_OBJECT
public:
    explicit KernelsView(ViewState& view, QWidget* parent = nullptr);

    void show(const std::shared_ptr<const BothEvaluated>& both);
    using QWidget::show;
    bool isBusy() const; ///< the page that is seen has something else under way

signals:
    void drawn();
    void failed(const Error& error);
    void slopeWanted(double slope); ///< between, for the experiment
    void kernelsWanted(const factorscope::HandMadeChoice& choice); ///< likewise

private:
    struct Page {
        std::function<void(const std::shared_ptr<const BothEvaluated>&)> show;
        std::function<bool()> isBusy;
    };
    template <typename Widget>
    void add(const QString& title, const QString& tip, Widget* widget);

    std::vector<Page> m_pages; ///< as in the stack
};

} // namespace factorscope
