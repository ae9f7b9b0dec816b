#include "ui/panel/mark_layout.h"

#include "core/experiment/presets.h"
#include "ui/cost/cost_words.h"

#include <QTest>

using namespace factorscope;

namespace {

constexpr int kRowHeight = 14;

MarkSpace spaceOf(int width)
{
    return {width, kRowHeight,
            [](const QString& text) { return 7 * static_cast<int>(text.size()); }};
}

SliderScale scaleOf(const Experiment& experiment, int width)
{
    return {1, static_cast<int>(sliderMidChannels(experiment)), 10.0, width - 10.0};
}

std::vector<SliderMark> marksOf(const Experiment& experiment)
{
    std::vector<SliderMark> marks;
    for (const MidMark& mark : midMarks(experiment)) {
        const bool isMean = mark.kind == MidMarkKind::GeometricMean;
        marks.push_back({.value = mark.value,
                         .label = mark.label,
                         .shortLabel = isMean ? QStringLiteral("√") : mark.label});
    }
    return marks;
}

std::vector<PlacedMark> placedFor(const Experiment& experiment, int width)
{
    return placed(marksOf(experiment), scaleOf(experiment, width), spaceOf(width));
}

/// What is wrong with a layout, or nothing.
QString faultOf(const std::vector<PlacedMark>& marks, int width)
{
    for (const PlacedMark& mark : marks) {
        if (mark.box.left() < 0 || mark.box.right() >= width)
            return mark.label + QStringLiteral(" sticks out");
        for (const PlacedMark& other : marks) {
            if (&mark != &other && mark.box.intersects(other.box))
                return mark.label + QStringLiteral(" meets ") + other.label;
        }
    }
    return {};
}

Experiment channels(std::int64_t in, std::int64_t out)
{
    Experiment experiment;
    experiment.inChannels = in;
    experiment.outChannels = out;
    return experiment;
}

} // namespace

class TestMarkLayout : public QObject {
    Q_OBJECT
private slots:
    void findsEveryValueBackAtItsPosition();
    void keepsLabelsOfAllPresetsApart();
    void keepsLabelsOfManyChannelsApart();
    void keepsLinesOffOtherLabels();
    void joinsMarksOfOneValue();
    void leavesOutWhatLiesBeyondTheEnd();
};

void TestMarkLayout::findsEveryValueBackAtItsPosition()
{
    const SliderScale scale{1, 128, 10.0, 600.0};
    for (int value = 1; value <= 128; ++value)
        QCOMPARE(scale.valueAt(scale.positionOf(value)), value);
    QCOMPARE(scale.positionOf(1), 10.0);
    QCOMPARE(scale.positionOf(128), 600.0);
    QCOMPARE(scale.valueAt(-50.0), 1);
    QCOMPARE(scale.valueAt(5000.0), 128);
}

void TestMarkLayout::keepsLabelsOfAllPresetsApart()
{
    for (const Preset& preset : presets()) {
        Experiment experiment;
        apply(preset, experiment);
        for (int width = 200; width <= 600; width += 7) {
            const QString fault = faultOf(placedFor(experiment, width), width);
            QVERIFY2(fault.isEmpty(), qPrintable(fault));
        }
    }
}

void TestMarkLayout::keepsLabelsOfManyChannelsApart()
{
    for (const int in : {1, 2, 3, 5, 8, 16, 31, 64, 100, 256, 1000}) {
        for (const int out : {1, 2, 3, 4, 7, 16, 32, 65, 128, 255, 4096}) {
            for (const int width : {200, 240, 333, 600}) {
                const QString fault = faultOf(placedFor(channels(in, out), width), width);
                QVERIFY2(fault.isEmpty(), qPrintable(fault));
            }
        }
    }
}

void TestMarkLayout::keepsLinesOffOtherLabels()
{
    for (const Preset& preset : presets()) {
        Experiment experiment;
        apply(preset, experiment);
        const std::vector<PlacedMark> marks = placedFor(experiment, 260);
        for (const PlacedMark& line : marks) {
            for (const PlacedMark& label : marks) {
                const QRect drawn(line.x, 0, 1, line.bottom);
                QVERIFY2(&line == &label || !drawn.intersects(label.box), preset.id.data());
            }
        }
    }
}

void TestMarkLayout::joinsMarksOfOneValue()
{
    const std::vector<PlacedMark> marks = placedFor(channels(64, 64), 260);
    QCOMPARE(marks.size(), 2U);
    QCOMPARE(marks[0].label, QStringLiteral("C_in = √ = C_out"));
    QCOMPARE(marks[1].label, QStringLiteral("parity"));
}

void TestMarkLayout::leavesOutWhatLiesBeyondTheEnd()
{
    const std::vector<PlacedMark> marks
        = placed(marksOf(channels(64, 64)), {1, 80, 10.0, 250.0}, spaceOf(260));
    QCOMPARE(marks.size(), 1U);
}

QTEST_MAIN(TestMarkLayout)
#include "test_mark_layout.moc"
