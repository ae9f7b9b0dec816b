#include "ui/module/module_diagram.h"

#include "ui/module/module_words.h"
#include "ui/text/text.h"

#include <QCoreApplication>
#include <QFontMetricsF>

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Module {
    Q_DECLARE_TR_FUNCTIONS(Module)
};

constexpr double kHalfGap = 8.0 * kGrid;
constexpr double kBarHeight = 1.5 * kGrid;
constexpr double kMostRowHeight = 26.0 * kGrid;
constexpr std::size_t kColumns = kModuleBranchKinds.size();

struct ShareRow {
    const char* title;
    std::int64_t Cost::*amount;
};
constexpr std::array<ShareRow, 3> kShareRows{{
    {QT_TRANSLATE_NOOP("Module", "weights"), &Cost::weights},
    {QT_TRANSLATE_NOOP("Module", "MACs"), &Cost::macs},
    {QT_TRANSLATE_NOOP("Module", "memory"), &Cost::activationBytes},
}};

std::size_t mostSteps(const ModuleComparison& of)
{
    std::size_t most = 0;
    for (const ModuleCost* cost : {&of.original, &of.factorised}) {
        for (const ModuleBranch& branch : cost->branches)
            most = std::max(most, branch.steps.size());
    }
    return most;
}

/// Lays out one form from top to bottom: heading, input, boxes, concatenation, shares.
class HalfLayout {
public:
    HalfLayout(const ModuleComparison& of, ModuleForm form, const QRectF& area, const QFont& font)
        : m_of(of), m_cost(costOfForm(of, form)), m_area(area),
          m_body(QFontMetricsF(sized(font, TextSize::Body)).height()),
          m_title(QFontMetricsF(sized(font, TextSize::Title)).height()),
          m_caption(sized(font, TextSize::Caption))
    {
        m_half.form = form;
        double widest = 0.0;
        for (const ShareRow& row : kShareRows)
            widest = std::max(widest,
                              QFontMetricsF(m_caption).horizontalAdvance(Module::tr(row.title)));
        place(widest + 2.0 * kGrid, 2.0 * kGrid);
        if (m_column < QFontMetricsF(m_caption).horizontalAdvance(QStringLiteral("888 → 888"))) {
            m_isNarrow = true;
            place(0.0, kGrid);
        }
        while (m_shareRows > 0 && boxHeight() < line() + 2.0 * kGrid)
            --m_shareRows;
    }

    ModuleHalf laidOut() &&
    {
        double top = head(m_area.top());
        const double bottom = foot();
        boxes(top + m_gap, bottom - m_gap);
        return std::move(m_half);
    }

private:
    /// Gives the columns what is left beside the titles of the shares.
    void place(double titles, double gap)
    {
        m_left = m_area.left() + titles;
        m_columnGap = gap;
        m_column = (m_area.right() - m_left - (kColumns - 1) * gap) / kColumns;
    }

    QRectF column(std::size_t index, double top, double height) const
    {
        return {m_left + static_cast<double>(index) * (m_column + m_columnGap), top, m_column,
                height};
    }

    double line() const { return QFontMetricsF(m_caption).height(); }
    double inputHeight() const { return m_body + 2.0 * kGrid; }
    double headHeight() const { return m_title + m_body + 3.0 * kGrid + inputHeight(); }
    /// Of one measure's shares, with its title where that stands above.
    double shareRow() const { return (m_isNarrow ? 2.0 : 1.0) * line() + kBarHeight + 1.5 * kGrid; }
    double footHeight() const
    {
        return static_cast<double>(m_shareRows) * shareRow() + 2.0 * kGrid + line() + kGrid
            + inputHeight();
    }
    /// That a step has with so many rows of shares.
    double boxHeight() const
    {
        const double room = m_area.height() - headHeight() - footHeight() - 2.0 * m_gap;
        return (room + m_gap) / static_cast<double>(mostSteps(m_of)) - m_gap;
    }

    /// The heading, the sums, and the input; gives where they end.
    double head(double top)
    {
        m_half.heading = branchTitle(replacementOf(m_of, m_half.form));
        m_half.headingRect = {m_area.left(), top, m_area.width(), m_title};
        top += m_title;
        text({m_area.left(), top, m_area.width(), m_body},
             Module::tr("%1 weights · %2 MACs")
                 .arg(grouped(m_cost.total.weights), grouped(m_cost.total.macs)),
             TextSize::Body, true);
        top += m_body + 3.0 * kGrid;
        m_half.input = {m_left, top, m_area.right() - m_left, inputHeight()};
        text(m_half.input, Module::tr("input, %1 channels").arg(m_of.module->inChannels),
             TextSize::Body);
        return m_half.input.bottom();
    }

    /// The shares and the concatenation above them; gives where they begin.
    double foot()
    {
        const double line = this->line();
        const double title = m_isNarrow ? line : 0.0; // above its shares instead of beside them
        double top = m_area.bottom() - shareRow() * static_cast<double>(m_shareRows);
        const double bar = m_area.bottom() - footHeight();
        for (const ShareRow& shown : std::span(kShareRows).first(m_shareRows)) {
            const double width = m_isNarrow ? m_area.width() : m_left - m_area.left() - kGrid;
            text({m_area.left(), top, width, line}, Module::tr(shown.title), TextSize::Caption,
                 true);
            for (std::size_t i = 0; i < kColumns; ++i)
                share(column(i, top + title, line + kBarHeight), i, shown.amount);
            top += shareRow();
        }
        const double width = m_area.right() - m_left;
        concatenation({m_left, bar, width, inputHeight()});
        text({m_left, bar + inputHeight(), width, line + kGrid},
             Module::tr("concatenated: %1 channels").arg(m_cost.outChannels), TextSize::Caption,
             true);
        return bar;
    }

    void share(const QRectF& rect, std::size_t branch, std::int64_t Cost::*amount)
    {
        const auto all = static_cast<double>(m_cost.total.*amount);
        const auto part = static_cast<double>(m_cost.branches[branch].total.*amount);
        const double of = all > 0.0 ? part / all : 0.0;
        m_half.shares.push_back({.rect = rect,
                                 .share = of,
                                 .text = Module::tr("%1 %").arg(fixed(100.0 * of, 1)),
                                 .isReplaceable = isReplaced(branch)});
    }

    void concatenation(const QRectF& bar)
    {
        double left = bar.left();
        for (std::size_t i = 0; i < kColumns; ++i) {
            const std::int64_t channels = m_cost.branches[i].outChannels;
            const double width = bar.width() * static_cast<double>(channels)
                / static_cast<double>(m_cost.outChannels);
            const QString number = grouped(channels);
            const bool fits = QFontMetricsF(m_caption).horizontalAdvance(number) + kGrid <= width;
            m_half.segments.push_back({.rect = {left, bar.top(), width, bar.height()},
                                       .text = fits ? number : QString(),
                                       .isReplaceable = isReplaced(i)});
            left += width;
        }
    }

    /// The steps of all branches, the last ones in one row.
    void boxes(double top, double bottom)
    {
        const auto rows = static_cast<double>(mostSteps(m_of));
        const double pitch = std::min(kMostRowHeight, (bottom - top + m_gap) / rows);
        for (std::size_t i = 0; i < kColumns; ++i) {
            const std::vector<ModuleStep>& steps = m_cost.branches[i].steps;
            double above = m_half.input.bottom();
            for (std::size_t j = 0; j < steps.size(); ++j) {
                const auto fromEnd = static_cast<double>(steps.size() - j);
                const QRectF rect = column(i, bottom - fromEnd * pitch + m_gap, pitch - m_gap);
                m_half.boxes.push_back(box(steps[j], {m_half.form, i, j}, rect));
                link({rect.center().x(), above}, {rect.center().x(), rect.top()});
                above = rect.bottom();
            }
            const QRectF part = m_half.segments[i].rect;
            link({column(i, 0.0, 0.0).center().x(), above}, {part.center().x(), part.top()});
        }
    }

    ModuleBox box(const ModuleStep& step, const ModulePlace& place, const QRectF& rect) const
    {
        const auto all = static_cast<double>(m_cost.total.macs);
        return {.place = place,
                .rect = rect,
                .title = m_isNarrow ? shortStepTitle(step) : stepTitle(step),
                .detail
                = m_isNarrow ? QStringLiteral("→ %1").arg(step.outChannels) : stepChannels(step),
                .share = static_cast<double>(step.cost.macs) / all,
                .isReplaceable = step.isReplaceable};
    }

    static bool isReplaced(std::size_t branch)
    {
        return kModuleBranchKinds[branch] == ModuleBranchKind::FiveByFive;
    }

    void link(const QPointF& from, const QPointF& to) { m_half.links.emplace_back(from, to); }
    void text(const QRectF& rect, const QString& words, TextSize size, bool isMuted = false)
    {
        m_half.texts.push_back({rect, words, size, isMuted});
    }

    const ModuleComparison& m_of;
    const ModuleCost& m_cost;
    QRectF m_area;
    double m_body;
    double m_title;
    QFont m_caption;
    double m_gap = 3.0 * kGrid;
    double m_left = 0.0;
    double m_column = 0.0;
    double m_columnGap = 0.0;
    std::size_t m_shareRows = kShareRows.size(); ///< as many as leave room for words in the boxes
    bool m_isNarrow = false; ///< texts are short, so that they fit
    ModuleHalf m_half;
};

} // namespace

ModuleDiagram moduleDiagram(const ModuleComparison& of, const QRectF& area, const QFont& font)
{
    const double width = (area.width() - kHalfGap) / 2.0;
    const QRectF left(area.topLeft(), QSizeF(width, area.height()));
    return {{HalfLayout(of, ModuleForm::Original, left, font).laidOut(),
             HalfLayout(of, ModuleForm::Factorised, left.translated(width + kHalfGap, 0.0), font)
                 .laidOut()}};
}

const ModuleBox* ModuleDiagram::boxAt(const QPointF& point) const
{
    for (const ModuleHalf& half : halves) {
        for (const ModuleBox& box : half.boxes) {
            if (box.rect.contains(point))
                return &box;
        }
    }
    return nullptr;
}

const ModuleBox* ModuleDiagram::boxOf(const ModulePlace& place) const
{
    for (const ModuleHalf& half : halves) {
        const auto found = std::ranges::find(half.boxes, place, &ModuleBox::place);
        if (found != half.boxes.end())
            return &*found;
    }
    return nullptr;
}

ModulePlace ModuleDiagram::next(const ModulePlace& from, int dx, int dy) const
{
    const ModuleBox* start = boxOf(from);
    if (!start)
        return from;
    const QPointF centre = start->rect.center();
    const ModuleBox* best = nullptr;
    double least = 0.0;
    for (const ModuleHalf& half : halves) {
        for (const ModuleBox& box : half.boxes) {
            const QPointF away = box.rect.center() - centre;
            const double along = dx != 0 ? away.x() * dx : away.y() * dy;
            const double across = dx != 0 ? away.y() : away.x();
            if (along < 1.0 || (dy != 0 && std::abs(across) > 1.0))
                continue;
            // The nearest column counts first, then the nearest row in it.
            const double distance = along * 1000.0 + std::abs(across);
            if (!best || distance < least)
                std::tie(best, least) = std::pair(&box, distance);
        }
    }
    return best ? best->place : from;
}

} // namespace factorscope
