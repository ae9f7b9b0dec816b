#include "ui/pieces/pieces_page.h"

#include "core/experiment/fields.h"
#include "ui/kernels/kernel_grid_widget.h"
#include "ui/kernels/kernel_picture_widget.h"
#include "ui/maps/map_pane_widget.h"
#include "ui/pieces/piece_list_widget.h"
#include "ui/pieces/piece_views.h"
#include "ui/theme/choice_button.h"

#include <QButtonGroup>
#include <QEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>

namespace factorscope {

PiecesPage::PiecesPage(ViewState& view, QWidget* parent)
    : QWidget(parent), m_view(view), m_map(new MapPaneWidget(view, this)),
      m_list(new PieceListWidget(this)), m_taps(new KernelGridWidget(this)),
      m_words(new QLabel(this)), m_lane(this)
{
    setAccessibleName(tr("Linear pieces"));
    for (KernelPictureWidget*& kernel : m_kernels)
        kernel = new KernelPictureWidget(this);
    layOutWidgets();
    connect(&m_view, &ViewState::changed, this, &PiecesPage::ask);
    connect(&m_view, &ViewState::cursorChanged, this, &PiecesPage::ask);
    connect(m_map, &MapPaneWidget::resized, this, &PiecesPage::render);
    connect(&m_lane, &AnalysisLane::failed, this, &PiecesPage::failed);
    connect(&m_lane, &AnalysisLane::stopped, this,
            [this] { m_words->setText(tr("Stopped. Move the cursor or choose anew to go on.")); });
    connect(m_list, &PieceListWidget::chosen, this, [this](std::optional<qint64> piece) {
        ViewSettings settings = m_view.settings();
        settings.pieces.chosen = piece;
        m_view.set(settings);
    });
    connect(m_taps, &KernelGridWidget::chosen, this, [this](int channel) {
        ViewSettings settings = m_view.settings();
        settings.midChannel = channel;
        m_view.set(settings);
    });
}

PiecesPage::~PiecesPage() = default;

QWidget* PiecesPage::tools()
{
    auto* tools = new QWidget(this);
    tools->setAccessibleName(tr("Which patterns"));
    auto* row = new QHBoxLayout(tools);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    m_ofAll = new ChoiceButton(tr("All mid channels"),
                               tr("Pixels share a piece when all mid taps agree"), tools);
    m_ofOne = new ChoiceButton(tr("Chosen mid channel"),
                               tr("Only the taps on the chosen mid channel count"), tools);
    auto* group = new QButtonGroup(tools);
    for (ChoiceButton* button : {m_ofAll, m_ofOne}) {
        group->addButton(button);
        row->addWidget(button);
    }
    row->addStretch();
    connect(m_ofOne, &QToolButton::toggled, this, [this](bool isOn) {
        ViewSettings settings = m_view.settings();
        if (settings.pieces.isOfOneChannel == isOn)
            return; // it only follows the settings
        settings.pieces = {.isOfOneChannel = isOn, .chosen = {}};
        m_view.set(settings);
    });
    return tools;
}

void PiecesPage::layOutWidgets()
{
    constexpr int kColumns = 4;
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(3 * kGrid);
    grid->addWidget(tools(), 0, 0, 1, kColumns);
    grid->addWidget(m_map, 1, 0, 1, 2);
    grid->addWidget(m_list, 1, 2, 1, 2);
    for (int i = 0; i < 3; ++i)
        grid->addWidget(m_kernels[static_cast<std::size_t>(i)], 2, i);
    grid->addWidget(m_taps, 2, 3);
    for (int i = 0; i < kColumns; ++i)
        grid->setColumnStretch(i, 1);
    grid->setRowStretch(1, 1);
    grid->setRowStretch(2, 1);
    m_words->setWordWrap(true);
    m_words->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_words->setMinimumHeight(2 * m_words->fontMetrics().lineSpacing()); // so that nothing moves
    m_words->setAccessibleName(tr("What is seen of the pieces"));
    grid->addWidget(m_words, 3, 0, 1, kColumns);
}

bool PiecesPage::Shown::hasColoursOf(const Shown& other) const
{
    return colours && other.findings && findings->pieces == other.findings->pieces
        && chosen == other.chosen && isDark == other.isDark;
}

void PiecesPage::show(const std::shared_ptr<const BothEvaluated>& both)
{
    m_both = both;
    ask();
}

/// On the lane; takes over what is shown already of the same answer.
void PiecesPage::ask()
{
    if (!m_both || !isVisible())
        return;
    (m_view.settings().pieces.isOfOneChannel ? m_ofOne : m_ofAll)->setChecked(true);
    const Theme& theme = themeOf(*this);
    const Shown wanted{m_both, nullptr, m_view.settings().pieces.chosen, theme.isDark, nullptr};
    const PieceQuestion question = pieceQuestion(m_view.settings(), *m_both);
    m_lane.ask([this, wanted, question, before = m_shown,
                theme](const ComputeContext& context) -> Result<AnalysisLane::Show> {
        const bool isSame = before.both == wanted.both;
        ASSIGN_OR_RETURN(PieceFindings findings,
                         pieceFindings(*wanted.both, question,
                                       isSame ? before.findings.get() : nullptr, context));
        Shown shown = wanted;
        shown.findings = std::make_shared<const PieceFindings>(std::move(findings));
        shown.colours = before.hasColoursOf(shown)
            ? before.colours
            : pieceColours(*shown.findings->pieces, shown.chosen, theme);
        return AnalysisLane::Show([this, shown] { take(shown); });
    });
}

void PiecesPage::take(const Shown& shown)
{
    m_shown = shown;
    if (shown.chosen && *shown.chosen >= std::ssize(shown.findings->pieces->counts)) {
        ViewSettings settings = m_view.settings(); // chosen among more of an earlier answer
        settings.pieces.chosen.reset();
        m_view.set(settings);
    }
    const ViewSettings& settings = m_view.settings();
    const Theme& theme = themeOf(*this);
    const Colormap& colours = settings.divergingOn(theme.isDark);
    const auto pictures = pieceKernelPictures(*shown.findings, *shown.both, theme);
    for (std::size_t i = 0; i < pictures.size(); ++i)
        m_kernels[i]->show(pictures[i], &colours);
    m_taps->show(tapGrid(*shown.findings, settings, theme));
    m_list->show(pieceList(*shown.findings, *shown.both, shown.chosen, theme));
    m_words->setText(piecesInWords(*shown.findings, *shown.both));
    m_map->setRestingCursor(shown.findings->question.position);
    render();
}

void PiecesPage::render()
{
    if (!m_shown.findings || !isVisible())
        return;
    const ViewSettings& settings = m_view.settings();
    const QRectF place(QPointF(0.0, 0.0), m_map->size());
    const MapPane pane = piecePane(*m_shown.findings, *m_shown.both, settings, place, font());
    const ExperimentFields fields = fieldsOf(m_shown.both->experiment);
    m_renderer.request(
        {pieceRendering(pane, m_shown.colours, settings, devicePixelRatioF(), themeOf(*this))},
        [this, pane, fields](const std::vector<QImage>& images) {
            m_map->setPane(pane, images.front(), fields);
            if (!isBusy())
                emit drawn();
        });
}

void PiecesPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    ask();
}

void PiecesPage::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    m_lane.cancel();
    m_renderer.forget();
}

void PiecesPage::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        ask();
}

} // namespace factorscope
