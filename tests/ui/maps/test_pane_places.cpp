#include "ui/maps/pane_places.h"

#include <QTest>

#include <algorithm>
#include <iterator>
#include <vector>

using namespace factorscope;

namespace {

const QRectF kAreas[]
    = {{0, 0, 480, 470}, {12, 40, 860, 590}, {0, 0, 1900, 1200}, {3, 3, 500, 900}};

std::vector<QRectF> shownIn(const std::array<QRectF, kStages.size()>& places)
{
    std::vector<QRectF> shown;
    std::ranges::copy_if(places, std::back_inserter(shown),
                         [](const QRectF& place) { return !place.isEmpty(); });
    return shown;
}

ViewSettings splitSettings()
{
    ViewSettings settings;
    settings.isAlone = settings.maps.isSplit = true;
    return settings;
}

} // namespace

class TestPanePlaces : public QObject {
    Q_OBJECT
private slots:
    void panesLieApartInTheArea();
    void unlessSplitAllAreEquallyLarge();
    void theSplitPaneIsTheLargest();
    void whatIsBesideIsOfUse();
    void allMapsAreNeverSplit();
};

void TestPanePlaces::panesLieApartInTheArea()
{
    for (const ViewSettings& settings : {ViewSettings(), splitSettings()}) {
        for (const QRectF& area : kAreas) {
            const auto shown = shownIn(panePlaces(settings, {40, 48}, area));
            for (std::size_t i = 0; i < shown.size(); ++i) {
                QVERIFY(area.contains(shown[i]));
                for (std::size_t j = 0; j < i; ++j)
                    QVERIFY(!shown[i].adjusted(-7, -7, 7, 7).intersects(shown[j]));
            }
        }
    }
}

void TestPanePlaces::unlessSplitAllAreEquallyLarge()
{
    ViewSettings alone;
    alone.isAlone = true;
    for (const ViewSettings& settings : {ViewSettings(), alone}) {
        for (const QRectF& area : kAreas) {
            const auto shown = shownIn(panePlaces(settings, {40, 48}, area));
            QCOMPARE(shown.size(), kStages.size());
            for (const QRectF& place : shown)
                QCOMPARE(place.size(), shown.front().size());
        }
    }
}

void TestPanePlaces::theSplitPaneIsTheLargest()
{
    for (const QRectF& area : kAreas) {
        const auto places = panePlaces(splitSettings(), {40, 48}, area);
        const QRectF& split = places[static_cast<std::size_t>(Stage::Original)];
        QVERIFY(places[static_cast<std::size_t>(Stage::Factorised)].isEmpty());
        for (const QRectF& place : shownIn(places))
            QVERIFY(place == split
                    || split.width() * split.height() > 2.0 * place.width() * place.height());
    }
}

void TestPanePlaces::whatIsBesideIsOfUse()
{
    for (const QRectF& area : kAreas) {
        const auto places = panePlaces(splitSettings(), {40, 48}, area);
        QVERIFY(!places[static_cast<std::size_t>(Stage::Difference)].isEmpty());
        for (const QRectF& place : shownIn(places))
            QVERIFY(place.width() >= 160.0 && place.height() >= 160.0);
    }
    QCOMPARE(shownIn(panePlaces(splitSettings(), {40, 48}, kAreas[2])).size(), 5U);
}

void TestPanePlaces::allMapsAreNeverSplit()
{
    ViewSettings settings = splitSettings();
    settings.isAlone = false;
    QVERIFY(!isSplit(settings));
    QCOMPARE(shownIn(panePlaces(settings, {40, 48}, kAreas[1])).size(), kStages.size());
}

QTEST_APPLESS_MAIN(TestPanePlaces)
#include "test_pane_places.moc"
