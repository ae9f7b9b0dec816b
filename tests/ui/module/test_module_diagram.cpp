#include "core/experiment/presets.h"
#include "ui/module/module_diagram.h"
#include "ui/module/module_words.h"

#include <QImage>
#include <QPainter>
#include <QTest>

#include <algorithm>
#include <numeric>

using namespace factorscope;

namespace {

const QSizeF kSizes[] = {{480, 320}, {960, 520}, {2200, 1200}};

ModuleComparison comparison(std::string_view presetId, BranchKind kind = BranchKind::Decomposed)
{
    Experiment experiment;
    apply(*findPreset(presetId), experiment);
    experiment.factorised = kind;
    const auto result = moduleComparison(experiment, inceptionModuleOf(experiment));
    EXPECTS(result);
    return *result;
}

} // namespace

class TestModuleDiagram : public QObject {
    Q_OBJECT
private slots:
    void everyStepHasABoxWithinTheArea();
    void boxesDoNotOverlap();
    void concatenationIsAsWideAsTheChannels();
    void sharesAddUp();
    void sharesGiveWayToTheWordsInBoxes();
    void keysReachEveryBox();
    void paintsTheBranchesColours();
    void wordsTellTheFormula();
};

void TestModuleDiagram::everyStepHasABoxWithinTheArea()
{
    for (const BranchKind kind : {BranchKind::Decomposed, BranchKind::Separable}) {
        const ModuleComparison of = comparison("googlenet-4e", kind);
        for (const QSizeF& size : kSizes) {
            const QRectF area(QPointF(10, 20), size);
            const ModuleDiagram diagram = moduleDiagram(of, area, QFont());
            for (const ModuleHalf& half : diagram.halves) {
                std::size_t steps = 0;
                for (const ModuleBranch& branch : costOfForm(of, half.form).branches)
                    steps += branch.steps.size();
                QCOMPARE(half.boxes.size(), steps);
                for (const ModuleBox& box : half.boxes) {
                    QVERIFY(area.contains(box.rect));
                    QVERIFY(box.rect.height() > 4.0);
                    QVERIFY(diagram.boxAt(box.rect.center())->place == box.place);
                }
            }
        }
    }
}

void TestModuleDiagram::boxesDoNotOverlap()
{
    const ModuleDiagram diagram
        = moduleDiagram(comparison("googlenet-3a"), QRectF(0, 0, 900, 500), QFont());
    std::vector<QRectF> rects;
    for (const ModuleHalf& half : diagram.halves) {
        rects.push_back(half.input);
        for (const ModuleBox& box : half.boxes)
            rects.push_back(box.rect);
        for (const ModuleSegment& segment : half.segments)
            rects.push_back(segment.rect.adjusted(0.5, 0.0, -0.5, 0.0));
        for (const ModuleShare& share : half.shares)
            rects.push_back(share.rect);
    }
    for (std::size_t i = 0; i < rects.size(); ++i) {
        for (std::size_t j = i + 1; j < rects.size(); ++j)
            QVERIFY(!rects[i].intersects(rects[j]));
    }
}

void TestModuleDiagram::concatenationIsAsWideAsTheChannels()
{
    const ModuleDiagram diagram
        = moduleDiagram(comparison("googlenet-3a"), QRectF(0, 0, 900, 500), QFont());
    const std::vector<ModuleSegment>& segments = diagram.halves[0].segments;
    QCOMPARE(segments.size(), std::size_t{4});
    QCOMPARE(segments[1].rect.width(), 2.0 * segments[0].rect.width()); // 128 and 64
    QCOMPARE(segments[1].text, QStringLiteral("128"));
    QCOMPARE(segments[2].rect.width(), segments[3].rect.width()); // 32 and 32
}

void TestModuleDiagram::sharesAddUp()
{
    const ModuleDiagram diagram
        = moduleDiagram(comparison("googlenet-3b"), QRectF(0, 0, 900, 500), QFont());
    for (const ModuleHalf& half : diagram.halves) {
        QCOMPARE(half.shares.size() % 4, std::size_t{0});
        const double sum = std::accumulate(
            half.shares.begin(), half.shares.end(), 0.0,
            [](double all, const ModuleShare& share) { return all + share.share; });
        QVERIFY(std::abs(sum - static_cast<double>(half.shares.size() / 4)) < 1e-9);
        const double boxes
            = std::accumulate(half.boxes.begin(), half.boxes.end(), 0.0,
                              [](double all, const ModuleBox& box) { return all + box.share; });
        QVERIFY(std::abs(boxes - 1.0) < 1e-9);
    }
}

void TestModuleDiagram::sharesGiveWayToTheWordsInBoxes()
{
    const double line = QFontMetricsF(sized(QFont(), TextSize::Caption)).height();
    std::size_t before = 0;
    for (const double height : {150.0, 200.0, 250.0, 300.0, 500.0}) {
        const ModuleDiagram diagram
            = moduleDiagram(comparison("googlenet-3a"), QRectF(0, 0, 900, height), QFont());
        const ModuleHalf& half = diagram.halves[1];
        QVERIFY(half.shares.size() >= before);
        if (!half.shares.empty())
            QVERIFY(half.boxes.front().rect.height() > line);
        before = half.shares.size();
    }
    QCOMPARE(before, std::size_t{12}); // four branches, three measures
}

void TestModuleDiagram::keysReachEveryBox()
{
    const ModuleDiagram diagram
        = moduleDiagram(comparison("googlenet-3a"), QRectF(0, 0, 900, 500), QFont());
    std::vector<ModulePlace> reached{{ModuleForm::Original, 0, 0}};
    for (std::size_t i = 0; i < reached.size(); ++i) {
        for (const auto& [dx, dy] : {std::pair(1, 0), {-1, 0}, {0, 1}, {0, -1}}) {
            const ModulePlace next = diagram.next(reached[i], dx, dy);
            if (std::ranges::find(reached, next) == reached.end())
                reached.push_back(next);
        }
    }
    QCOMPARE(reached.size(), diagram.halves[0].boxes.size() + diagram.halves[1].boxes.size());
    QVERIFY(diagram.next({ModuleForm::Original, 0, 0}, -1, 0)
            == (ModulePlace{ModuleForm::Original, 0, 0}));
}

void TestModuleDiagram::paintsTheBranchesColours()
{
    const ModuleComparison of = comparison("googlenet-3a");
    for (const Theme* theme : {&lightTheme(), &darkTheme()}) {
        QImage image(900, 500, QImage::Format_RGB32);
        image.fill(theme->window);
        QPainter painter(&image);
        paintModule(painter, moduleDiagram(of, image.rect(), QFont()), QFont(), *theme);
        painter.end();
        const auto has = [&](const QColor& color, int from, int to) {
            for (int y = 0; y < image.height(); ++y) {
                for (int x = from; x < to; ++x) {
                    if (image.pixelColor(x, y) == color)
                        return true;
                }
            }
            return false;
        };
        QVERIFY(has(theme->original, 0, 450));
        QVERIFY(!has(theme->original, 450, 900));
        QVERIFY(has(theme->factorised, 450, 900));
        QVERIFY(!has(theme->factorised, 0, 450));
    }
}

void TestModuleDiagram::wordsTellTheFormula()
{
    const ModuleComparison of = comparison("googlenet-3a");
    const QString words = stepInWords(of, {ModuleForm::Original, 2, 1});
    QVERIFY(words.contains(QStringLiteral("5·5·16·32 = 12,800 weights")));
    QVERIFY(words.contains(QStringLiteral("10,035,200 MACs")));
    QVERIFY(words.contains(QStringLiteral("12,832 parameters")));
    QVERIFY(stepInWords(of, {ModuleForm::Original, 3, 0}).contains(QStringLiteral("No weights")));
    // C_mid = C_out makes the pair dearer, and the words say so.
    QVERIFY(moduleVerdict(of).contains(QStringLiteral("the branch +8.0 %")));
    QVERIFY(!moduleVerdict(of).contains(QStringLiteral("stands in its place")));
    QVERIFY(moduleVerdict(comparison("article")).contains(QStringLiteral("16 → 32")));
}

QTEST_MAIN(TestModuleDiagram)
#include "test_module_diagram.moc"
