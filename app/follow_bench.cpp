#include "app/follow_bench.h"

#include "app/window_loop.h"
#include "core/bench/bench.h"
#include "core/result/expects.h"
#include "core/timing/timing.h"
#include "ui/arithmetic/products_page.h"
#include "ui/arithmetic/sum_widget.h"
#include "ui/kernels/collapse_page.h"
#include "ui/main_window.h"
#include "ui/pieces/pieces_page.h"
#include "ui/receptive/effective_page.h"

#include <QCoreApplication>
#include <QElapsedTimer>

#include <algorithm>
#include <cmath>
#include <utility>

namespace factorscope {
namespace {

/// A page, what is moved there, and how to know that the move is answered.
struct Followed {
    std::string what;
    std::string view;
    ViewSettings begin;
    std::function<void(int move, ViewSettings& settings)> move;
    std::function<bool(const ViewSettings& settings)> isShown;
};

/// All over the picture, a few pixels from the one before, as a hand moves.
Position positionAfter(int move)
{
    constexpr int kStride = 3;
    constexpr int kWidth = 200;
    const int way = kStride * move;
    return {12 + 7 * (way / kWidth), 12 + way % kWidth};
}

ViewSettings beginWith(const ViewSettings& settings, KernelsPage page)
{
    ViewSettings begin = settings;
    begin.kernels.page = page;
    begin.cursor = positionAfter(0);
    return begin;
}

void moveCursor(int move, ViewSettings& settings)
{
    settings.cursor = positionAfter(move);
}

Followed fields(MainWindow& window, std::int64_t blocks)
{
    const auto* page = window.findChild<EffectivePage*>();
    Followed followed{
        .what = "effective field of the pixel, "
            + (blocks == 1 ? std::string("1 block") : std::to_string(blocks) + " blocks"),
        .view = "receptive-field",
        .begin = beginWith(window.view().settings(), KernelsPage::Weights),
        .move = moveCursor,
        .isShown = [page, blocks](const ViewSettings& settings) {
            const auto& found = page->findings();
            return found && found->question().position == settings.cursor
                && found->question().blocks == blocks;
        }};
    followed.begin.field.isEffective = true;
    followed.begin.field.blocks = blocks;
    return followed;
}

Followed slopes(MainWindow& window)
{
    constexpr int kSteps = 100;
    const auto* page = window.findChild<CollapsePage*>();
    return {.what = "collapse at the slope",
            .view = "kernels",
            .begin = beginWith(window.view().settings(), KernelsPage::Collapse),
            .move =
                [](int move, ViewSettings& settings) {
                    settings.kernels.slope = static_cast<double>(move % kSteps) / kSteps;
                },
            .isShown =
                [page](const ViewSettings& settings) {
                    return page->shown() && !page->isBusy()
                        && (!settings.kernels.slope
                            || page->shown()->errors.slope == *settings.kernels.slope);
                }};
}

Followed pieces(MainWindow& window)
{
    const auto* page = window.findChild<PiecesPage*>();
    return {.what = "linear piece of the pixel",
            .view = "kernels",
            .begin = beginWith(window.view().settings(), KernelsPage::Pieces),
            .move = moveCursor,
            .isShown = [page](const ViewSettings& settings) {
                return page->findings() && !page->isBusy()
                    && page->findings()->question.position == settings.cursor;
            }};
}

Followed patterns(MainWindow& window)
{
    const auto* page = window.findChild<PiecesPage*>();
    Followed followed{.what = "pattern map of another mid channel",
                      .view = "kernels",
                      .begin = beginWith(window.view().settings(), KernelsPage::Pieces),
                      .move
                      = [](int move, ViewSettings& settings) { settings.midChannel = move % 8; },
                      .isShown =
                          [page](const ViewSettings& settings) {
                              return page->findings() && !page->isBusy()
                                  && page->findings()->question.midChannel == settings.midChannel;
                          }};
    followed.begin.pieces.isOfOneChannel = true;
    return followed;
}

Followed products(MainWindow& window)
{
    const auto* page = window.findChild<ProductsPage*>();
    return {.what = "products of the pixel",
            .view = "arithmetic",
            .begin = beginWith(window.view().settings(), KernelsPage::Weights),
            .move = moveCursor,
            .isShown = [page](const ViewSettings& settings) {
                return page->sums() && !page->isBusy()
                    && page->sums()->question.output.position == settings.cursor;
            }};
}

Followed terms(MainWindow& window)
{
    const auto* page = window.findChild<ProductsPage*>();
    return {.what = "next term of the products",
            .view = "arithmetic",
            .begin = beginWith(window.view().settings(), KernelsPage::Weights),
            .move =
                [](int move, ViewSettings& settings) {
                    settings.arithmetic.termsOf(SumPlace::Original) = move;
                },
            .isShown =
                [page](const ViewSettings& settings) {
                    return page->sums() && !page->isBusy()
                        && page->sum(SumPlace::Original).picture().terms
                        == settings.arithmetic.termsOf(SumPlace::Original);
                }};
}

/// One move: from the change to what is painted.
Result<double> moved(const Followed& followed, const ViewSettings& settings, MainWindow& window,
                     WindowLoop& loop)
{
    QElapsedTimer clock;
    clock.start();
    window.view().set(settings);
    RETURN_IF_ERROR(loop.turnUntil([&] { return followed.isShown(settings); }));
    QCoreApplication::sendPostedEvents(); // the layout and the request to paint
    QCoreApplication::processEvents(QEventLoop::ExcludeUserInputEvents);
    return static_cast<double>(clock.nsecsElapsed()) / 1e6;
}

Result<FollowTimes> benchFollowed(const Followed& followed, MainWindow& window, WindowLoop& loop,
                                  int moves)
{
    constexpr int kMovesBefore = 3; // that do not count
    ViewSettings settings = followed.begin;
    window.showView(followed.view);
    window.view().set(settings);
    RETURN_IF_ERROR(loop.turnUntil([&] { return followed.isShown(settings); }));
    std::vector<double> ms;
    for (int move = 1; move <= kMovesBefore + moves; ++move) {
        followed.move(move, settings);
        ASSIGN_OR_RETURN(const double one, moved(followed, settings, window, loop));
        if (move > kMovesBefore)
            ms.push_back(one);
    }
    return followTimes(followed.what, std::move(ms));
}

} // namespace

FollowTimes followTimes(std::string what, std::vector<double> ms)
{
    EXPECTS(!ms.empty());
    std::ranges::sort(ms);
    const double share = std::ceil(0.95 * static_cast<double>(ms.size()));
    return {std::move(what), median(ms), ms[static_cast<std::size_t>(share) - 1], ms.back()};
}

Result<std::vector<FollowTimes>> benchFollowing(MainWindow& window, WindowLoop& loop, int moves)
{
    const auto wake = [&loop] { loop.wake(); };
    QObject::connect(window.findChild<EffectivePage*>(), &EffectivePage::drawn, &loop.context(),
                     wake);
    QObject::connect(window.findChild<CollapsePage*>(), &CollapsePage::drawn, &loop.context(),
                     wake);
    QObject::connect(window.findChild<PiecesPage*>(), &PiecesPage::drawn, &loop.context(), wake);
    QObject::connect(window.findChild<ProductsPage*>(), &ProductsPage::drawn, &loop.context(),
                     wake);
    constexpr std::int64_t kDeep = 6;
    std::vector<FollowTimes> times;
    for (const Followed& followed :
         {fields(window, 1), fields(window, kDeep), slopes(window), pieces(window),
          patterns(window), products(window), terms(window)}) {
        ASSIGN_OR_RETURN(times.emplace_back(), benchFollowed(followed, window, loop, moves));
    }
    return times;
}

} // namespace factorscope
