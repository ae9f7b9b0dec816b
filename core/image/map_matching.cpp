#include "core/image/map_matching.h"

#include "core/result/expects.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace factorscope {
namespace {

constexpr std::int64_t kNone = -1;

/// Assigns rows one after the other along the cheapest way that changes earlier ones. Costs are
/// scores with their sign turned; there are no more rows than columns.
class Assignment {
public:
    explicit Assignment(const PairScores& scores)
        : m_scores(scores), m_rowPotential(size(scores.rows)),
          m_columnPotential(size(scores.columns)), m_rowOf(size(scores.columns), kNone)
    {
        EXPECTS(scores.rows <= scores.columns);
    }

    void add(std::int64_t row)
    {
        m_reached.assign(m_rowOf.size(), false);
        m_distance.assign(m_rowOf.size(), std::numeric_limits<double>::infinity());
        m_before.assign(m_rowOf.size(), kNone);
        std::int64_t from = row;
        std::int64_t column = kNone;
        while (from != kNone) { // until a column that is free
            relax(from, column);
            column = nearest();
            shiftPotentials(row, m_distance[size(column)]);
            m_reached[size(column)] = true;
            from = m_rowOf[size(column)];
        }
        augment(row, column);
    }

    std::vector<std::optional<std::int64_t>> columns() const
    {
        std::vector<std::optional<std::int64_t>> columns(m_rowPotential.size());
        for (std::size_t column = 0; column < m_rowOf.size(); ++column) {
            if (m_rowOf[column] != kNone)
                columns[size(m_rowOf[column])] = static_cast<std::int64_t>(column);
        }
        return columns;
    }

private:
    static std::size_t size(std::int64_t number) { return static_cast<std::size_t>(number); }

    /// Ways to columns over this row, which was reached by the column `by`.
    void relax(std::int64_t row, std::int64_t by)
    {
        for (std::int64_t column = 0; column < m_scores.columns; ++column) {
            if (m_reached[size(column)])
                continue;
            const double reduced = -m_scores.at(row, column) - m_rowPotential[size(row)]
                - m_columnPotential[size(column)];
            if (reduced < m_distance[size(column)]) {
                m_distance[size(column)] = reduced;
                m_before[size(column)] = by;
            }
        }
    }
    std::int64_t nearest() const
    {
        std::int64_t best = kNone;
        for (std::int64_t column = 0; column < m_scores.columns; ++column) {
            if (!m_reached[size(column)]
                && (best == kNone || m_distance[size(column)] < m_distance[size(best)]))
                best = column;
        }
        return best;
    }
    /// Makes the way so far cost nothing.
    void shiftPotentials(std::int64_t row, double by)
    {
        m_rowPotential[size(row)] += by;
        for (std::size_t column = 0; column < m_rowOf.size(); ++column) {
            if (m_reached[column]) {
                m_rowPotential[size(m_rowOf[column])] += by;
                m_columnPotential[column] -= by;
            } else {
                m_distance[column] -= by;
            }
        }
    }
    void augment(std::int64_t row, std::int64_t column)
    {
        while (column != kNone) {
            const std::int64_t before = m_before[size(column)];
            m_rowOf[size(column)] = before == kNone ? row : m_rowOf[size(before)];
            column = before;
        }
    }

    const PairScores& m_scores;
    std::vector<double> m_rowPotential;
    std::vector<double> m_columnPotential;
    std::vector<std::int64_t> m_rowOf; ///< by column
    std::vector<bool> m_reached; ///< columns, while a row is added
    std::vector<double> m_distance;
    std::vector<std::int64_t> m_before; ///< the column that a column is reached from
};

PairScores transposed(const PairScores& scores)
{
    PairScores result{scores.columns, scores.rows, {}};
    result.values.reserve(scores.values.size());
    for (std::int64_t column = 0; column < scores.columns; ++column) {
        for (std::int64_t row = 0; row < scores.rows; ++row)
            result.values.push_back(scores.at(row, column));
    }
    return result;
}

} // namespace

std::vector<std::optional<std::int64_t>> bestAssignment(const PairScores& scores,
                                                        const std::stop_token& stop)
{
    EXPECTS(std::ssize(scores.values) == scores.rows * scores.columns);
    if (scores.rows > scores.columns) {
        std::vector<std::optional<std::int64_t>> columns(static_cast<std::size_t>(scores.rows));
        const auto rows = bestAssignment(transposed(scores), stop);
        if (std::ssize(rows) != scores.columns)
            return {};
        for (std::size_t column = 0; column < rows.size(); ++column)
            columns[static_cast<std::size_t>(*rows[column])] = static_cast<std::int64_t>(column);
        return columns;
    }
    Assignment assignment(scores);
    for (std::int64_t row = 0; row < scores.rows; ++row) {
        if (stop.stop_requested())
            return {};
        assignment.add(row);
    }
    return assignment.columns();
}

PairScores correlations(const ChannelCovariance& covariance)
{
    PairScores scores{covariance.rows, covariance.columns, {}};
    scores.values.reserve(covariance.values.size());
    for (std::int64_t row = 0; row < covariance.rows; ++row) {
        for (std::int64_t column = 0; column < covariance.columns; ++column) {
            const double variances = covariance.rowVariances[static_cast<std::size_t>(row)]
                * covariance.columnVariances[static_cast<std::size_t>(column)];
            const double score = covariance.at(row, column) / std::sqrt(variances);
            const bool isDefined = variances > 0.0 && std::isfinite(score);
            scores.values.push_back(isDefined ? std::clamp(score, -1.0, 1.0) : 0.0);
        }
    }
    return scores;
}

} // namespace factorscope
