#include "app/interactive_bench.h"

#include "app/command.h"
#include "app/number_text.h"
#include "app/scroll_bench.h"
#include "app/window_loop.h"
#include "core/bench/bench.h"
#include "core/experiment/opening.h"
#include "core/experiment/presets.h"
#include "core/image/samples.h"
#include "core/timing/timing.h"
#include "ui/compute/compute_service.h"
#include "ui/document/document.h"
#include "ui/main_window.h"
#include "ui/theme/theme_switch.h"

#include <QElapsedTimer>

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

constexpr const char* kArticle = "article"; ///< preset and workload
constexpr int kWidth = 1440;
constexpr int kHeight = 900;
constexpr int kMovesBefore = 10; ///< that do not count

Experiment articleExperiment()
{
    Experiment experiment = openingExperiment();
    apply(*findPreset(kArticle), experiment);
    experiment.picture
        = std::make_shared<const Picture>(findSample(kOpeningSample)->draw(experiment.size));
    fitBank(experiment);
    return experiment;
}

/// Back and forth about the article's C_mid, beginning with one above it.
std::int64_t midChannelsAfter(int moves)
{
    constexpr int kReach = 8;
    return findPreset(kArticle)->midChannels - kReach
        + std::abs((moves + 3 * kReach) % (4 * kReach) - 2 * kReach);
}

/// A hand on the slider of a window.
class Hand {
public:
    Hand(MainWindow& window, WindowLoop& loop) : m_window(window), m_loop(loop)
    {
        QObject::connect(&window, &MainWindow::responded, &loop.context(), [this] {
            m_respondedAt = m_clock.nsecsElapsed();
            m_loop.wake();
        });
        QObject::connect(&window.compute(), &ComputeService::previewed, &loop.context(),
                         [this](const std::shared_ptr<const Answer>& answer) {
                             const auto& both = std::get<BothEvaluated>(*answer);
                             m_previewMs.push_back(both.factorised.run.milliseconds);
                         });
    }

    /// The milliseconds from the change to the painted picture.
    Result<double> moveTo(std::int64_t midChannels)
    {
        m_respondedAt.reset();
        m_clock.start();
        m_window.document().set(*findParameter("mid-channels"), midChannels, m_gesture);
        RETURN_IF_ERROR(m_loop.turnUntil([this] { return m_respondedAt.has_value(); }));
        return static_cast<double>(*m_respondedAt) / 1e6;
    }
    /// What the previews took to compute, since this was asked last.
    std::vector<double> takePreviewMs() { return std::exchange(m_previewMs, {}); }

private:
    MainWindow& m_window;
    WindowLoop& m_loop;
    int m_gesture = m_window.document().newGesture();
    QElapsedTimer m_clock;
    std::optional<qint64> m_respondedAt; ///< nanoseconds of the clock
    std::vector<double> m_previewMs;
};

Result<void> moveSlider(InteractiveTimes& times, MainWindow& window, WindowLoop& loop)
{
    Hand hand(window, loop);
    std::vector<double> ms;
    for (int move = 1; move <= kMovesBefore + times.moves; ++move) {
        if (move == kMovesBefore + 1)
            hand.takePreviewMs();
        ASSIGN_OR_RETURN(const double one, hand.moveTo(midChannelsAfter(move)));
        if (move > kMovesBefore)
            ms.push_back(one);
    }
    times.slider = followTimes("C_mid by one channel", std::move(ms));
    if (const std::vector<double> previews = hand.takePreviewMs(); !previews.empty())
        times.previewMs = median(previews);
    return {};
}

Result<void> benchWindow(InteractiveTimes& times, CommandContext& context)
{
    MainWindow window(articleExperiment(), times.threads);
    window.setTheme(ThemeChoice::Light);
    window.resize(kWidth, kHeight);
    WindowLoop loop(window, context.interrupt().token());
    window.QWidget::show();
    RETURN_IF_ERROR(loop.waitForRest());
    ASSIGN_OR_RETURN(times.pages, benchFollowing(window, loop, times.moves));
    window.showView("feature-maps");
    RETURN_IF_ERROR(loop.waitForRest());
    RETURN_IF_ERROR(moveSlider(times, window, loop));
    ASSIGN_OR_RETURN(times.pages.emplace_back(), benchScrolling(window, loop, times.moves));
    return {};
}

/// The two 3×3 as they are computed when nothing is known yet.
Result<double> pairMs(const ComputeContext& context)
{
    constexpr int kRounds = 11;
    const Workload& workload = *findWorkload(kArticle);
    const SharedTensor input = benchInput(workload, 0, context.stop);
    if (!input)
        return cancelled();
    const std::vector<std::string> algorithms{"auto"};
    const auto branch = benchBranch(workload, BranchKind::Decomposed, input, 0);
    const std::vector<Candidate> pair = ownCandidates(branch, algorithms, context);
    ASSIGN_OR_RETURN(const Measured measured, measuredInTurn(pair, {.rounds = kRounds}, context));
    return measured.timings.front().medianMs;
}

} // namespace

Result<InteractiveTimes> benchInteractive(int moves, CommandContext& context)
{
    const auto pool = TensorPool::create(static_cast<std::size_t>(context.memoryLimitBytes()));
    ComputeContext compute = context.compute();
    compute.pool = pool.get();
    InteractiveTimes times;
    times.moves = moves;
    times.threads = compute.team.size();
    times.isa = std::string(instructionSetName(compute.instructionSet));
    context.startQt();
    RETURN_IF_ERROR(benchWindow(times, context));
    ASSIGN_OR_RETURN(times.pairMs, pairMs(compute));
    return times;
}

Json toJson(const InteractiveTimes& times)
{
    Json pages = Json::array();
    for (const FollowTimes& page : times.pages)
        pages.push_back({{"page", page.what},
                         {"median_ms", page.medianMs},
                         {"p95_ms", page.p95Ms},
                         {"worst_ms", page.worstMs}});
    return {{"workload", "interactive"},
            {"moves", times.moves},
            {"median_ms", times.slider.medianMs},
            {"p95_ms", times.slider.p95Ms},
            {"worst_ms", times.slider.worstMs},
            {"pages", pages},
            {"preview_ms", times.previewMs ? Json(*times.previewMs) : Json()},
            {"pair_ms", times.pairMs},
            {"threads", times.threads},
            {"isa", times.isa}};
}

std::string textOf(const InteractiveTimes& times)
{
    const auto ms = [](double milliseconds) { return fixedText(milliseconds, 1) + " ms"; };
    const auto line = [&](const FollowTimes& of) {
        return "  " + of.what + ": median " + ms(of.medianMs) + ", 95 % within " + ms(of.p95Ms)
            + ", worst " + ms(of.worstMs) + "\n";
    };
    const Workload& workload = *findWorkload(kArticle);
    std::string text = "interactive: " + workload.text() + "; threads "
        + std::to_string(times.threads) + ", " + times.isa
        + "; from the change to the painted picture, " + std::to_string(times.moves)
        + (times.moves == 1 ? " move" : " moves") + " each\n";
    text += line(times.slider) + "  ";
    if (times.previewMs)
        text += "of it computing the preview: " + ms(*times.previewMs) + "; ";
    text += "two 3x3 as a whole: " + ms(times.pairMs) + "\n";
    for (const FollowTimes& page : times.pages)
        text += line(page);
    return text;
}

} // namespace factorscope
