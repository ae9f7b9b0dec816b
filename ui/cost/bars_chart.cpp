#include "ui/cost/bars_chart.h"

#include "ui/cost/cost_words.h"
#include "ui/text/text.h"

#include <QBarSeries>
#include <QBarSet>
#include <QFontMetricsF>
#include <QGraphicsLayout>
#include <QGraphicsLineItem>
#include <QGraphicsRectItem>
#include <QGraphicsSimpleTextItem>
#include <QPen>
#include <QValueAxis>

#include <algorithm>

namespace factorscope {
namespace {

constexpr double kPairs = kDrawnMeasures.size();
constexpr double kBarsOfSlot = 0.72; // what of a pair's place its bars fill
constexpr double kMargin = 3.0 * kGrid;
constexpr double kGap = kGrid;
constexpr double kWide = 120.0 * kGrid; // from here on text is larger, to be read from afar

QString textOf(CostMeasure measure, std::int64_t amount, bool isShort)
{
    return isShort ? shortAmountText(measure, amount) : amountText(measure, amount);
}

double widthOf(const QFont& font, const QString& text)
{
    return QFontMetricsF(font).horizontalAdvance(text);
}

QString savingText(const CostPair& pair)
{
    const double more = std::max(pair.ratio() - 1.0, -0.9999); // nothing costs 100 % less
    return signedPercent(more, more >= 1.0 ? 0 : more > -0.999 ? 1 : 2);
}

} // namespace

BarsChart::BarsChart()
    : m_bars(new QBarSeries(this)), m_original(new QBarSet({}, this)),
      m_factorised(new QBarSet({}, this)), m_ratios(new QValueAxis(this)),
      m_base(new QGraphicsLineItem(this)), m_parameters(addText(*this))
{
    makePlain(*this);
    for (PairTexts& texts : m_texts)
        texts = {addText(*this), addText(*this), addText(*this), addText(*this)};
    for (Key& key : m_keys)
        key = {new QGraphicsRectItem(this), addText(*this)};
    for (QBarSet* set : {m_original, m_factorised}) {
        for (std::size_t i = 0; i < kDrawnMeasures.size(); ++i)
            set->append(0.0);
        m_bars->append(set);
    }
    m_bars->setBarWidth(kBarsOfSlot);
    addSeries(m_bars);
    auto* places = new QValueAxis(this);
    places->setRange(-0.5, kPairs - 0.5);
    for (QValueAxis* axis : {places, m_ratios}) {
        axis->setVisible(false);
        addAxis(axis, axis == places ? Qt::AlignBottom : Qt::AlignLeft);
        m_bars->attachAxis(axis);
    }
    connect(this, &QGraphicsWidget::geometryChanged, this, [this] { layOut(); });
}

void BarsChart::setLook(const ChartLook& look)
{
    m_given = look;
    setBackgroundBrush(look.theme.window);
    m_original->setColor(look.theme.original);
    m_factorised->setColor(look.theme.factorised);
    for (QBarSet* set : {m_original, m_factorised})
        set->setPen(Qt::NoPen);
    m_base->setPen(QPen(look.theme.line, look.theme.stroke(1.0)));
    layOut();
}

void BarsChart::show(const CostComparison& costs)
{
    m_costs = costs;
    double most = 1.0;
    for (std::size_t i = 0; i < kDrawnMeasures.size(); ++i) {
        const double ratio = costs.pair(kDrawnMeasures[i]).ratio();
        m_original->replace(static_cast<int>(i), 1.0);
        m_factorised->replace(static_cast<int>(i), ratio);
        most = std::max(most, ratio);
    }
    m_ratios->setRange(0.0, most);
    layOut();
}

void BarsChart::layOut()
{
    if (!m_costs || size().isEmpty())
        return;
    m_look = size().width() < kWide ? m_given : enlarged(m_given);
    double top = kMargin;
    double bottom = size().height() - kMargin;
    layOutKeys(top);
    layOutParameters(bottom);
    const double slot = (size().width() - 2 * kMargin) / kPairs;
    const Style style = styleFor(slot);
    top += QFontMetricsF(style.saving).height() + kGap
        + (style.isStacked ? 2 : 1) * QFontMetricsF(style.amount).height() + kGap;
    bottom -= QFontMetricsF(m_look.body).height() + 2 * kGap;
    const QRectF area(QPointF(kMargin, top), QPointF(size().width() - kMargin, bottom));
    if (area.height() < 1.0 || area.width() < 1.0)
        return;
    setPlotArea(area);
    m_base->setLine(QLineF(area.bottomLeft(), area.bottomRight()));
    for (std::size_t i = 0; i < kDrawnMeasures.size(); ++i) {
        const double centre = area.left() + slot * (static_cast<double>(i) + 0.5);
        layOutPair(i, {area, centre, slot}, style);
    }
    layout()->activate(); // else the bars keep their old place until something else moves
}

double BarsChart::widestAmount(const QFont& font, bool isShort) const
{
    double width = 0.0;
    for (const CostMeasure measure : kDrawnMeasures) {
        const CostPair pair = m_costs->pair(measure);
        for (const std::int64_t amount : {pair.original, pair.factorised})
            width = std::max(width, widthOf(font, textOf(measure, amount, isShort)));
    }
    return width;
}

/// Large text where all is said in full, else what fits.
BarsChart::Style BarsChart::styleFor(double slot) const
{
    double widestSaving = 0.0;
    for (const CostMeasure measure : kDrawnMeasures)
        widestSaving
            = std::max(widestSaving, widthOf(m_look.title, savingText(m_costs->pair(measure))));
    const bool hasRoom = widestSaving <= slot - 3 * kGap;
    const bool isStacked = widestAmount(m_look.body, true) > slot / 2.0 - kGap;
    Style style{.amount = m_look.body,
                .isStacked = isStacked,
                .room = (isStacked ? slot : slot / 2.0) - kGap,
                .saving = hasRoom ? m_look.title : m_look.body};
    if (widestAmount(m_look.body, true) > style.room)
        style.amount = m_look.caption;
    else if (hasRoom && widestAmount(m_look.title, false) <= style.room)
        style.amount = m_look.title;
    return style;
}

/// The names of the branches beside their colours, one below the other where the chart is narrow.
void BarsChart::layOutKeys(double& top)
{
    const std::array kinds{BranchKind::Original, m_costs->factorisedKind};
    const std::array colors{m_look.theme.original, m_look.theme.factorised};
    const double height = QFontMetricsF(m_look.body).height();
    const double side = 2.5 * kGrid;
    double left = kMargin;
    for (std::size_t i = 0; i < m_keys.size(); ++i) {
        setText(*m_keys[i].name, branchTitle(kinds[i]), m_look.body, m_look.theme.text);
        const double width = side + 1.5 * kGrid + m_keys[i].name->boundingRect().width();
        if (i > 0 && left + width > size().width() - kMargin) {
            left = kMargin;
            top += height + kGap;
        }
        m_keys[i].swatch->setRect(left, top + (height - side) / 2.0, side, side);
        m_keys[i].swatch->setBrush(colors[i]);
        m_keys[i].swatch->setPen(Qt::NoPen);
        placeText(*m_keys[i].name, {left + side + 1.5 * kGrid, top}, Qt::AlignLeft | Qt::AlignTop);
        left += width + 4 * kGrid;
    }
    top += height + 3 * kGap;
}

void BarsChart::layOutParameters(double& bottom)
{
    const CostPair pair = m_costs->pair(CostMeasure::Params);
    const QStringList lines{tr("all parameters, with biases:"),
                            tr("%1 → %2, %3")
                                .arg(grouped(pair.original), grouped(pair.factorised),
                                     signedPercent(pair.ratio() - 1.0, 2))};
    setText(*m_parameters, lines.join(u' '), m_look.caption, m_look.theme.mutedText);
    if (m_parameters->boundingRect().width() > size().width() - 2 * kMargin)
        m_parameters->setText(lines.join(u'\n'));
    placeText(*m_parameters, {kMargin, bottom}, Qt::AlignLeft | Qt::AlignBottom);
    bottom -= m_parameters->boundingRect().height() + 2 * kGap;
}

void BarsChart::layOutPair(std::size_t index, const Place& place, const Style& style)
{
    const PairTexts& texts = m_texts[index];
    const CostPair pair = m_costs->pair(kDrawnMeasures[index]);
    const Theme& theme = m_look.theme;
    const auto fits = [&](std::int64_t amount) {
        return widthOf(style.amount, textOf(pair.measure, amount, false)) <= style.room;
    };
    const bool isShort = !fits(pair.original) || !fits(pair.factorised);
    setText(*texts.original, textOf(pair.measure, pair.original, isShort), style.amount,
            theme.original);
    setText(*texts.factorised, textOf(pair.measure, pair.factorised, isShort), style.amount,
            theme.factorised);
    setText(*texts.saving, savingText(pair), style.saving,
            isDearer(pair.ratio()) ? theme.warning : theme.text);
    setText(*texts.name, measureTitle(pair.measure), m_look.body, theme.text);
    if (texts.name->boundingRect().width() > place.slot - kGap)
        texts.name->setText(shortMeasureTitle(pair.measure));

    const auto topOf = [&](double ratio) {
        return place.area.bottom() - place.area.height() * ratio / m_ratios->max() - kGap / 2.0;
    };
    const double line = QFontMetricsF(style.amount).height();
    const double top = topOf(std::max(1.0, pair.ratio()));
    const double originalFoot = style.isStacked ? top - line : topOf(1.0);
    const double factorisedFoot = style.isStacked ? top : topOf(pair.ratio());
    // Beside each other, each keeps to its side of the middle.
    const auto offset = [&](const QGraphicsSimpleTextItem& text) {
        return style.isStacked ? 0.0
                               : std::max(place.slot * kBarsOfSlot / 4.0,
                                          text.boundingRect().width() / 2.0 + kGap / 2.0);
    };
    constexpr Qt::Alignment kOnTop = Qt::AlignHCenter | Qt::AlignBottom;
    placeText(*texts.original, {place.centre - offset(*texts.original), originalFoot}, kOnTop);
    placeText(*texts.factorised, {place.centre + offset(*texts.factorised), factorisedFoot},
              kOnTop);
    placeText(*texts.saving, {place.centre, top - (style.isStacked ? 2 : 1) * line - kGap}, kOnTop);
    placeText(*texts.name, {place.centre, place.area.bottom() + kGap},
              Qt::AlignHCenter | Qt::AlignTop);
}

} // namespace factorscope
