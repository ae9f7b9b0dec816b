#include "ui/kernels/kernels_view.h"

#include "ui/kernels/collapse_page.h"
#include "ui/kernels/weights_page.h"
#include "ui/pieces/pieces_page.h"
#include "ui/represent/represent_page.h"

namespace factorscope {

KernelsView::KernelsView(ViewState& view, QWidget* parent)
    : PagedView(tr("Kernels"), tr("Page of the kernels"), parent)
{
    // in the order of KernelsPage
    add(tr("Weights"), tr("The weights of both branches as pictures"), new WeightsPage(view, this));
    add(tr("Collapse"),
        tr("The one kernel that the stack is without its activation, and how ReLU breaks it"),
        new CollapsePage(view, this));
    add(tr("Pieces"), tr("Which pixels share a linear piece, and the kernel that each acts as"),
        new PiecesPage(view, this));
    add(tr("Represent"),
        tr("Which kernels two 3×3 can stand for, and how many mid channels they take"),
        new RepresentPage(view, this));
    const auto turn = [this, &view] { openPage(static_cast<int>(view.settings().kernels.page)); };
    connect(&view, &ViewState::changed, this, turn);
    connect(this, &PagedView::pagePicked, &view, [&view](int page) {
        ViewSettings settings = view.settings();
        settings.kernels.page = static_cast<KernelsPage>(page);
        view.set(settings);
    });
    turn();
}

template <typename Widget>
void KernelsView::add(const QString& title, const QString& tip, Widget* widget)
{
    addPage(widget, title, tip);
    connect(widget, &Widget::drawn, this, &KernelsView::drawn);
    if constexpr (requires { &Widget::failed; })
        connect(widget, &Widget::failed, this, &KernelsView::failed);
    if constexpr (requires { &Widget::slopeWanted; })
        connect(widget, &Widget::slopeWanted, this, &KernelsView::slopeWanted);
    if constexpr (requires { &Widget::kernelsWanted; })
        connect(widget, &Widget::kernelsWanted, this, &KernelsView::kernelsWanted);
    m_pages.push_back({.show = [widget](const auto& both) { widget->show(both); },
                       .isBusy = [widget] { return widget->isBusy(); }});
}

void KernelsView::show(const std::shared_ptr<const BothEvaluated>& both)
{
    for (const Page& page : m_pages)
        page.show(both);
}

bool KernelsView::isBusy() const
{
    return isVisible() && m_pages[static_cast<std::size_t>(openPage())].isBusy();
}

} // namespace factorscope
