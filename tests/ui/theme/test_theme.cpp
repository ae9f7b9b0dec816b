#include "ui/theme/theme.h"

#include "core/image/oklab.h"

#include <QFontMetricsF>
#include <QTest>
#include <QWidget>

#include <algorithm>
#include <cmath>

using namespace factorscope;

namespace {

struct Named {
    const char* name;
    QColor Theme::*colour;
};
const Named kTexts[] = {{"text", &Theme::text},         {"muted text", &Theme::mutedText},
                        {"original", &Theme::original}, {"factorised", &Theme::factorised},
                        {"warning", &Theme::warning},   {"error", &Theme::error}};
const Named kGreys[]
    = {{"window", &Theme::window},        {"surface", &Theme::surface}, {"text", &Theme::text},
       {"muted text", &Theme::mutedText}, {"line", &Theme::line},       {"ground", &Theme::ground}};

LinearRgb lightOf(const QColor& colour)
{
    return {srgbDecoded(colour.redF()), srgbDecoded(colour.greenF()), srgbDecoded(colour.blueF())};
}

/// By WCAG 2: (L1 + 0.05) / (L2 + 0.05), L the relative luminance, that of the lighter one above.
double contrast(const QColor& a, const QColor& b)
{
    const auto luminance = [](const QColor& colour) {
        const LinearRgb light = lightOf(colour);
        return 0.2126 * light.r + 0.7152 * light.g + 0.0722 * light.b;
    };
    const auto [low, high] = std::minmax({luminance(a), luminance(b)});
    return (high + 0.05) / (low + 0.05);
}

/// As an eye without cones for middle wavelengths sees it: after Machado, Oliveira, Fernandes
/// (2009), in light.
QColor withoutGreenCones(const QColor& colour)
{
    const LinearRgb light = lightOf(colour);
    const auto level = [&](double r, double g, double b) {
        const double sum = r * light.r + g * light.g + b * light.b;
        return static_cast<int>(std::lround(255.0 * srgbEncoded(std::clamp(sum, 0.0, 1.0))));
    };
    return {level(0.367322, 0.860646, -0.227968), level(0.280085, 0.672501, 0.047413),
            level(-0.011820, 0.042940, 0.968881)};
}

double difference(const QColor& a, const QColor& b)
{
    const auto oklab = [](const QColor& colour) {
        const auto part = [](int level) { return static_cast<std::uint8_t>(level); };
        return oklabOf(Rgb8{part(colour.red()), part(colour.green()), part(colour.blue())});
    };
    return distance(oklab(a), oklab(b));
}

bool isGrey(const QColor& colour)
{
    return colour.red() == colour.green() && colour.green() == colour.blue();
}

struct ThemeCase {
    bool isDark = false;
    bool isForRoom = false;
};
constexpr ThemeCase kThemes[] = {{false, false}, {true, false}, {false, true}, {true, true}};

const Theme& themeFor(const ThemeCase& which)
{
    const Theme& atDesk = which.isDark ? darkTheme() : lightTheme();
    return which.isForRoom ? roomTheme(which.isDark) : atDesk;
}

} // namespace

class TestTheme : public QObject {
    Q_OBJECT
private slots:
    void wordsAreLegible_data();
    void wordsAreLegible();
    void choiceAndFocusAreSeen_data();
    void choiceAndFocusAreSeen();
    void whatIsNoDataIsGrey_data();
    void whatIsNoDataIsGrey();
    void branchesAreToldApart_data();
    void branchesAreToldApart();
    void coloursOfMeaningAreToldApart_data();
    void coloursOfMeaningAreToldApart();
    void stagesHaveTheColourOfTheirBranch();
    void aPaletteTellsItsTheme();
    void aRoomSeesMoreContrastAndWiderStrokes();
    void keptSizesFollowTheParent();
    void theTextSizesAscend_data();
    void theTextSizesAscend();
};

namespace {

void addThemes()
{
    QTest::addColumn<bool>("isDark");
    QTest::addColumn<bool>("isForRoom");
    QTest::newRow("light") << false << false;
    QTest::newRow("dark") << true << false;
    QTest::newRow("light, for a room") << false << true;
    QTest::newRow("dark, for a room") << true << true;
}

} // namespace

void TestTheme::wordsAreLegible_data()
{
    addThemes();
}

void TestTheme::wordsAreLegible()
{
    QFETCH(bool, isDark);
    QFETCH(bool, isForRoom);
    const Theme& theme = themeFor({isDark, isForRoom});
    QCOMPARE(theme.isDark, isDark);
    for (const Named& text : kTexts) {
        for (const QColor& ground : {theme.window, theme.surface}) {
            const double found = contrast(theme.*text.colour, ground);
            QVERIFY2(found >= 4.5,
                     qPrintable(QStringLiteral("%1 on %2: %3")
                                    .arg(QLatin1String(text.name), ground.name())
                                    .arg(found)));
        }
    }
}

void TestTheme::choiceAndFocusAreSeen_data()
{
    addThemes();
}

void TestTheme::choiceAndFocusAreSeen()
{
    QFETCH(bool, isDark);
    QFETCH(bool, isForRoom);
    const Theme& theme = themeFor({isDark, isForRoom});
    QVERIFY(contrast(theme.accent, theme.window) >= 3.0); // of what is no text
    QVERIFY(contrast(theme.accent, theme.surface) >= 3.0);
    const QPalette palette = paletteOf(theme);
    QVERIFY(contrast(palette.color(QPalette::Highlight), palette.color(QPalette::HighlightedText))
            >= 4.5);
    QVERIFY(contrast(palette.color(QPalette::Button), palette.color(QPalette::ButtonText)) >= 4.5);
    QVERIFY(contrast(palette.color(QPalette::ToolTipBase), palette.color(QPalette::ToolTipText))
            >= 4.5);
    QVERIFY(contrast(palette.color(QPalette::Base), palette.color(QPalette::PlaceholderText))
            >= 4.5);
}

void TestTheme::whatIsNoDataIsGrey_data()
{
    addThemes();
}

void TestTheme::whatIsNoDataIsGrey()
{
    QFETCH(bool, isDark);
    QFETCH(bool, isForRoom);
    const Theme& theme = themeFor({isDark, isForRoom});
    for (const Named& grey : kGreys)
        QVERIFY2(isGrey(theme.*grey.colour), grey.name);
    const QPalette palette = paletteOf(theme);
    for (const auto role : {QPalette::Window, QPalette::Base, QPalette::Button, QPalette::Mid,
                            QPalette::Dark, QPalette::Light, QPalette::Midlight, QPalette::Shadow})
        QVERIFY(isGrey(palette.color(role)));
}

void TestTheme::branchesAreToldApart_data()
{
    addThemes();
}

/// A distance of 0.02 in OKLab is about the least that is seen.
void TestTheme::branchesAreToldApart()
{
    QFETCH(bool, isDark);
    QFETCH(bool, isForRoom);
    const Theme& theme = themeFor({isDark, isForRoom});
    QVERIFY(difference(theme.original, theme.factorised) > 0.2);
    const double seen
        = difference(withoutGreenCones(theme.original), withoutGreenCones(theme.factorised));
    QVERIFY2(seen > 0.2, qPrintable(QString::number(seen)));
}

void TestTheme::coloursOfMeaningAreToldApart_data()
{
    addThemes();
}

void TestTheme::coloursOfMeaningAreToldApart()
{
    QFETCH(bool, isDark);
    QFETCH(bool, isForRoom);
    const Theme& theme = themeFor({isDark, isForRoom});
    const Named kMeanings[] = {{"original", &Theme::original}, {"factorised", &Theme::factorised},
                               {"accent", &Theme::accent},     {"warning", &Theme::warning},
                               {"error", &Theme::error},       {"text", &Theme::text}};
    for (const Named& a : kMeanings) {
        for (const Named& b : kMeanings) {
            const double found = difference(theme.*a.colour, theme.*b.colour);
            QVERIFY2(a.colour == b.colour || found > 0.08,
                     qPrintable(QStringLiteral("%1 and %2: %3")
                                    .arg(QLatin1String(a.name), QLatin1String(b.name))
                                    .arg(found)));
        }
    }
}

void TestTheme::stagesHaveTheColourOfTheirBranch()
{
    for (const ThemeCase& which : kThemes) {
        const Theme& theme = themeFor(which);
        QCOMPARE(theme.of(Stage::Original), theme.original);
        for (const Stage stage : {Stage::MidBefore, Stage::MidAfter, Stage::Factorised})
            QCOMPARE(theme.of(stage), theme.factorised);
        for (const Stage stage : {Stage::Input, Stage::Difference})
            QCOMPARE(theme.of(stage), theme.text);
    }
}

void TestTheme::aPaletteTellsItsTheme()
{
    QWidget widget;
    for (const ThemeCase& which : kThemes) {
        const Theme& theme = themeFor(which);
        QCOMPARE(&themeOf(paletteOf(theme)), &theme);
        widget.setPalette(paletteOf(theme));
        QCOMPARE(&themeOf(widget), &theme);
    }
}

void TestTheme::aRoomSeesMoreContrastAndWiderStrokes()
{
    for (const bool isDark : {false, true}) {
        const Theme& room = roomTheme(isDark);
        const Theme& desk = isDark ? darkTheme() : lightTheme();
        QCOMPARE(room.isDark, isDark);
        for (const auto colour : {&Theme::text, &Theme::mutedText})
            QVERIFY(contrast(room.*colour, room.window) > contrast(desk.*colour, desk.window));
        QVERIFY(room.stroke(2.0) > 1.5 * desk.stroke(2.0));
        QCOMPARE(desk.stroke(2.0), 2.0);
    }
}

void TestTheme::keptSizesFollowTheParent()
{
    QWidget window;
    QWidget panel(&window);
    QWidget heading(&panel);
    keepSized(heading, TextSize::Caption, QFont::DemiBold);
    const QFont before = window.font();
    const double small = QFontMetricsF(heading.font()).height();
    QFont larger = before;
    larger.setPointSizeF(2.0 * before.pointSizeF());
    window.setFont(larger);
    const double large = QFontMetricsF(heading.font()).height();
    QVERIFY2(std::abs(large / small - 2.0) < 0.15, qPrintable(QString::number(large / small)));
    QCOMPARE(int(heading.font().weight()), int(QFont::DemiBold));
    window.setFont(before);
    QCOMPARE(QFontMetricsF(heading.font()).height(), small);
}

void TestTheme::theTextSizesAscend_data()
{
    QTest::addColumn<QFont>("base");
    for (const int pixels : {7, 9, 12, 13, 16, 40}) {
        QFont font;
        font.setPixelSize(pixels);
        QTest::addRow("%d pixels", pixels) << font;
    }
    for (const double points : {7.5, 9.0, 10.0, 24.0}) {
        QFont font;
        font.setPointSizeF(points);
        QTest::addRow("%.1f points", points) << font;
    }
}

void TestTheme::theTextSizesAscend()
{
    QFETCH(QFont, base);
    const auto height = [&](TextSize size) { return QFontMetricsF(sized(base, size)).height(); };
    const auto number = [&](TextSize size) {
        const QFont font = sized(base, size);
        return font.pixelSize() > 0 ? font.pixelSize() : font.pointSizeF();
    };
    QVERIFY(number(TextSize::Caption) < number(TextSize::Body));
    QVERIFY(number(TextSize::Body) < number(TextSize::Title));
    QVERIFY(height(TextSize::Caption) <= height(TextSize::Body));
    QVERIFY(height(TextSize::Body) <= height(TextSize::Title));
    QCOMPARE(number(TextSize::Body), base.pixelSize() > 0 ? base.pixelSize() : base.pointSizeF());
    QCOMPARE(sized(base, TextSize::Body).family(), base.family());
    QVERIFY(sized(base, TextSize::Title).weight() > base.weight());
}

QTEST_MAIN(TestTheme)
#include "test_theme.moc"
