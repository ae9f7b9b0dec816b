#include "core/experiment/presets.h"
#include "ui/cost/formula_layout.h"
#include "ui/cost/formulas_page.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QImage>
#include <QListWidget>
#include <QPainter>
#include <QPushButton>
#include <QTest>

using namespace factorscope;

namespace {

CostQuestion article()
{
    return {Experiment(), {224, 224}};
}

QString textsOf(const FormulaBox& box)
{
    QString text;
    for (const FormulaBox::Piece& piece : box.pieces)
        text += piece.text;
    return text;
}

QString copied()
{
    return QGuiApplication::clipboard()->text();
}

struct Shown {
    explicit Shown(const CostQuestion& question)
    {
        page.resize(700, 500);
        page.setPalette(paletteOf(lightTheme()));
        page.show();
        page.show(question);
    }
    QListWidget& list() const { return *page.findChild<QListWidget*>(); }
    QPushButton& button(int index) const { return *page.findChildren<QPushButton*>()[index]; }

    FormulasPage page;
};

} // namespace

class TestFormulasPage : public QObject {
    Q_OBJECT
private slots:
    void setsFractionsAndIndices();
    void bracketsWhatBindsLess();
    void everyBranchHasItsFormulas_data();
    void everyBranchHasItsFormulas();
    void copiesWhatIsChosen();
    void copiesAllWithoutAChoice();
    void keepsTheChoiceWhileNumbersChange();
    void drawsWithinItsPlace();
};

void TestFormulasPage::setsFractionsAndIndices()
{
    const QFont font;
    const auto in = Expression::symbol("C_in'", "", 64.0);
    const FormulaBox symbol = formulaBox(in, FormulaForm::Symbols, font);
    QCOMPARE(textsOf(symbol), QStringLiteral("C′in"));
    QVERIFY(symbol.pieces[1].scale < 1.0 && symbol.pieces[1].at.y() > symbol.pieces[0].at.y());
    QVERIFY(symbol.pieces[1].at.x() > 0.0);

    const auto ratio = Expression::quotient(in, Expression::number(3.0));
    const FormulaBox box = formulaBox(ratio, FormulaForm::Numbers, font);
    QCOMPARE(box.bars.size(), std::size_t(1));
    QCOMPARE(textsOf(box), QStringLiteral("643"));
    const double bar = box.bars[0].y1();
    QVERIFY(box.pieces[0].at.y() < bar && box.pieces[1].at.y() > bar);
    QVERIFY(box.ascent > formulaBox(in, FormulaForm::Numbers, font).ascent);
}

void TestFormulasPage::bracketsWhatBindsLess()
{
    const auto one = Expression::number(1.0);
    const auto sum = Expression::sum({one, Expression::number(2.0)});
    const auto product = Expression::product({Expression::number(9.0), sum});
    QCOMPARE(textsOf(formulaBox(product, FormulaForm::Numbers, QFont())),
             QStringLiteral("9 · (1 + 2)"));
    QCOMPARE(textsOf(formulaBox(Expression::sum({product, one}), FormulaForm::Numbers, QFont())),
             QStringLiteral("9 · (1 + 2) + 1"));
    // About a fraction they are as tall.
    const auto tall = Expression::product(
        {one, Expression::sum({one, Expression::quotient(one, Expression::number(2.0))})});
    const FormulaBox box = formulaBox(tall, FormulaForm::Numbers, QFont());
    QCOMPARE(textsOf(box), QStringLiteral("1 · (1 + 12)"));
    QVERIFY(box.pieces[2].scale > 1.3);
    QCOMPARE(box.pieces.back().scale, box.pieces[2].scale);
    // A fraction needs none: its bar does it.
    QCOMPARE(textsOf(formulaBox(Expression::quotient(sum, one), FormulaForm::Numbers, QFont())),
             QStringLiteral("1 + 21"));
}

void TestFormulasPage::everyBranchHasItsFormulas_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("residual");
    QTest::addColumn<bool>("batchNorm");
    for (const BranchKind kind :
         {BranchKind::Decomposed, BranchKind::Separable, BranchKind::Asymmetric}) {
        for (const ResidualKind residual : {ResidualKind::None, ResidualKind::Conv1x1}) {
            for (const bool batchNorm : {false, true})
                QTest::addRow("%d %d %d", int(kind), int(residual), batchNorm)
                    << int(kind) << int(residual) << batchNorm;
        }
    }
}

/// Each counted figure is what its formula makes of the numbers.
void TestFormulasPage::everyBranchHasItsFormulas()
{
    QFETCH(int, kind);
    QFETCH(int, residual);
    QFETCH(bool, batchNorm);
    Experiment experiment;
    apply(*findPreset("googlenet-3b"), experiment);
    experiment.factorised = static_cast<BranchKind>(kind);
    experiment.residual = static_cast<ResidualKind>(residual);
    experiment.batchNorm = batchNorm;
    const std::vector<Formula> all = formulasOf({experiment, experiment.size});
    QVERIFY(all.size() >= 11);
    for (const Formula& formula : all) {
        if (formula.amount)
            QCOMPARE(formula.expression.value(), static_cast<double>(*formula.amount));
        QVERIFY(!formulaResult(formula).isEmpty() && !formulaTitle(formula).isEmpty());
        QVERIFY(formulaHeight(formula, QFont()) > 30.0);
    }
}

void TestFormulasPage::copiesWhatIsChosen()
{
    const Shown it(article());
    it.list().setCurrentRow(0);
    QTest::keyClick(&it.list(), Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(copied(),
             QStringLiteral("weights of the original = 5·5·C_in·C_out = 5·5·64·64 = "
                            "102,400"));
    QTest::mouseClick(&it.button(1), Qt::LeftButton);
    QVERIFY(copied().startsWith(QStringLiteral("W_{5\\times5} = ")));
    QVERIFY(copied().endsWith(QStringLiteral("= 102{,}400")));
    QVERIFY(!copied().contains(u'\n'));
}

void TestFormulasPage::copiesAllWithoutAChoice()
{
    const Shown it(article());
    it.list().clearSelection();
    QTest::mouseClick(&it.button(0), Qt::LeftButton);
    QCOMPARE(copied().split(u'\n').size(), it.list().count());
    for (const char* part : {"= 0.72", "= 88.8889", "= 5,138,022,400", "= 3,699,376,128",
                             "= 12,845,056", "= 25,690,112", "= 102,464", "= 73,856"})
        QVERIFY2(copied().contains(QString::fromUtf8(part)), part);
}

void TestFormulasPage::keepsTheChoiceWhileNumbersChange()
{
    Shown it(article());
    it.list().setCurrentRow(4);
    const QString before = it.list().item(4)->text();
    CostQuestion other = article();
    other.experiment.midChannels = 7;
    it.page.show(other);
    QVERIFY(it.list().item(4)->isSelected());
    QVERIFY(it.list().item(4)->text() != before);
}

/// However narrow the place is.
void TestFormulasPage::drawsWithinItsPlace()
{
    const Theme& theme = lightTheme();
    for (const Formula& formula : formulasOf(article())) {
        for (const int width : {120, 600}) {
            const int height = static_cast<int>(formulaHeight(formula, QFont())) + 1;
            QImage image(700, height + 20, QImage::Format_RGB32);
            image.fill(theme.window);
            QPainter painter(&image);
            painter.setClipRect(0, 18, 700, height); // of the title only the formula is asked about
            paintFormula(painter, QRectF(0, 0, width, height), formula, QFont(), theme);
            painter.end();
            int beyond = 0;
            int inked = 0;
            for (int y = 18; y < image.height(); ++y) {
                for (int x = 0; x < image.width(); ++x) {
                    const bool isInk = image.pixelColor(x, y) != theme.window;
                    inked += isInk;
                    beyond += isInk && (x > width || y > height);
                }
            }
            QVERIFY(inked > 50);
            QVERIFY2(beyond < 3, qPrintable(formulaTitle(formula)));
        }
    }
}

QTEST_MAIN(TestFormulasPage)
#include "test_formulas_page.moc"
