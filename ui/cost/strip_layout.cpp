#include "ui/cost/strip_layout.h"

#include "ui/theme/theme.h"

#include <QFontMetrics>

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

constexpr int kMargin = 3 * kGrid;
constexpr int kColumnGap = 6 * kGrid;
constexpr int kGap = 2 * kGrid;
constexpr int kLeastBar = 6 * kGrid;
constexpr int kBarHeight = 2 * kGrid;

class Layouter {
public:
    Layouter(const StripContent& content, const QFont& font, int width)
        : m_content(content), m_body(font), m_caption(sized(font, TextSize::Caption)),
          m_width(width)
    {
        m_rows = {kGap + m_caption.height() + kGrid / 2,
                  kGap + m_caption.height() + kGrid / 2 + m_body.height()};
        m_notesTop = m_rows[1] + m_body.height() + kGrid / 2;
        m_layout.height = m_notesTop + m_caption.height() + kGap;
    }

    StripLayout result() &&
    {
        const int names = addNames();
        m_isShort = barWidth(names) < kLeastBar;
        const int bar = std::max(barWidth(names), kLeastBar);
        int left = names + kColumnGap;
        for (std::size_t i = 0; i < m_content.columns.size(); ++i) {
            const int right = left + bar + numbersWidth(i) + kGap + savingWidth() + kGap;
            m_layout.columns[i] = {left, 0, right - left, m_layout.height};
            addColumn(i, bar);
            left = right + kColumnGap;
        }
        addNotes();
        return std::move(m_layout);
    }

private:
    QString original(std::size_t i) const
    {
        const StripColumn& column = m_content.columns[i];
        const bool isShort = m_isShort && !column.shortOriginalText.isEmpty();
        return isShort ? column.shortOriginalText : column.originalText;
    }
    QString factorised(std::size_t i) const
    {
        const StripColumn& column = m_content.columns[i];
        const bool isShort = m_isShort && !column.shortFactorisedText.isEmpty();
        return isShort ? column.shortFactorisedText : column.factorisedText;
    }
    int numbersWidth(std::size_t i) const
    {
        return std::max(m_body.horizontalAdvance(original(i)),
                        m_body.horizontalAdvance(factorised(i)));
    }
    /// At least that of an ordinary one, so that columns stand still while numbers change.
    int savingWidth() const
    {
        int width = m_body.horizontalAdvance(QStringLiteral("+000.0 %"));
        for (const StripColumn& column : m_content.columns)
            width = std::max(width, m_body.horizontalAdvance(column.saving));
        return width;
    }
    int barWidth(int names) const
    {
        int room = m_width - names - kMargin;
        for (std::size_t i = 0; i < m_content.columns.size(); ++i)
            room -= kColumnGap + numbersWidth(i) + savingWidth() + 2 * kGap;
        return room / static_cast<int>(m_content.columns.size());
    }

    /// Returns where the names end.
    int addNames()
    {
        const int width = std::max(m_body.horizontalAdvance(m_content.originalName),
                                   m_body.horizontalAdvance(m_content.factorisedName));
        add({kMargin, m_rows[0], width, m_body.height()}, m_content.originalName);
        add({kMargin, m_rows[1], width, m_body.height()}, m_content.factorisedName);
        return kMargin + width;
    }

    QString headingFor(const StripColumn& column, int room) const
    {
        const bool isShort = m_caption.horizontalAdvance(column.heading) > room;
        return isShort && !column.shortHeading.isEmpty() ? column.shortHeading : column.heading;
    }

    void addColumn(std::size_t i, int bar)
    {
        const StripColumn& column = m_content.columns[i];
        const QRect& area = m_layout.columns[i];
        const auto ink = column.isOld ? StripLayout::Ink::Muted : StripLayout::Ink::Text;
        m_layout.texts.push_back({{area.left(), kGap, area.width(), m_caption.height()},
                                  headingFor(column, area.width()),
                                  Qt::AlignLeft,
                                  StripLayout::Ink::Muted,
                                  true});
        const double longest = std::max({column.original, column.factorised, 1e-300});
        const int numbers = area.left() + bar + kGap;
        for (const bool isOriginal : {true, false}) {
            const int top = m_rows[isOriginal ? 0 : 1];
            const double length = (isOriginal ? column.original : column.factorised) / longest;
            m_layout.bars.push_back({{area.left(), top + (m_body.height() - kBarHeight) / 2,
                                      static_cast<int>(std::lround(length * bar)), kBarHeight},
                                     isOriginal,
                                     column.isOld});
            add({numbers, top, numbersWidth(i), m_body.height()},
                isOriginal ? original(i) : factorised(i), Qt::AlignRight, ink);
        }
        const auto savingInk = column.warns && !column.isOld ? StripLayout::Ink::Warning : ink;
        add({area.right() + 1 - savingWidth(), m_rows[1], savingWidth(), m_body.height()},
            column.saving, Qt::AlignRight, savingInk);
    }

    void addNotes()
    {
        int end = 0; // of the notes so far
        for (std::size_t i = 0; i + 1 < m_content.columns.size(); ++i)
            end = std::max(end, addNote(i));
        const int claim = addClaim(end + kGap);
        if (claim < m_layout.columns.back().left())
            addNote(m_content.columns.size() - 1);
    }

    /// Returns where it ends; where it finds no room it is left out.
    int addNote(std::size_t i)
    {
        const StripColumn& column = m_content.columns[i];
        const QRect& area = m_layout.columns[i];
        const bool hasSign = column.warns && !column.note.isEmpty();
        const int indent = hasSign ? m_caption.height() + kGrid : 0;
        const int width = m_caption.horizontalAdvance(column.note);
        if (column.note.isEmpty() || indent + width > area.width() + kColumnGap / 2)
            return 0;
        if (hasSign)
            m_layout.sign = {area.left(), m_notesTop, m_caption.height(), m_caption.height()};
        m_layout.texts.push_back({{area.left() + indent, m_notesTop, width, m_caption.height()},
                                  column.note,
                                  Qt::AlignLeft,
                                  hasSign ? StripLayout::Ink::Warning : StripLayout::Ink::Muted,
                                  true});
        return area.left() + indent + width;
    }

    /// It begins under the last column but one, or so far to the left as it has to, yet not before
    /// `least`. Returns where it ends.
    int addClaim(int least)
    {
        const int width = m_caption.horizontalAdvance(m_content.claim);
        const int left = std::min(m_layout.columns[2].left(), m_width - kMargin - width);
        if (m_content.claim.isEmpty() || left < least)
            return 0;
        m_layout.texts.push_back({{left, m_notesTop, width, m_caption.height()},
                                  m_content.claim,
                                  Qt::AlignLeft,
                                  StripLayout::Ink::Muted,
                                  true});
        return left + width;
    }

    void add(const QRect& box, const QString& text, Qt::Alignment alignment = Qt::AlignLeft,
             StripLayout::Ink ink = StripLayout::Ink::Text)
    {
        m_layout.texts.push_back({box, text, alignment, ink, false});
    }

    const StripContent& m_content;
    QFontMetrics m_body;
    QFontMetrics m_caption;
    int m_width;
    bool m_isShort = false;
    std::array<int, 2> m_rows{}; ///< tops: original, factorised
    int m_notesTop = 0;
    StripLayout m_layout;
};

} // namespace

StripLayout laidOut(const StripContent& content, const QFont& font, int width)
{
    return Layouter(content, font, width).result();
}

} // namespace factorscope
