#include "ui/pieces/piece_numbers.h"

#include "tests/support/evaluated.h"
#include "ui/export/figure_views.h"
#include "ui/pieces/piece_list.h"
#include "ui/pieces/piece_views.h"
#include "ui/theme/piece_palette.h"

#include <QImage>
#include <QTest>

using namespace factorscope;

namespace {

/// The page of the pieces in the figure of the kernels.
struct Exported {
    std::shared_ptr<const BothEvaluated> both = evaluated(smallExperiment());
    ViewSettings settings;
    Findings findings;

    explicit Exported(bool isOfOneChannel)
    {
        settings.kernels.page = KernelsPage::Pieces;
        settings.pieces.isOfOneChannel = isOfOneChannel;
        settings.cursor = Position{7, 9};
        ThreadTeam team(2);
        const auto found = findingsOf(view(), both, settings, {.team = team});
        if (found)
            findings = *found;
    }
    static const FigureView& view() { return *findFigureView("kernels"); }
    FigureMaterial material() const { return {*both, findings, settings}; }
    const PieceFindings& pieces() const
    {
        return *std::get<std::shared_ptr<const PieceFindings>>(findings);
    }
    NumberTable table(const std::string& name) const
    {
        for (const NumberTable& one : view().sections().of(settings).numbers(material())) {
            if (one.name == name)
                return one;
        }
        return {};
    }
};

} // namespace

class TestPieceNumbers : public QObject {
    Q_OBJECT
private slots:
    void allPatternsAreCounted();
    void thePixelIsThatUnderTheCursor();
    void kernelsAreThoseShown();
    void theFigureShowsThePieces();
    void stopsWhenAsked();
};

void TestPieceNumbers::allPatternsAreCounted()
{
    const Exported exported(true);
    const NumberTable table = exported.table("patterns");
    QCOMPARE(table.rows.size(), exported.pieces().pieces->counts.size());
    std::int64_t pixels = 0;
    for (const std::int64_t count : exported.pieces().pieces->counts)
        pixels += count;
    QCOMPARE(pixels, std::int64_t(40 * 48));
    for (const auto& row : table.rows)
        QCOMPARE(row.size(), table.columns.size());
}

void TestPieceNumbers::thePixelIsThatUnderTheCursor()
{
    const Exported exported(false);
    const NumberTable table = exported.table("pixel");
    QCOMPARE(table.rows.size(), 1U);
    const std::string csv = csvText(table);
    QVERIFY2(csv.find("\n7,9,") != std::string::npos, csv.c_str());
    QCOMPARE(exported.table("taps").rows.size(), exported.pieces().taps.isOn.size());
}

void TestPieceNumbers::kernelsAreThoseShown()
{
    const Exported exported(false);
    const NumberTable table = exported.table("kernels");
    QCOMPARE(table.rows.size(), 75U); // three 5×5
    const auto pictures = pieceKernelPictures(exported.pieces(), *exported.both, lightTheme());
    for (std::size_t i = 0; i < 75; ++i)
        QVERIFY(table.rows[i][3] == Json(pictures[i / 25].values[i % 25]));
}

void TestPieceNumbers::theFigureShowsThePieces()
{
    const Exported exported(true);
    for (const Theme& theme : {lightTheme(), darkTheme()}) {
        const Figure figure = Exported::view().make(exported.material(), theme);
        const auto image = figureImage(figure, 1.0);
        QVERIFY(image);
        const QRgb first = pieceColour({0, 0.0}, theme).rgb();
        int found = 0;
        for (int y = 0; y < image->height(); ++y) {
            for (int x = 0; x < image->width(); ++x)
                found += image->pixel(x, y) == first;
        }
        QVERIFY(found > 1000);
    }
}

void TestPieceNumbers::stopsWhenAsked()
{
    const Exported exported(false);
    ThreadTeam team(1);
    std::stop_source source;
    source.request_stop();
    const auto found = findingsOf(Exported::view(), exported.both, exported.settings,
                                  {.team = team, .stop = source.get_token()});
    QVERIFY(!found);
    QCOMPARE(found.error().code, ErrorCode::Cancelled);
}

QTEST_MAIN(TestPieceNumbers)
#include "test_piece_numbers.moc"
